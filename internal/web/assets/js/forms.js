// Forms: characters counted, a preview that follows, how many are picked, and no
// form sent twice.

const fill = (el, values) => el.dataset.words.replace(/%(\w)/g, (_, k) => values[k]);
const number = (n) => n.toLocaleString(document.documentElement.lang);

function count(field) {
  const place = document.getElementById(field.dataset.counts);
  if (!place) return;
  // Characters as the server counts them, not as the browser stores them.
  place.textContent = fill(place, { n: number([...field.value].length), m: number(Number(place.dataset.max)) });
}

function mirror(field) {
  const place = document.getElementById(field.dataset.mirror);
  if (place) place.textContent = field.value.trim();
}

document.addEventListener("input", (e) => {
  if (e.target.dataset.counts) count(e.target);
  if (e.target.dataset.mirror) mirror(e.target);
});

// Selection.
const picks = () => [...document.querySelectorAll(".inbox .pick")];

function picked() {
  const place = document.querySelector("[data-picked]");
  if (!place) return;
  const n = picks().filter((p) => p.checked).length;
  place.textContent = n ? fill(place, { n: number(n) }) : "";
}

document.addEventListener("change", (e) => {
  if (e.target.matches(".pick")) picked();
  if (e.target.matches(".ring-group select")) {
    const radio = e.target.closest(".ring-group").previousElementSibling?.querySelector("input");
    if (radio) radio.checked = true;
  }
});

document.addEventListener("click", (e) => {
  if (!e.target.closest("[data-pick-all]")) return;
  picks().forEach((p) => (p.checked = true));
  picked();
});

document.addEventListener("click", (e) => {
  if (!e.target.closest("[data-clear]")) return;
  const on = picks().filter((p) => p.checked);
  on.forEach((p) => (p.checked = false));
  on[0]?.focus({ preventScroll: true });
  picked();
});

// A button that says how many boxes of its form are not ticked.
function unticked(root = document) {
  for (const button of root.querySelectorAll("[data-unticked]")) {
    const n = document.querySelectorAll(`#${button.dataset.unticked} input[type=checkbox]:not(:checked)`).length;
    button.textContent = (n === 0 ? button.dataset.none : n === 1 ? button.dataset.one : button.dataset.many).replace("%n", number(n));
  }
}

document.addEventListener("change", (e) => {
  if (e.target.matches("input[type=checkbox]")) unticked();
});
document.addEventListener("htmx:afterSettle", () => unticked());
unticked();

// A form goes out once; its button shows that it is on its way.
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (e.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    e.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  e.submitter?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]:not([data-busy])")) button.removeAttribute("aria-busy");
  document.querySelectorAll("[data-counts]").forEach(count);
  picked();
});

// A page that came back with complaints starts at the first one.
document.querySelector("main :is([data-focus], [aria-invalid=true]):not([data-calm] *)")?.focus();
