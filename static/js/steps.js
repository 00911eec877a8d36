// <form data-keep="/…"> is posted there a moment after each change, so that what is being written is not lost; saving is
// the button's. <span data-keep-status> says when it was kept last. Whoever leaves before it could be kept is asked.
(() => {
  "use strict";
  const PAUSE = 1500; // ms after the last key
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const status = document.querySelector("[data-keep-status]");
  let timer = null, behind = false, sent = false;

  const clock = () => new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  const say = (name, values) => { if (status) status.textContent = window.sx.say(name, values); };
  const keep = async () => {
    timer = null;
    try {
      const answer = await fetch(form.dataset.keep, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-CSRFToken": window.sx.csrf() },
      });
      behind = !answer.ok;
    } catch { behind = true; }
    if (behind) { if (status) status.textContent = ""; } else say("saved", { time: clock() });
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(keep, PAUSE); };

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  document.addEventListener("htmx:afterSettle", (event) => { if (form.contains(event.target) && !sent) soon(); });
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); timer = null; });
  window.addEventListener("pageshow", (event) => { if (event.persisted) sent = false; });
  window.addEventListener("pagehide", () => {
    if (timer && !sent) navigator.sendBeacon(form.dataset.keep, new URLSearchParams(new FormData(form)));
  });
  window.addEventListener("beforeunload", (event) => { if (behind && !sent) event.preventDefault(); });
})();
