// Forms: nothing is sent twice, nothing unsaved is left by accident, a chosen filter is applied at once.
(() => {
  "use strict";
  const changed = new WeakSet(), sent = new WeakSet();
  const buttons = (form) => [...document.querySelectorAll("button, input[type=submit]")]
    .filter((b) => b.form === form && b.type === "submit");

  const busy = (form, pressed) => buttons(form).forEach((button) => {
    button.disabled = true;
    if (button !== pressed || button.tagName !== "BUTTON") return;
    button.dataset.words = button.innerHTML;
    button.setAttribute("aria-busy", "true");
    button.textContent = window.sx.say("sending");
  });
  const free = (form) => buttons(form).forEach((button) => {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    if (button.dataset.words !== undefined) { button.innerHTML = button.dataset.words; delete button.dataset.words; }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (sent.has(form)) { event.preventDefault(); return; }
    sent.add(form);
    const token = form.elements.csrfmiddlewaretoken; // signed in anew on another page, this one's is no longer good
    if (token) token.value = window.sx.csrf();
    const pressed = event.submitter;
    setTimeout(() => busy(form, pressed)); // after the browser has read the form, with the pressed button's name in it
  });
  // htmx sends forms itself
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches("form[hx-post]")) setTimeout(() => busy(form, event.detail.requestConfig.triggeringEvent?.submitter));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt?.closest?.("form");
    if (!form) return;
    setTimeout(() => free(form));
    if (event.detail.successful && form === event.detail.elt) changed.delete(form); // not after a preview of a part
  });
  // Back from the next page, or a download: the form can be sent again
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form").forEach((form) => { sent.delete(form); free(form); });
  });

  document.addEventListener("input", (event) => { if (event.target.form) changed.add(event.target.form); });
  window.addEventListener("beforeunload", (event) => {
    const open = [...document.querySelectorAll("form[data-guard]")]
      .some((form) => changed.has(form) && !sent.has(form) && !form.dataset.autosave);
    if (open) event.preventDefault();
  });

  // <form data-live> is sent when a choice changes: filters, sort order
  document.addEventListener("change", (event) => {
    if (event.target.form?.matches("form[data-live]") && !event.target.matches("[type=search], [type=text]")) {
      event.target.form.requestSubmit();
    }
  });

  // <button data-ask="…"> names what will happen and asks once
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ask]");
    if (button && !window.confirm(button.dataset.ask)) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  // <a data-shows="id"> opens the part where an act is filled in, closes those of its neighbours, and puts the cursor
  // into it; without scripts it leads to the act's own page
  const partOf = (opener) => document.getElementById(opener.dataset.shows);
  const turn = (opener, open) => {
    const part = partOf(opener);
    if (!part) return;
    part.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) part.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  };
  document.querySelectorAll("[data-shows]").forEach((opener) => opener.setAttribute("aria-expanded", String(!partOf(opener)?.hidden)));
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-shows]");
    if (!opener || !partOf(opener) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const open = partOf(opener).hidden;
    [...opener.parentElement.querySelectorAll("[data-shows]")].forEach((other) => turn(other, other === opener && open));
  });
})();
