// The keyboard: rows, letters on buttons (data-key), G and a letter to go somewhere (data-go), and the list of all that
// works on this page. Letters can be switched off for a device; they do nothing while somebody types.
(() => {
  "use strict";
  const KEYS_OFF = "keys-off";
  const SECOND = 1500; // ms in which the letter after G has to come
  const { rows, current, open, close, step, isOpen, panel, WIDE } = window.sx.rows;
  const help = document.getElementById("keys");
  const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const enabled = () => localStorage.getItem(KEYS_OFF) !== "1";
  const shown = (element) => element.getClientRects().length > 0;

  // Letters on buttons: data-key="t" lets T press it. With data-key-goes it only leads there: what cannot be taken back
  // is done by Enter, not by a letter. In a menu a letter works closed too.
  const press = (key) => {
    const button = [...document.querySelectorAll("[data-key]")]
      .find((b) => b.dataset.key === key && !b.disabled && (shown(b) || b.closest("details:not([open])")));
    if (!button) return false;
    if ("keyGoes" in button.dataset) (firstEmpty(button.form) || button).focus();
    else button.click();
    return true;
  };
  const firstEmpty = (form) => [...(form?.querySelectorAll("textarea, select, input:not([type=hidden], [type=file])") || [])]
    .find((field) => shown(field) && (["radio", "checkbox"].includes(field.type)
      ? !form.querySelector(`[name="${field.name}"]:checked`) : !field.value));

  // A form that a key opened in the panel is there to be filled in
  document.addEventListener("htmx:afterSwap", (event) => {
    const opener = event.detail.requestConfig?.elt;
    if (event.target === panel && opener?.dataset.key) firstEmpty(panel.querySelector("form"))?.focus();
  });

  let going = null;
  const go = () => {
    clearTimeout(going);
    going = setTimeout(() => { going = null; }, SECOND);
  };
  const gone = (letter) => {
    clearTimeout(going);
    going = null;
    document.querySelector(`[data-go="${CSS.escape(letter)}"]`)?.click();
  };

  const keys = {
    j: () => (rows().length ? step(1) : press("j")),
    k: () => (rows().length ? step(-1) : press("k")),
    x: () => window.sx.pick?.(document.activeElement?.closest?.(".sx-item")?.querySelector("a.sx-row") || current()),
    g: go,
    "/": () => document.querySelector("[data-find]")?.focus(),
    "?": () => { list(); help?.showModal(); },
    ".": () => document.querySelector("[data-fresh-show]")?.click(),
    ArrowRight: () => {
      const row = document.activeElement?.closest?.("a.sx-row[data-panel]") || current();
      if (isOpen()) panel.querySelector("input:not([type=hidden]), select, textarea, .sx-do")?.focus();
      else if (row && WIDE.matches) open(row);
    },
    Escape: () => { if (isOpen()) close(); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.metaKey || event.altKey || event.isComposing || help?.open) return;
    if (event.ctrlKey) {
      if (event.key === "Enter" && event.target.form?.method === "post") { event.preventDefault(); event.target.form.requestSubmit(); }
      return;
    }
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    if (!enabled() && event.key !== "?" && event.key !== "Escape") return;
    const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (going) { event.preventDefault(); gone(letter); return; }
    if (event.shiftKey && /^[a-z]$/.test(letter)) { if (press(`shift+${letter}`)) event.preventDefault(); return; }
    if (keys[letter]) { if (letter.length === 1) event.preventDefault(); keys[letter](); return; }
    if (letter === "Enter" && current() && document.activeElement === document.body) current().click();
    else if (letter.length === 1 && press(letter)) event.preventDefault();
  });

  // The list says what works here and now: fixed keys by what they need, buttons and ways by themselves
  const entry = (names, words) => {
    const div = document.createElement("div"), dt = document.createElement("dt");
    names.forEach((name) => dt.append(Object.assign(document.createElement("kbd"), { textContent: name }), " "));
    div.append(dt, Object.assign(document.createElement("dd"), { textContent: words }));
    return div;
  };
  const name = (element) => element.dataset.goName || [...element.childNodes]
    .filter((node) => !node.matches?.("kbd, svg, small, i")).map((node) => node.textContent).join("").trim();
  const list = () => {
    help.querySelectorAll("[data-needs]").forEach((one) => { one.hidden = !document.querySelector(one.dataset.needs); });
    const buttons = [...document.querySelectorAll("[data-key]")].filter((b) => !b.disabled && (shown(b) || b.closest("details:not([open])")));
    help.querySelector("[data-keys-here]").replaceChildren(...buttons.filter((b) => b.dataset.key).map((b) => {
      const [last, shift] = b.dataset.key.split("+").reverse();
      return entry(shift ? ["Shift", last.toUpperCase()] : [last.toUpperCase()], name(b));
    }));
    const ways = [...document.querySelectorAll("[data-go]")].filter((link, n, all) => all.findIndex((l) => l.dataset.go === link.dataset.go) === n);
    help.querySelector("[data-keys-go]").replaceChildren(...ways.map((link) => entry(["G", link.dataset.go.toUpperCase()], name(link))));
  };

  const box = document.querySelector("[data-keys-on]");
  if (box) {
    box.checked = enabled();
    box.addEventListener("change", () => localStorage.setItem(KEYS_OFF, box.checked ? "0" : "1"));
  }
  document.addEventListener("click", (event) => { if (event.target.closest("[data-keys-help]")) keys["?"](); });
})();
