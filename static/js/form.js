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

  // A page that comes back from the server has forgotten the files chosen on it. So a form with files is sent by script:
  // what was wrong is said around them (KeepsThePage in portal/files/middleware.py tells where to go when all is well).
  const chosen = (form) => [...form.querySelectorAll("input[type=file]")].filter((input) => input.files.length);
  const all = (root) => [...root.querySelectorAll('form[enctype="multipart/form-data"]')];
  const again = (form, why) => {
    sent.delete(form);
    free(form);
    changed.add(form);
    if (why) window.sx.toast(window.sx.say(why), { wrong: true });
  };
  // A second step that answers at once, such as what a holiday notice would move, takes the form's place
  const follows = (page, main) => {
    const here = new Set([...document.styleSheets].map((sheet) => sheet.href));
    document.head.append(...[...page.querySelectorAll("link[rel=stylesheet]")].filter((link) => !here.has(link.href)));
    document.title = page.title;
    document.body.className = page.body.className;
    document.getElementById("main").replaceWith(main);
    const top = page.querySelector(".sx-top"), former = document.querySelector(".sx-top"); // the telephone's way back
    if (top) former?.replaceWith(top); else former?.remove();
    window.htmx?.process(main);
    main.focus();
    window.scrollTo(0, 0);
  };
  const answered = (form, text, well) => {
    const main = document.getElementById("main"), page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.getElementById("main"), anew = fresh && all(fresh)[all(main).indexOf(form)];
    if (!anew && fresh && well) { follows(page, fresh); return; }
    if (!anew) { again(form, "failed"); return; }
    const secrets = [...form.querySelectorAll("input[type=password]")].filter((input) => input.value);
    [...chosen(form), ...secrets].forEach((kept) => { // what no page that comes from the server can have in it
      const place = anew.querySelector(`input[name="${kept.name}"]`);
      [...(place?.attributes || [])].forEach(({ name, value }) => kept.setAttribute(name, value));
      place?.replaceWith(kept);
    });
    form.replaceChildren(...anew.childNodes);
    anew.replaceWith(form);
    main.replaceChildren(...fresh.childNodes);
    window.htmx?.process(main);
    again(form);
    (main.querySelector(".sx-errors, [aria-invalid=true]") || main).scrollIntoView({ block: "center" });
  };
  const send = (form, pressed) => {
    const request = new XMLHttpRequest(), body = new FormData(form, pressed);
    request.open("POST", form.action);
    request.setRequestHeader("X-Keeps-The-Page", "1");
    request.setRequestHeader("Accept", "application/json, */*;q=0.1");
    request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      if (lengthComputable && pressed) {
        pressed.textContent = window.sx.say("uploading", { percent: `${Math.round((loaded / total) * 100)}%` });
      }
    });
    request.addEventListener("loadend", () => {
      const onward = request.getResponseHeader("X-Go-To");
      if (onward) window.location.assign(onward);
      else if (request.status === 401) again(form, "signed_out");
      else if (request.status) answered(form, request.responseText, request.status < 300);
      else again(form, "offline");
    });
    request.send(body);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (sent.has(form)) { event.preventDefault(); return; }
    sent.add(form);
    const token = form.elements.csrfmiddlewaretoken; // signed in anew on another page, this one's is no longer good
    if (token) token.value = window.sx.csrf();
    const pressed = event.submitter;
    if (chosen(form).length && all(document.getElementById("main")).includes(form)) { event.preventDefault(); send(form, pressed); }
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
