// Things that open, and the theme.

const open = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (e) => {
  for (const menu of open()) if (!menu.contains(e.target)) menu.open = false;
});

document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  for (const menu of open()) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus({ preventScroll: true });
  }
});

// The theme changes at once; the server is told, and knows it on the next page.
document.addEventListener("submit", (e) => {
  if (!e.target.matches("[data-themes]") || !e.submitter) return;
  e.preventDefault();
  const theme = e.submitter.value;
  document.documentElement.dataset.theme = theme;
  for (const b of document.querySelectorAll("[data-themes] button")) b.setAttribute("aria-pressed", String(b.value === theme));
  fetch(e.target.action, { method: "POST", body: new URLSearchParams({ theme }), headers: { "HX-Request": "true" } });
});
