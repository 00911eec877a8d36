// Several files at once, each with its own progress. <div class="sx-upload" data-upload="/…/" data-name="attachments">
// posts every file alone as `file`; the answer is {"id": …, "name": …} or 4xx with {"error": "sentence"}. With
// data-upload-drops a file taken out again is given up there too: DELETE /…/<id>/. With data-upload-together instead
// of data-upload nothing is sent ahead: the files go with the form.
(() => {
  "use strict";
  const MEGABYTE = 1024 * 1024;
  let running = 0, waiting = null; // the form that was sent before its files were there, and by which button

  // The name's ending, in place of a picture that is none
  const ending = (file) => {
    const shown = document.createElement("span");
    shown.className = "p";
    shown.textContent = (file.name.split(".").pop() || "").slice(0, 4).toUpperCase();
    return shown;
  };

  const tile = (area, file) => {
    const box = document.createElement("figure");
    box.className = "sx-upload__one";
    if (file.type.startsWith("image/")) {
      const picture = box.appendChild(Object.assign(document.createElement("img"), { className: "p", alt: "" }));
      picture.addEventListener("error", () => picture.replaceWith(ending(file)));
      picture.src = URL.createObjectURL(file);
    } else box.append(ending(file));
    const caption = box.appendChild(document.createElement("figcaption"));
    caption.setAttribute("role", "status");
    caption.textContent = file.name;
    caption.title = file.name;
    const bar = box.appendChild(Object.assign(document.createElement("progress"), { className: "sx-prog", max: 100, value: 0 }));
    bar.setAttribute("aria-label", file.name);
    const off = box.appendChild(Object.assign(document.createElement("button"), { type: "button", textContent: "×" }));
    off.className = "sx-upload__off";
    off.dataset.uploadOff = "";
    off.setAttribute("aria-label", window.sx.say("remove", { name: file.name }));
    area.insertBefore(box, area.querySelector(".sx-upload__add"));
    return { box, caption, bar };
  };

  const wrong = ({ box, caption }, sentence, again) => {
    box.classList.add("is-wrong");
    caption.replaceChildren();
    if (!again) { caption.textContent = sentence; return; }
    const retry = Object.assign(document.createElement("button"), { type: "button", className: "sx-link", textContent: sentence });
    retry.addEventListener("click", () => { box.remove(); again(); });
    caption.append(retry);
  };

  const changed = (area) => area.closest("form")?.dispatchEvent(new Event("sx:changed"));

  const send = (area, file) => {
    const one = tile(area, file);
    const limit = Number(area.dataset.maxMb || 0);
    if (limit && file.size > limit * MEGABYTE) {
      wrong(one, `${file.name} ${window.sx.say("too_large", { size: limit })}`);
      return;
    }
    const request = new XMLHttpRequest(), body = new FormData();
    body.append("file", file);
    request.open("POST", area.dataset.upload);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", window.sx.csrf());
    request.setRequestHeader("Accept", "application/json");
    running += 1;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.round((event.loaded / event.total) * 100);
      one.bar.value = percent;
      one.caption.textContent = window.sx.say("uploading", { percent: `${percent}%` });
    });
    request.addEventListener("loadend", () => {
      running -= 1;
      one.bar.hidden = true;
      if (request.status >= 200 && request.status < 300) {
        one.caption.textContent = file.name;
        const hidden = Object.assign(document.createElement("input"), { type: "hidden", value: request.response.id });
        hidden.name = area.dataset.name || "attachments";
        one.box.append(hidden);
        changed(area);
      } else if (request.response?.error) wrong(one, request.response.error);
      else if (request.status === 401 || request.status === 403) {
        wrong(one, `${file.name} ${window.sx.say("upload_failed")}`, () => send(area, file));
        window.sx.toast(window.sx.say("signed_out"), { wrong: true });
      }
      else wrong(one, `${file.name} ${window.sx.say("upload_failed")}`, () => send(area, file));
      if (!running) goOn();
    });
    one.box.abort = () => request.abort();
    request.send(body);
  };

  // Files that go with the form: the field holds them, each can be taken out again
  const together = (area) => {
    const field = area.querySelector("input[type=file]"), limit = Number(area.dataset.maxMb || 0);
    const fits = (file) => !limit || file.size <= limit * MEGABYTE;
    const chosen = [...(area.kept || []), ...field.files], most = Number(area.dataset.max || 10);
    chosen.filter((file) => !fits(file)).forEach((file) => {
      window.sx.toast(`${file.name} ${window.sx.say("too_large", { size: limit })}`, { wrong: true });
    });
    if (chosen.length > most) window.sx.toast(window.sx.say("too_many", { count: most }), { wrong: true });
    keep(area, chosen.filter(fits).slice(0, most));
  };
  const keep = (area, files) => {
    const all = new DataTransfer();
    files.forEach((file) => all.items.add(file));
    area.querySelector("input[type=file]").files = all.files;
    area.kept = files;
    area.querySelectorAll(".sx-upload__one").forEach((box) => box.remove());
    files.forEach((file) => tile(area, file).bar.remove());
  };
  document.addEventListener("change", (event) => {
    const area = event.target.type === "file" && event.target.closest("[data-upload-together]");
    if (area) together(area);
  });
  document.addEventListener("click", (event) => {
    const off = event.target.closest("[data-upload-together] [data-upload-off]");
    if (!off) return;
    const area = off.closest("[data-upload-together]"), box = off.closest(".sx-upload__one");
    const at = [...area.querySelectorAll(".sx-upload__one")].indexOf(box);
    keep(area, area.kept.filter((_file, n) => n !== at));
    area.querySelector("input[type=file]").focus();
    event.stopImmediatePropagation();
  });

  const take = (area, files) => {
    const most = Number(area.dataset.max || 10);
    const room = most - area.querySelectorAll(".sx-upload__one:not(.is-wrong)").length;
    [...files].slice(0, Math.max(room, 0)).forEach((file) => send(area, file));
    if (files.length > room) window.sx.toast(window.sx.say("too_many", { count: most }), { wrong: true });
  };

  document.addEventListener("change", (event) => {
    const area = event.target.type === "file" && event.target.closest("[data-upload]");
    if (!area) return;
    take(area, event.target.files);
    event.target.value = ""; // the same file can be chosen again after a failure
  });
  // What was chosen before this script was there
  document.querySelectorAll("[data-upload] input[type=file], [data-upload-together] input[type=file]").forEach((field) => {
    if (field.files.length) field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("click", (event) => {
    const off = event.target.closest("[data-upload-off]");
    if (!off) return;
    const box = off.closest(".sx-upload__one"), area = off.closest("[data-upload]");
    const stored = box.querySelector("input[type=hidden]")?.value;
    box.abort?.();
    box.remove();
    if (stored && area && "uploadDrops" in area.dataset) {
      fetch(`${area.dataset.upload}${stored}/`, {
        method: "DELETE", headers: { "X-CSRFToken": window.sx.csrf(), Accept: "application/json" },
      }).catch(() => {}); // what is not on the page is not sent either
    }
    if (area) { changed(area); area.querySelector("input[type=file]")?.focus(); }
  });
  ["dragover", "dragleave", "drop"].forEach((type) => document.addEventListener(type, (event) => {
    const area = event.target.closest?.("[data-upload]");
    if (!area) return;
    event.preventDefault();
    area.querySelector(".sx-upload__add")?.classList.toggle("is-over", type === "dragover");
    if (type === "drop") take(area, event.dataTransfer.files);
  }));
  // A form waits for its files and then goes by itself; not when one failed, which its own tile says
  const goOn = () => {
    const held = waiting;
    waiting = null;
    if (held?.form.isConnected && !held.form.querySelector(".sx-upload__one.is-wrong")) held.form.requestSubmit(held.submitter);
  };
  document.addEventListener("submit", (event) => {
    if (!running || !event.target.querySelector("[data-upload]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!waiting) window.sx.toast(window.sx.say("waiting_uploads"));
    waiting = { form: event.target, submitter: event.submitter };
  }, true);
})();
