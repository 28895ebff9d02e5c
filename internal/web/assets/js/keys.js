// Keys. J and K walk through a list; A, I, L, R, O and X answer the item one is on; U
// undoes what was answered last; / goes to search and ? shows the sheet. All can be switched off there, for people whose
// voice or hand types by accident.

const enabled = () => {
  try {
    return localStorage.getItem("keys") !== "off";
  } catch {
    return true;
  }
};
const sheet = () => document.getElementById("keys");
const typing = (el) => el.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
const items = () => [...document.querySelectorAll("[data-item]")].filter((el) => el.offsetParent);

function walk(from, step) {
  const list = items();
  if (!list.length) return false;
  const at = list.indexOf(from?.closest?.("[data-item]"));
  const to = list[at < 0 ? 0 : Math.min(Math.max(at + step, 0), list.length - 1)];
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest" });
  return true;
}

function search() {
  const box = document.querySelector("[data-search]");
  if (box?.offsetParent) {
    box.focus();
    box.select();
    return true;
  }
  const link = document.querySelector("[data-search-link]");
  link?.click();
  return Boolean(link);
}

function answer(el, key) {
  const button = el.closest?.("[data-item]")?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!button || button.disabled) return false;
  button.click();
  return true;
}

// The item's own undo, else the one that a toast offers, else the last one answered.
function undo(el) {
  if (answer(el, "u")) return true;
  const all = document.querySelectorAll("#toasts [data-undo] button[type=submit], [data-item] [data-key=u]");
  const button = document.querySelector("#toasts [data-undo] button[type=submit]") ?? all[all.length - 1];
  button?.click();
  return Boolean(button);
}

function act(e) {
  switch (e.key) {
    case "?":
      return show();
    case "/":
      return search();
    case "j":
    case "k":
      return walk(e.target, e.key === "j" ? 1 : -1);
    case "u":
      return undo(e.target);
  }
  return /^[a-z]$/.test(e.key) && answer(e.target, e.key);
}

function show() {
  const dialog = sheet();
  if (!dialog) return false;
  dialog.querySelector("[data-keys-switch]").checked = enabled();
  dialog.showModal();
  return true;
}

document.addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.repeat) return;
  if (!enabled() || typing(e.target) || document.querySelector("dialog:modal")) return;
  if (act(e)) e.preventDefault();
});

document.addEventListener("change", (e) => {
  if (!e.target.matches("[data-keys-switch]")) return;
  try {
    localStorage.setItem("keys", e.target.checked ? "on" : "off");
  } catch {
    // nothing is kept in a private window; the switch holds for this page's sake
  }
});

document.addEventListener("click", (e) => {
  if (e.target.closest("[data-keys-open]")) show();
});
