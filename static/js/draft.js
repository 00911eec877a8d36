// Drafts: <form data-autosave="/…/draft/" data-by="whose"> is posted a moment after each change; any 2xx means saved.
// Without a network, or signed out, the draft stays on this device and is sent when that is over. A page that says
// data-draft-kept="/address of the form/" shows that what was sent from there has arrived; only then the copy goes.
(() => {
  "use strict";
  const PAUSE = 1200; // ms after the last key
  const COPY = "draft:";

  document.querySelectorAll("[data-draft-kept]").forEach((page) => localStorage.removeItem(COPY + page.dataset.draftKept));

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const status = document.querySelector("[data-autosave-status]");
  const key = COPY + location.pathname, by = form.dataset.by || "";
  let timer = null, running = null, again = false, gone = false, behind = false;

  const show = (text) => { if (status) status.textContent = text; };
  const tell = (name, values) => show(window.sx.say(name, values));
  const clock = () => new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });

  const content = () => {
    const data = new FormData(form);
    [...data.entries()].forEach(([name, value]) => { if (value instanceof File) data.delete(name); });
    return data;
  };
  const keep = () => {
    const values = [...content()].filter(([name]) => name !== "csrfmiddlewaretoken");
    try { localStorage.setItem(key, JSON.stringify({ by, values })); } catch { /* this device keeps nothing */ }
  };
  const copy = (name) => {
    try {
      const kept = JSON.parse(localStorage.getItem(name));
      return kept?.by === by ? kept.values : null; // another person's stays unread
    } catch { return null; }
  };

  const refused = async (answer) => {
    if (answer.status === 409) { // it has been sent from another page
      gone = true;
      localStorage.removeItem(key);
      show((await answer.json()).error);
      return;
    }
    if (answer.status === 401 || answer.status === 403) window.sx.toast(window.sx.say("signed_out"), { wrong: true });
    throw new Error(String(answer.status));
  };

  const save = async () => {
    timer = null;
    if (gone) return;
    if (running) { again = true; return; }
    running = new AbortController();
    tell("saving");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: content(), signal: running.signal,
        headers: { "X-CSRFToken": window.sx.csrf(), Accept: "application/json" },
      });
      if (!answer.ok) await refused(answer);
      else { localStorage.removeItem(key); tell("saved", { time: clock() }); }
      behind = false;
    } catch (trouble) {
      if (trouble.name === "AbortError") return; // the page is being left, and what it held went another way
      behind = true;
      keep();
      tell(navigator.onLine ? "kept_here" : "kept");
    }
    running = null;
    if (again) { again = false; save(); }
  };

  const soon = () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("sx:changed", soon); // a file came or went
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    keep();
    if (!navigator.onLine) { // the page stays, rather than the browser's own “no internet”
      event.preventDefault();
      tell("kept");
      window.sx.toast(window.sx.say("kept"), { wrong: true });
      return;
    }
    gone = true;
  });
  window.addEventListener("online", () => { if (localStorage.getItem(key)) save(); });
  window.addEventListener("pagehide", () => {
    if ((!timer && !running) || gone) return;
    if (running) running.abort(); // a save under way may never arrive; what follows has all of it
    const sent = navigator.onLine && !behind && navigator.sendBeacon(form.dataset.autosave, content());
    if (!sent) keep();
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { gone = false; running = null; } });

  // What this device kept is newer than what the server has
  const kept = copy(key);
  if (kept) {
    const values = new Map();
    kept.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
    [...form.elements].forEach((field) => {
      if (!values.has(field.name) || field.type === "hidden" || field.type === "file") return;
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.get(field.name).includes(field.value);
      else field.value = values.get(field.name)[0];
    });
    tell("restored");
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // <p data-draft-elsewhere hidden> leads to what was begun on this device under another address of the same kind
  const elsewhere = document.querySelector("[data-draft-elsewhere]");
  const folder = key.replace(/[^/]+\/$/, "");
  const other = Object.keys(localStorage).find((name) => name !== key && name.startsWith(folder) && copy(name));
  if (elsewhere && other) {
    elsewhere.querySelector("a").href = other.slice(COPY.length);
    elsewhere.hidden = false;
  }
})();
