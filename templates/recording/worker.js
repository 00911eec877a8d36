// The form opens without a network: what a page has laid into this device's cache answers when the network does not.
// It writes nothing itself; the pages lay in what they need (store.js), and signing out takes it away (kept.js).
"use strict";
const PAGES = /^\/inspections\/recording\/(\d+\/)?$/;
const WAIT = 4000; // ms; on a line that is worse than that the kept copy is shown
const SLOW = 30000; // ms; so long nothing more is waited for after that
let slowUntil = 0;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const page = request.mode === "navigate";
  if (page ? PAGES.test(url.pathname) : url.pathname.startsWith("/static/")) event.respondWith(answer(request, page));
});

async function answer(request, page) {
  const kept = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  if (!kept) return fetch(request).catch(() => (page ? nothing() : Response.error()));
  const copy = () => { if (page) slowUntil = Date.now() + SLOW; return kept; };
  if (!page && Date.now() < slowUntil) return kept;
  const late = new Promise((give) => { setTimeout(() => give(null), WAIT); });
  return Promise.race([fetch(request), late]).then((fresh) => fresh || copy(), copy);
}

function nothing() {
  const text = "{% filter escapejs %}{% trans "没有网络，这一页还没有存到这台设备上。连上网络后打开一次，以后没有网络也能用。" %}{% endfilter %}";
  const title = "{% filter escapejs %}{% trans "没有网络" %}{% endfilter %}";
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>`;
  return new Response(`<!doctype html><html lang="zh-Hans">${head}<p>${text}</p></html>`, {
    status: 503, headers: { "Content-Type": "text/html; charset=utf-8" },
  });
}
