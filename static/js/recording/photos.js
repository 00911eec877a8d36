// Photos of a record: made small on this device, kept here, sent alone. window.recordingPhotos(state) with
// {record, data, form, say, changed} gives {load(), keys(), send(), none(need)}.
(() => {
  "use strict";
  const EDGE = 1600, QUALITY = 0.8; // the longer side in pixels: a number plate can be read, 300 KB at most

  const smaller = async (file) => {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const share = Math.min(1, EDGE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * share);
    canvas.height = Math.round(picture.height * share);
    const ink = canvas.getContext("2d");
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, canvas.width, canvas.height);
    ink.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return new Promise((give, fail) => {
      canvas.toBlob((blob) => (blob ? give(blob) : fail(new Error("empty"))), "image/jpeg", QUALITY);
    });
  };

  window.recordingPhotos = ({ record, data, form, say, changed }) => {
    const store = window.recording, shown = new Map(); // key: {photo, box}
    let running = null;

    const areaOf = ({ need, item }) => {
      const screen = form.querySelector(`[data-need="${need}"]`);
      const place = item && screen?.querySelector(`[data-item="${item}"]`);
      return (place || screen?.querySelector("[data-overview]"))?.querySelector("[data-photos]");
    };
    const drop = async (key) => {
      const { box } = shown.get(key);
      shown.delete(key);
      box.remove();
      record.dropped.push(key);
      await store.dropPhoto(key).catch(() => {});
      fetch(`${data.photo}${key}/`, { method: "DELETE", headers: { "X-CSRFToken": window.sx.csrf() } }).catch(() => {});
      changed();
    };
    const show = (photo, address) => {
      const area = areaOf(photo);
      if (!area || shown.has(photo.key)) return;
      const box = area.appendChild(Object.assign(document.createElement("figure"), { className: "rc-photo" }));
      box.append(Object.assign(document.createElement("img"), { src: address, alt: say("photo") }));
      const state = box.appendChild(document.createElement("figcaption"));
      state.textContent = photo.sent ? "" : say("photo_waits");
      const off = box.appendChild(Object.assign(document.createElement("button"), { type: "button", textContent: "×", className: "sx-upload__off" }));
      off.setAttribute("aria-label", say("photo_off"));
      off.addEventListener("click", () => drop(photo.key));
      shown.set(photo.key, { photo, box, state });
    };

    const send = () => {
      running ||= sendAll().finally(() => { running = null; });
      return running;
    };
    const sendAll = async () => {
      for (const { photo, state } of shown.values()) {
        if (photo.sent || !navigator.onLine) continue;
        const { ok, status, told } = await store.postPhoto(data.urls.photos, photo);
        if (status === 422) state.textContent = told.error;
        if (!ok) continue;
        photo.sent = true;
        state.textContent = "";
        await store.putPhoto(photo).catch(() => {});
      }
    };

    const take = async (input) => {
      const place = input.closest("[data-item], [data-overview]"), [file] = input.files;
      const need = Number(input.closest("[data-need]").dataset.need);
      input.value = ""; // the same can be taken again
      const many = [...shown.values()].filter(({ photo }) => photo.need === need).length;
      if (many >= data.most) { window.sx.toast(say("photo_most", { n: data.most }), { wrong: true }); return; }
      try {
        const blob = await smaller(file);
        const photo = { key: store.uuid(), record: record.id, need, item: Number(place.dataset.item) || null, blob, sent: false };
        await store.putPhoto(photo).catch(() => window.sx.toast(say("no_store"), { wrong: true }));
        show(photo, URL.createObjectURL(blob));
        changed();
        send();
      } catch { window.sx.toast(say("photo_bad"), { wrong: true }); }
    };
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-camera]") && event.target.files.length) take(event.target);
    });

    const load = async () => {
      const here = await store.photosOf(record.id).catch(() => []);
      here.forEach((photo) => show(photo, URL.createObjectURL(photo.blob)));
      const sent = data.photos.filter(({ key }) => !record.dropped.includes(key));
      sent.forEach((photo) => show({ ...photo, sent: true }, `${photo.url}?small=1`));
    };
    return { load, send, keys: () => [...shown.keys()] };
  };
})();
