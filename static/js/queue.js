// A queue worked with the keyboard: j k move, Enter opens the page, → the panel beside the list with the row in hand.
// Rows: <a class="sx-row" id=… href=… data-panel="/…/panel/"> inside [data-rows]. See docs/look.md.
(() => {
  "use strict";
  const WIDE = window.matchMedia("(min-width: 1024px)");
  const KEYS_OFF = "keys-off";
  const split = document.querySelector("[data-split]");
  const panel = document.getElementById("panel");
  const rows = () => [...document.querySelectorAll("[data-rows] a.sx-row")];
  const current = () => document.querySelector("[data-rows] a.sx-row[aria-current]");

  const mark = (row) => {
    current()?.removeAttribute("aria-current");
    row?.setAttribute("aria-current", "true");
  };

  const open = (row, { push = true } = {}) => {
    mark(row);
    split.classList.add("is-open");
    const before = history.state?.row;
    if (push && before !== row.id) {
      const act = before ? "replaceState" : "pushState"; // "back" closes the panel, it does not walk the rows again
      history[act]({ row: row.id }, "", `#${row.id}`);
    }
    row.classList.remove("is-unread");
    return window.htmx.ajax("GET", row.dataset.panel, { target: panel, swap: "innerHTML" });
  };

  const close = () => {
    split.classList.remove("is-open");
    panel.replaceChildren();
    const row = current();
    mark(null);
    row?.focus();
  };
  const closeByHand = () => { if (history.state?.row) history.back(); else close(); };

  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement?.closest?.("a.sx-row") || current());
    const row = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    row.focus();
    row.scrollIntoView({ block: "nearest" });
    if (split?.classList.contains("is-open") && row.dataset.panel) open(row);
  };

  // Done with a row (the server says so by HX-Trigger: {"sx:done": {"row": "…"}}): it leaves, the next one opens
  const done = (id) => {
    const row = document.getElementById(id);
    if (!row) return;
    const next = rows()[rows().indexOf(row) + 1] || rows()[rows().indexOf(row) - 1];
    row.classList.add("is-leaving");
    setTimeout(() => {
      const head = row.previousElementSibling;
      row.remove();
      if (head?.matches(".sx-rows__group") && !head.nextElementSibling?.matches("a.sx-row")) head.remove();
    }, 200);
    if (next?.dataset.panel && split?.classList.contains("is-open")) { open(next); next.focus(); } else close();
  };

  if (split && panel) {
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-panel-close]")) return closeByHand();
      const turn = event.target.closest("[data-panel-step]");
      if (turn) return step(Number(turn.dataset.panelStep));
      const row = event.target.closest("[data-rows] a.sx-row[data-panel]");
      // Enter, which is a click without a press, goes on to the page
      const plain = event.button === 0 && event.detail > 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
      if (!row || !plain || !WIDE.matches) return undefined;
      event.preventDefault();
      return open(row);
    });
    window.addEventListener("popstate", (event) => {
      const row = event.state?.row && document.getElementById(event.state.row);
      if (row && WIDE.matches) open(row, { push: false });
      else if (split.classList.contains("is-open")) close();
    });
    document.addEventListener("sx:done", (event) => done(event.detail.row));
    const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const first = document.querySelector("[data-rows][data-open-first] a.sx-row[data-panel]");
    const start = named?.dataset?.panel ? named : first;
    if (start && WIDE.matches) window.addEventListener("load", () => open(start, { push: Boolean(named) }));
  }

  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  const help = document.getElementById("keys");
  const enabled = () => localStorage.getItem(KEYS_OFF) !== "1";

  // Letters on buttons: data-key="t" lets T press it
  const press = (key) => {
    const button = [...document.querySelectorAll("[data-key]")].find((b) => b.dataset.key === key && !b.disabled);
    button?.click();
    return Boolean(button);
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => document.querySelector("[data-find]")?.focus(),
    "?": () => help?.showModal(),
    ArrowRight: () => {
      const row = document.activeElement?.closest?.("a.sx-row[data-panel]") || current();
      if (split?.classList.contains("is-open")) panel.querySelector("input:not([type=hidden]), select, textarea, .sx-do")?.focus();
      else if (row && WIDE.matches) open(row);
    },
    Escape: () => { if (split?.classList.contains("is-open")) closeByHand(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open) return;
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    if (!enabled() && event.key !== "?" && event.key !== "Escape") return;
    const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (keys[letter]) { if (letter === "/" || letter === "?") event.preventDefault(); keys[letter](); return; }
    if (letter === "Enter" && current() && document.activeElement === document.body) current().click();
    else if (letter.length === 1 && press(letter)) event.preventDefault();
  });

  const box = document.querySelector("[data-keys-on]");
  if (box) {
    box.checked = enabled();
    box.addEventListener("change", () => localStorage.setItem(KEYS_OFF, box.checked ? "0" : "1"));
  }
  document.addEventListener("click", (event) => { if (event.target.closest("[data-keys-help]")) help?.showModal(); });
})();
