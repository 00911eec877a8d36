// The form of an amount is drawn anew by the server after each change. Who has typed on meanwhile keeps what he typed:
// an answer to an older state is dropped, for leaving the field asks again.
(() => {
  "use strict";
  const state = (form) => new URLSearchParams(new FormData(form)).toString();
  let asked = "";
  let pressed = false; // a button was pressed: what it did must be shown

  const redrawn = (event) => event.detail.target && event.detail.target.closest("[data-redrawn]");
  document.addEventListener("htmx:beforeSend", (event) => {
    const part = redrawn(event);
    if (!part || !part.closest("form")) return;
    asked = state(part.closest("form"));
    pressed = event.detail.elt.tagName === "BUTTON";
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = redrawn(event);
    if (part && part.closest("form") && !pressed && state(part.closest("form")) !== asked) event.detail.shouldSwap = false;
  });
})();
