// The form of criteria is drawn anew by the server after each change. Who has typed on meanwhile keeps what he typed:
// an answer to an older state is dropped, for leaving the field asks again.
(() => {
  "use strict";
  const form = document.querySelector(".cr-form");
  if (!form) return;
  const state = () => new URLSearchParams(new FormData(form)).toString();
  let asked = "";
  let left = false; // a button was pressed: what it did must be shown

  form.addEventListener("htmx:beforeSend", (event) => {
    asked = state();
    left = event.target.tagName === "BUTTON";
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    if (!left && event.detail.target.id === "editor" && state() !== asked) event.detail.shouldSwap = false;
  });
})();
