// Records on this device: what is filled in, with its photos, until the server has it. Database "recording", two stores:
// records {id: "whose:part", by, part, number, firm, key, version, fields, signatures, dropped, begun, ready, wrong, over}
// photos {key, record, need, item, blob, sent}. `ready` is the record as it will be sent, and is not changed any more.
(() => {
  "use strict";
  const SECONDS = 60; // a photo on a bad line
  let opened = null;

  const open = () => {
    opened ||= new Promise((resolve, reject) => {
      const request = indexedDB.open("recording", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("records", { keyPath: "id" });
        request.result.createObjectStore("photos", { keyPath: "key" }).createIndex("record", "record");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  };
  const run = async (stores, mode, act) => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const work = database.transaction(stores, mode), asked = act(work);
      work.oncomplete = () => resolve(asked?.result);
      work.onerror = work.onabort = () => reject(work.error);
    });
  };

  const get = (id) => run("records", "readonly", (work) => work.objectStore("records").get(id));
  const all = async (by) => {
    const rows = await run("records", "readonly", (work) => work.objectStore("records").getAll());
    return rows.filter((row) => row.by === by); // another person's stays unread
  };
  const put = (record) => run("records", "readwrite", (work) => work.objectStore("records").put(record));
  const photosOf = (id) => run("photos", "readonly", (work) => work.objectStore("photos").index("record").getAll(id));
  const putPhoto = (photo) => run("photos", "readwrite", (work) => work.objectStore("photos").put(photo));
  const dropPhoto = (key) => run("photos", "readwrite", (work) => work.objectStore("photos").delete(key));
  const remove = async (id) => {
    const photos = await photosOf(id);
    return run(["records", "photos"], "readwrite", (work) => {
      photos.forEach(({ key }) => work.objectStore("photos").delete(key));
      work.objectStore("records").delete(id);
    });
  };

  const uuid = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  // {ok, status, told}; status 0: no network, or it took too long
  const post = async (url, body, type) => {
    const headers = { "X-CSRFToken": window.sx.csrf(), Accept: "application/json" };
    if (type) headers["Content-Type"] = type;
    try {
      const answer = await fetch(url, { method: "POST", body, headers, signal: AbortSignal.timeout(SECONDS * 1000) });
      const told = await answer.json().catch(() => ({}));
      return { ok: answer.ok, status: answer.status, told };
    } catch { return { ok: false, status: 0, told: {} }; }
  };
  const postJSON = (url, body) => post(url, JSON.stringify(body), "application/json");

  const postPhoto = (url, photo) => {
    const body = new FormData();
    body.append("key", photo.key);
    body.append("need", photo.need);
    if (photo.item) body.append("item", photo.item);
    const ending = { "image/png": "png", "image/webp": "webp" }[photo.blob.type] || "jpg";
    body.append("file", photo.blob, `${photo.key.slice(0, 8)}.${ending}`);
    return post(url, body);
  };

  // Each photo alone, those that have arrived not again, then the record; it may be called as often as one likes.
  // {url} it has arrived; {wrong, field} it is refused; {over, url} it is recorded already; {why} it waits
  const upload = async (record, say = () => {}) => {
    const photos = await photosOf(record.id), waiting = photos.filter((photo) => !photo.sent);
    for (const [n, photo] of waiting.entries()) {
      say("sending_photos", { n: n + 1, all: waiting.length });
      const { ok, status, told } = await postPhoto(record.urls.photos, photo);
      if (!ok) return answered(record, status, told);
      await putPhoto({ ...photo, sent: true });
    }
    say("sending");
    const { ok, status, told } = await postJSON(record.urls.send, record.ready);
    if (!ok) return answered(record, status, told);
    await remove(record.id);
    return { url: told.url };
  };
  const answered = async (record, status, told) => {
    if (status === 409) {
      await put({ ...record, over: told.error });
      return { over: told.error, url: told.url };
    }
    if (status === 422 || status === 413) {
      await put({ ...record, ready: null, wrong: told.error });
      return { wrong: told.error, field: told.field || "" };
    }
    return { why: { 0: "waiting", 401: "signed_out", 403: "signed_out" }[status] || "failed" };
  };

  // Pages, and what they are made of, are laid into the cache of this person, so that they open without a network
  const STATIC = /(?:src|href)="(\/static\/[^"]+)"/g;
  const keep = async (by, pages) => {
    if (!("caches" in window)) return;
    const cache = await caches.open(`recording:${by}`);
    const lay = async (url) => {
      const answer = await fetch(url, { headers: { Accept: "text/html, */*" } });
      if (!answer.ok || answer.redirected) return "";
      await cache.put(url, answer.clone());
      return pages.includes(url) ? answer.text() : "";
    };
    const texts = (await Promise.allSettled(pages.map(lay))).map(({ value }) => value || "");
    const named = texts.flatMap((text) => [...text.matchAll(STATIC)].map(([, path]) => path));
    const loaded = performance.getEntriesByType("resource").map((one) => one.name.split("#")[0].replace(location.origin, ""));
    const files = [...new Set([...named, ...loaded])].filter((path) => path.startsWith("/static/"));
    await Promise.allSettled(files.map(lay));
  };
  const register = (worker, scope) => navigator.serviceWorker?.register(worker, { scope }).catch(() => {});

  window.recording = { get, all, put, photosOf, putPhoto, dropPhoto, remove, uuid, post, postJSON, postPhoto, upload, keep, register };
})();
