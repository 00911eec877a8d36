// What a device keeps of somebody's forms so that they open without a network is his alone: the next page that belongs
// to another person or to nobody takes it away. What he has not uploaded yet stays, and is shown to him only.
(() => {
  "use strict";
  const own = `recording:${document.currentScript.dataset.who}`;
  if (!("caches" in window)) return; // without TLS there is none
  caches.keys().then((names) => names.forEach((name) => {
    if (name.startsWith("recording:") && name !== own) caches.delete(name);
  })).catch(() => {});
})();
