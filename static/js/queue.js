// A queue and the panel beside it: rows that are stepped through and opened; keys.js says which key does what.
// Rows: <a class="sx-row" id=… href=… data-panel="/…/panel/"> inside [data-rows]. See docs/look.md.
(() => {
  "use strict";
  const WIDE = window.matchMedia("(min-width: 1024px)");
  const split = document.querySelector("[data-split]");
  const panel = document.getElementById("panel");
  const rows = () => [...document.querySelectorAll("[data-rows] a.sx-row")];
  const current = () => document.querySelector("[data-rows] a.sx-row[aria-current]");

  const mark = (row) => {
    current()?.removeAttribute("aria-current");
    row?.setAttribute("aria-current", "true");
  };

  const beside = (row) => { const all = rows(), at = all.indexOf(row); return all[at + 1] || all[at - 1]; };
  const opened = {}; // the row's id, and that of the one that comes after it

  const open = (row, { push = true } = {}) => {
    mark(row);
    Object.assign(opened, { id: row.id, next: beside(row)?.id });
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

  const leave = (row) => {
    const item = row.closest(".sx-item") || row;
    const head = item.previousElementSibling, after = item.nextElementSibling;
    item.remove();
    if (head?.matches(".sx-rows__group") && (!after || after.matches(".sx-rows__group"))) head.remove();
  };

  // Done with a row (the server says so by HX-Trigger: {"sx:done": {"row": "…"}}): it leaves, the next one opens. A list
  // that was asked for after the act before may be here already, without the row
  const done = (id) => {
    const row = document.getElementById(id);
    if (!row && id !== opened.id) return;
    const next = row ? beside(row) : document.getElementById(opened.next);
    row?.classList.add("is-leaving");
    if (next?.dataset.panel && split?.classList.contains("is-open")) { open(next); next.focus(); } else close();
    setTimeout(() => { if (row) leave(row); window.sx.refresh?.(); }, 200); // it may stand in another group of the queue now
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
    if (start && WIDE.matches) { // there from the first picture on: what is fetched stands in for itself
      const waits = document.getElementById(panel.dataset.skeleton);
      if (waits && !panel.childElementCount) panel.replaceChildren(waits.content.cloneNode(true));
      split.classList.add("is-open");
      window.addEventListener("load", () => open(start, { push: Boolean(named) }));
    }
  }

  window.sx.rows = { rows, current, mark, open, close: closeByHand, step, isOpen: () => Boolean(split?.classList.contains("is-open")), panel, WIDE };
})();
