// Takes a suggestion: fills the fields it names as if they were chosen by hand, and says so.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    const form = button?.closest("form");
    if (!form) return;
    let last;
    for (const [name, value] of new URLSearchParams(button.dataset.fill)) {
      const field = form.elements[name];
      if (!field) continue;
      field.value = value;
      last = field;
    }
    last?.dispatchEvent(new Event("change", { bubbles: true }));
    const said = document.createElement("span");
    said.className = "sx-small sx-mute";
    said.setAttribute("role", "status");
    said.textContent = button.dataset.filled;
    button.replaceWith(said);
    last?.focus();
  });
})();
