// The board turns by itself, asks once a minute for what changed, and goes on with what it has while the network is away.
// It runs for months: a turn makes nothing new, and a new release makes the page load itself anew.
(() => {
  "use strict";
  const ASK = 60000, TICK = 1000, PATIENCE = 20000; // ms
  const board = document.getElementById("board"), clock = document.getElementById("clock"), since = document.getElementById("since");
  const TURN = Number(board.dataset.turn) * 1000;
  const release = () => board.querySelector("[data-release]")?.dataset.release ?? running;
  const weekdays = board.dataset.weekdays.split(" ");
  const running = board.querySelector("[data-release]").dataset.release;
  let etag = "", asking = false, known = Date.parse(board.dataset.now), ahead = Date.now() - known; // by how much this machine's clock is ahead of the portal's

  // Rotation
  const items = () => board.querySelectorAll(".bd-item");
  const show = (wanted) => items().forEach((item, n) => item.classList.toggle("is-on", n === wanted));
  const turn = (step = 1) => {
    const all = [...items()], now = all.findIndex((item) => item.classList.contains("is-on"));
    if (all.length > 1) show((now + step + all.length) % all.length);
  };
  let turning = setInterval(turn, TURN);
  const turnBy = (step) => { turn(step); clearInterval(turning); turning = setInterval(turn, TURN); };

  // The town's time, whatever this machine believes
  const town = (at) => new Date(at + 8 * 3600000); // Shanghai, read with the UTC functions
  const two = (n) => String(n).padStart(2, "0");
  const hour = (at) => `${two(town(at).getUTCHours())}:${two(town(at).getUTCMinutes())}`;
  const day = (at) => board.dataset.day.replace("{month}", town(at).getUTCMonth() + 1).replace("{day}", town(at).getUTCDate());
  const write = (place, text) => { if (place.textContent !== text) place.textContent = text; };
  const tell = () => {
    const now = Date.now() - ahead;
    write(clock, `${day(now)} ${weekdays[town(now).getUTCDay()]} ${hour(now)}`);
  };
  setInterval(tell, TICK);
  tell();

  // Data
  const heard = (answer) => {
    known = Date.parse(answer.headers.get("Date") || "") || Date.now() - ahead;
    ahead = Date.now() - known;
    since.hidden = true;
  };
  const lost = () => {
    const today = day(known) === day(Date.now() - ahead);
    write(since, board.dataset.since.replace("{time}", today ? hour(known) : `${day(known)} ${hour(known)}`));
    since.hidden = false;
  };
  const take = (text) => {
    const here = board.querySelector(".bd-item.is-on")?.dataset.key;
    board.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.children);
    show(Math.max([...items()].findIndex((item) => item.dataset.key === here), 0));
  };
  const darken = () => {
    etag = "";
    if (!board.querySelector("[data-dark]")) board.replaceChildren(document.getElementById("dark").content.cloneNode(true));
  };
  const fetched = (address, headers = {}) => fetch(address, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });

  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetched(board.dataset.items, etag ? { "If-None-Match": etag } : {});
      if (answer.status === 404) { heard(answer); darken(); return; } // the key was revoked
      if (answer.status !== 200 && answer.status !== 304) { lost(); return; }
      if (answer.status === 200) {
        const text = await answer.text();
        etag = answer.headers.get("ETag") || "";
        take(text);
        // Only where the page itself answers: a browser's error page would stay on the wall
        if (release() !== running && (await fetched(location.pathname)).ok) location.reload();
      }
      heard(answer);
    } catch { lost(); } finally { asking = false; }
  };
  setInterval(ask, ASK);
  window.addEventListener("online", ask);

  // At the wall: F for the full screen, the arrows to look at another item
  document.addEventListener("keydown", (event) => {
    if (event.key === "f") (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {});
    if (event.key === "ArrowRight") turnBy(1);
    if (event.key === "ArrowLeft") turnBy(-1);
  });
  const awake = () => { if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", awake);
  awake();
})();
