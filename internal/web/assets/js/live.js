// What htmx swaps: errors become toasts, the button that was pressed shows that it
// works, and the focus goes on to the next thing instead of getting lost.
import { toast, words } from "./toasts.js";

const on = (name, f) => document.body.addEventListener("htmx:" + name, f);

let pickedItem = ""; // the item that is being swapped, when it was picked
let next = null; // where the focus goes when the swap takes its place away

on("beforeSwap", (e) => {
  const { xhr, target } = e.detail;
  if (xhr.status >= 400 && xhr.status !== 422 && !xhr.getResponseHeader("HX-Retarget")) {
    e.detail.shouldSwap = false; // not one of our answers: a proxy's page, say
    toast(words("failed"));
    return;
  }
  next = null;
  pickedItem = target?.querySelector?.(".pick:checked") ? target.id : "";
  if (!target?.contains(document.activeElement)) return;
  const item = document.activeElement.closest("[data-item]");
  const sibling = item && (item.nextElementSibling ?? item.previousElementSibling);
  next = { item, sibling, target };
});

on("afterSettle", (e) => {
  const elt = e.detail.elt;
  openModal(elt);
  const pick = pickedItem && document.getElementById(pickedItem)?.querySelector(".pick");
  if (pick) pick.checked = true; // what is opened or folded stays picked
  pickedItem = "";
  const wanted = elt.matches?.("[data-focus]") ? elt : elt.querySelector?.("[data-focus], [aria-invalid=true]");
  const lost = !document.activeElement || document.activeElement === document.body;
  if (wanted && (lost || next)) wanted.focus({ preventScroll: true });
  else if (lost && next) {
    const same = next.item?.id && document.getElementById(next.item.id);
    const to = [same, next.sibling, document.getElementById("main")].find((x) => x?.isConnected);
    to?.focus({ preventScroll: true });
  }
  next = null;
});

on("sendError", () => toast(words("offline")));
on("timeout", () => toast(words("offline")));

// A pressed button is busy until its answer is here.
const pressed = (e) => e.detail.requestConfig?.triggeringEvent?.submitter ?? e.detail.elt.closest?.("button, a");
on("beforeRequest", (e) => pressed(e)?.setAttribute("aria-busy", "true"));
on("afterRequest", (e) => pressed(e)?.removeAttribute("aria-busy"));

// A dialog that came as a fragment opens over the page; closing it goes back to
// where one was.
let opener = null;

function openModal(elt) {
  if (elt.id !== "modal" && !elt.closest?.("#modal")) return;
  const dialog = document.querySelector("#modal dialog[data-dialog]");
  if (!dialog || dialog.matches(":modal")) return;
  dialog.removeAttribute("open");
  dialog.showModal();
  dialog.addEventListener("close", () => {
    document.getElementById("modal")?.replaceChildren();
    opener?.focus({ preventScroll: true });
  });
}
on("beforeRequest", (e) => {
  if (e.detail.target?.id === "modal" && !document.querySelector("#modal dialog")) opener = document.activeElement;
});

document.addEventListener("click", (e) => {
  const dialog = e.target.closest("[data-close]")?.closest("dialog");
  if (!dialog?.matches(":modal")) return;
  e.preventDefault();
  dialog.close();
});
