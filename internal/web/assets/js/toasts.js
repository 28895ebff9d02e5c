// Toasts: the place in the layout is a live region, so what is put there is read out.

const region = () => document.getElementById("toasts");

/** Says something that the server could not say. */
export function toast(text) {
  const place = region();
  if (!place || !text) return;
  const card = document.createElement("div");
  card.className = "toast bad";
  card.dataset.toast = "";
  const words = document.createElement("span");
  words.textContent = text;
  const away = document.createElement("button");
  away.type = "button";
  away.className = "btn quiet";
  away.dataset.dismiss = "";
  away.textContent = "OK";
  card.append(words, away);
  place.replaceChildren(card);
}

/** The region's own words for a failure: "offline" or "failed". */
export const words = (name) => region()?.dataset[name];

document.addEventListener("click", (e) => {
  const away = e.target.closest("[data-dismiss]");
  if (!away) return;
  away.closest("[data-toast]").remove();
  document.getElementById("main")?.focus({ preventScroll: true });
});
