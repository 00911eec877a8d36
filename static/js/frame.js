// The frame: menus that close by themselves, the colour of this device, drafts forgotten at sign-out.
(() => {
  "use strict";
  const YEAR = 365 * 24 * 3600;

  const openMenus = () => [...document.querySelectorAll("details[open] > .sx-menu, details[open] > .sx-menu__in")]
    .map((list) => list.parentElement);
  document.addEventListener("click", (event) => {
    openMenus().filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => {
      menu.open = false;
      event.preventDefault(); // the key has done its work: a side panel stays open
      menu.querySelector("summary").focus();
    });
  });

  // Read by the server too (portal/desk/context.py), so that the next page comes in the right colour at once
  document.addEventListener("change", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const theme = event.target.value;
    if (theme === "auto") document.documentElement.removeAttribute("data-bs-theme");
    else document.documentElement.dataset.bsTheme = theme;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-forget]")) return;
    Object.keys(localStorage).filter((key) => key.startsWith("draft:")).forEach((key) => localStorage.removeItem(key));
  });

  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
  if (document.querySelector("[data-print-now]")) window.addEventListener("load", () => window.print());

  // On a narrow screen the tab one stands on is in sight, however long those before it
  document.querySelectorAll(".sx-tabs").forEach((tabs) => {
    const here = tabs.querySelector("[aria-current]");
    const hidden = here ? here.getBoundingClientRect().right - tabs.getBoundingClientRect().right : 0;
    if (hidden > 0) tabs.scrollLeft += hidden + 16;
  });

  // The page opens at what has to be read first: the sum of what is wrong, or what a link asked for
  document.querySelector("[data-first]")?.focus();
})();
