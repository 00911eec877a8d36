// Waiting for htmx: nothing for 300 ms, then a skeleton or a thread at the top; after 2 s it says so. And what failed.
(() => {
  "use strict";
  const SOON = 300, LONG = 2000; // ms
  let running = 0, bar = null, timers = [];

  const show = () => {
    bar = Object.assign(document.createElement("div"), { className: "sx-wait" });
    bar.setAttribute("role", "status");
    document.body.append(bar);
  };
  const showLong = () => {
    if (!bar) return;
    bar.classList.add("is-long");
    bar.appendChild(document.createElement("span")).textContent = window.sx.say("still_waiting");
  };
  const stop = () => {
    timers.forEach(clearTimeout);
    timers = [];
    bar?.remove();
    bar = null;
  };

  // <template id="…"> named by data-skeleton on the target stands in for what is being fetched
  const skeleton = (target) => {
    const template = document.getElementById(target?.dataset?.skeleton || "");
    if (!template) return;
    target.setAttribute("aria-busy", "true");
    target.replaceChildren(template.content.cloneNode(true));
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    running += 1;
    const { target, requestConfig } = event.detail;
    const fetches = requestConfig?.verb === "get";
    if (fetches && target?.dataset?.skeleton) {
      const timer = setTimeout(() => skeleton(target), SOON);
      event.detail.xhr.addEventListener("loadend", () => clearTimeout(timer));
    }
    if (running === 1) timers = [setTimeout(show, SOON), setTimeout(showLong, LONG)];
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    running = Math.max(running - 1, 0);
    event.detail.target?.removeAttribute?.("aria-busy");
    if (!running) stop();
  });

  const failures = { 401: "signed_out", 403: "gone", 404: "gone", 409: "gone" };
  document.addEventListener("htmx:responseError", (event) => {
    window.sx.toast(window.sx.say(failures[event.detail.xhr.status] || "failed"), { wrong: true });
  });
  document.addEventListener("htmx:sendError", () => window.sx.toast(window.sx.say("offline"), { wrong: true }));
  document.addEventListener("htmx:timeout", () => window.sx.toast(window.sx.say("offline"), { wrong: true }));

  // Refusals and forms with errors come as 422 with the part to show
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 422) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
})();
