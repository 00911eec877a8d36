// Registering with the keyboard alone: Enter goes on, ↓ reaches the firms found, Ctrl+Enter sends.
(() => {
  "use strict";
  const form = document.querySelector("form[data-register]");
  if (!form) return;
  const phone = () => form.elements.contact_phone, person = () => form.elements.contact_name;
  const firms = (where = form) => [...where.querySelectorAll("input[name=enterprise]")];
  const picked = () => firms().find((firm) => firm.checked);
  const caller = () => document.getElementById("caller");
  let filled = "", goOn = false;

  // What Enter steps through: everything to be seen and filled, of radio buttons the one chosen
  const stops = () => [...form.querySelectorAll("input, select, textarea, button")].filter((control) => {
    if (control.type === "hidden" || control.type === "file" || !control.checkVisibility()) return false;
    if (control.type !== "radio") return true;
    const group = [...form.querySelectorAll(`input[name="${control.name}"]`)].filter((radio) => radio.checkVisibility());
    return control === (group.find((radio) => radio.checked) || group[0]);
  });
  const next = (from) => {
    const place = (stop) => from.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING;
    stops().find((stop) => place(stop) && !(stop.name === from.name && stop.type === "radio"))?.focus();
  };

  // The person whose number it is, unless a name was written by hand
  const name = () => {
    if (person().value && person().value !== filled) return;
    person().value = filled = picked()?.dataset.person || "";
  };
  form.addEventListener("change", (event) => { if (event.target.name === "enterprise") name(); });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== caller()) return;
    name();
    const lost = document.activeElement === document.body || !document.activeElement.checkVisibility();
    const several = firms(caller()).filter((firm) => firm.value).length > 1;
    if (goOn && several) (picked() || firms(caller())[0]).focus();
    else if (goOn) next(phone());
    else if (lost) (picked() || phone()).focus();
    goOn = false;
  });

  form.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.sx-do:not([name])"));
    } else if (event.key === "Enter" && at.matches("input, select")) {
      event.preventDefault();
      if (at === phone() && at.value.trim()) { goOn = true; window.htmx.trigger(at, "look"); } else next(at);
    } else if (event.key === "ArrowDown" && at.matches("[name=contact_phone], [name=business_name]")) {
      const first = firms().find((firm) => firm.checkVisibility() &&
        at.compareDocumentPosition(firm) & Node.DOCUMENT_POSITION_FOLLOWING);
      if (first) { event.preventDefault(); first.checked = true; first.focus(); name(); }
    }
  });
})();
