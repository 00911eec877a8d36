// The search box proposes while one types: a list under it that the arrow keys walk, as a combobox says it to a reader.
(() => {
  "use strict";
  const box = document.querySelector("[data-find]"), list = document.getElementById("found");
  if (!box || !list) return;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const at = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");

  const choose = (index) => {
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === index)));
    const option = options()[index];
    box.setAttribute("aria-activedescendant", option?.id || "");
    option?.scrollIntoView({ block: "nearest" });
  };
  const show = (open) => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  };

  list.addEventListener("htmx:afterSwap", () => {
    const n = options().length;
    show(Boolean(list.childElementCount) && document.activeElement === box && Boolean(box.value.trim()));
    document.getElementById("found-say").textContent = n ? window.sx.say("found", { n }) : window.sx.say("found_none");
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const n = options().length;
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); show(false); return; }
    if (list.hidden || !n) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose((at() + step + n + (at() < 0 && step < 0 ? 1 : 0)) % n);
    } else if (event.key === "Enter" && at() >= 0) {
      event.preventDefault();
      options()[at()].click();
    }
  });
  box.addEventListener("input", () => { if (!box.value.trim()) show(false); });
  box.addEventListener("focus", () => { if (list.childElementCount && box.value.trim()) show(true); });
  document.addEventListener("click", (event) => { if (!event.target.closest(".sx-find, #found")) show(false); });
  box.form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !event.relatedTarget.closest(".sx-find, #found")) show(false);
  });
})();
