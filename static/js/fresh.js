// A queue stays true while it lies open: every 20 s a page in front asks whether it is still what it was. The tabs'
// counts follow at once; rows come and go only when somebody says so, or after an act, and selection, focus and the
// open panel stay. Nothing is asked by a page in the background.
(() => {
  "use strict";
  const EVERY = 20000; // ms
  const PARTS = ["list", "tabs", "left", "left-sub"];
  const list = () => document.getElementById("list");
  if (!list()?.dataset.fresh) return;
  let etag = "", over = false, latest = 0;

  const known = () => new Set((list().dataset.known || "").split(" ").filter(Boolean).map(Number));

  const tell = (rows) => {
    const had = known(), now = new Set(rows);
    const come = rows.filter((pk) => !had.has(pk)).length, gone = [...had].filter((pk) => !now.has(pk));
    document.querySelectorAll("[data-rows] a.sx-row").forEach((row) => row.classList.toggle("is-gone", gone.includes(Number(row.dataset.pk))));
    const note = document.getElementById("fresh");
    const said = [come && window.sx.say("fresh_new", { n: come }), gone.length && window.sx.say("fresh_gone", { n: gone.length })].filter(Boolean);
    note.hidden = !said.length;
    if (note.firstElementChild.textContent !== said.join(window.sx.say("comma"))) note.firstElementChild.textContent = said.join(window.sx.say("comma"));
  };

  const ask = async () => {
    if (document.hidden || over) return;
    const headers = { Accept: "application/json", "X-Asks-Only": "1" };
    if (etag) headers["If-None-Match"] = etag;
    let answer;
    try { answer = await fetch(`${list().dataset.fresh}${location.search}`, { headers, cache: "no-store" }); } catch { return; }
    if (answer.status === 401 || answer.status === 404) { over = true; return; } // signed out: the next act says so
    if (answer.status !== 200) return;
    etag = answer.headers.get("ETag") || "";
    const { rows, counts } = await answer.json();
    Object.entries(counts).forEach(([tab, n]) => {
      const place = document.querySelector(`[data-count="${CSS.escape(tab)}"]`);
      if (place && place.textContent !== String(n)) place.textContent = n;
    });
    tell(rows);
  };

  // The list as it is now, with everything that somebody has in hand put back
  const refresh = async () => {
    const mine = latest += 1;
    let page;
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { "X-Asks-Only": "1" } });
      if (!answer.ok || answer.redirected) return;
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch { return; }
    if (mine !== latest) return; // a newer one is on its way
    const ticked = new Set(window.sx.picked.boxes().filter((box) => box.checked).map((box) => box.value));
    const row = window.sx.rows.current()?.id, focused = document.activeElement?.closest?.("#list") && document.activeElement.id;
    PARTS.forEach((id) => {
      const old = document.getElementById(id), fresh = page.getElementById(id);
      if (!old || !fresh) return;
      old.replaceWith(fresh);
      window.htmx.process(fresh);
    });
    const again = row && document.getElementById(row);
    if (again) window.sx.rows.mark(again);
    window.sx.picked.boxes().forEach((box) => { box.checked = ticked.has(box.value); });
    window.sx.picked.tell();
    if (focused) document.getElementById(focused)?.focus();
    document.getElementById("fresh").hidden = true;
    etag = "";
  };

  document.addEventListener("click", (event) => { if (event.target.closest("[data-fresh-show]")) refresh(); });
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, EVERY);
  window.sx.refresh = refresh;
  window.sx.ask = ask;
})();
