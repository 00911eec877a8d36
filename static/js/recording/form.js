// The form of one record: one screen at a time, kept on this device with every change, sent once (INS-6).
(async () => {
  "use strict";
  const told = document.getElementById("rc-data"), fields = window.recordingFields, store = window.recording;
  if (!told || !fields) return;
  const data = JSON.parse(told.textContent), { form } = fields;
  const el = (id) => document.getElementById(id);
  const say = (name, values = {}) => (data.words[name] || "").replace(/%\((\w+)\)s/g, (_all, key) => values[key] ?? "");
  const clock = () => new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  const id = `${data.by}:${data.part}`, PAUSE = 600, SERVER = 2500, AGAIN = 30000; // ms
  let kept = null, device = true, busy = false, keeping = null, saving = null;

  try { kept = await store.get(id); } catch { device = false; }
  const newer = !kept || data.version > kept.version;
  const record = {
    key: data.key, dropped: [], signatures: {}, ready: null, wrong: "", over: "", ...kept,
    id, by: data.by, part: data.part, number: data.number, firm: data.firm, urls: data.urls,
    version: newer ? data.version : kept.version, fields: newer ? data.fields : kept.fields,
  };
  if (newer && kept) record.signatures = {};
  fields.fill(record.fields);

  // Keeping ------------------------------------------------------------------------------------------------------
  const keep = async () => {
    keeping = null;
    try {
      await store.put(record);
      el("rc-state").textContent = say("here", { time: clock() });
    } catch {
      if (device) window.sx.toast(say("no_store"), { wrong: true });
      device = false;
    }
  };
  const save = async () => { // the server's copy, for another telephone; without a network this device's is enough
    saving = null;
    if (record.ready || !navigator.onLine) return;
    const { ok, status, told: answer } = await store.postJSON(data.urls.draft, { version: record.version, fields: record.fields });
    if (ok) el("rc-state").textContent = say("saved", { time: clock() });
    if (status === 409) { record.over = answer.error; await keep(); waiting(); }
  };
  const touched = () => {
    record.version += 1;
    record.fields = fields.pairs();
    record.wrong = "";
    record.begun ||= new Date().toISOString();
    keeping ||= setTimeout(keep, PAUSE);
    clearTimeout(saving);
    saving = setTimeout(save, SERVER);
    count();
  };
  const unsign = () => { // signed is what was read, and nothing else
    if (!Object.values(record.signatures).some(Boolean)) return;
    record.signatures = {};
    Object.values(pads).forEach((pad) => pad.wipe());
    window.sx.toast(say("sign_again"));
  };
  const changed = () => { unsign(); touched(); };
  window.addEventListener("pagehide", () => { if (keeping) { clearTimeout(keeping); keep(); } });

  // Signatures ---------------------------------------------------------------------------------------------------
  const pads = {};
  form.querySelectorAll("[data-pad]").forEach((canvas) => {
    const whose = canvas.dataset.pad;
    pads[whose] = window.recordingPad(canvas, () => { record.signatures[whose] = pads[whose].image(); wrong(""); touched(); });
  });
  form.querySelectorAll("[data-wipe]").forEach((button) => button.addEventListener("click", () => {
    pads[button.dataset.wipe].wipe();
    record.signatures[button.dataset.wipe] = "";
    touched();
  }));
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    if (event.target.name?.startsWith("sign-")) touched(); else changed();
  });
  form.addEventListener("click", (event) => {
    const { target } = event, screen = target.closest?.("[data-need]");
    if (target.closest?.("[data-rest]")) {
      fields.points(screen).filter((point) => !fields.value(point.id)).forEach((point) => {
        point.querySelector("input[value=ok]").checked = true;
      });
      changed();
    } else if (target.closest?.("[data-free-on]")) {
      const box = screen.querySelector("[data-free][hidden]");
      if (!box) return;
      box.hidden = false;
      form.elements[`${box.id}-on`].value = "1";
      box.querySelector("textarea").focus();
      changed();
    } else if (target.closest?.("[data-free-off]")) {
      const box = target.closest("[data-free]");
      box.hidden = true;
      form.elements[`${box.id}-on`].value = "";
      changed();
    }
  });

  // One screen at a time -----------------------------------------------------------------------------------------
  const steps = [...form.querySelectorAll("[data-step]")], order = steps.map((step) => step.dataset.step);
  let here = 0;
  const go = (n, { quiet = false } = {}) => {
    here = Math.min(Math.max(n, 0), order.length - 1);
    form.querySelectorAll("[data-screen]").forEach((screen) => { screen.hidden = screen.dataset.screen !== order[here]; });
    steps.forEach((step, k) => {
      if (k === here) step.setAttribute("aria-current", "step"); else step.removeAttribute("aria-current");
    });
    const last = here === order.length - 1;
    el("rc-back").hidden = here === 0;
    el("rc-next").hidden = last;
    el("rc-send").hidden = !last;
    if (last) { summary(); resign(); }
    if (quiet) return;
    const bar = steps[here].closest("ol"), [box, step] = [bar.getBoundingClientRect(), steps[here].getBoundingClientRect()];
    bar.scrollLeft += step.left - box.left - (box.width - step.width) / 2;
    el(order[here]).focus({ preventScroll: true });
    window.scrollTo(0, 0);
  };
  const resign = () => Object.entries(pads).forEach(([whose, pad]) => {
    if (record.signatures[whose]) pad.draw(record.signatures[whose]); else pad.wipe();
  });
  steps.forEach((step, n) => step.addEventListener("click", () => go(n)));
  el("rc-back").addEventListener("click", () => go(here - 1));
  el("rc-next").addEventListener("click", () => go(here + 1));

  const count = () => fields.screens().forEach((screen) => {
    const points = fields.points(screen), done = points.filter(({ id: name }) => fields.value(name)).length;
    const words = fields.unfilled(screen).length ? (points.length ? say("points", { done, all: points.length }) : "") : say("all_done");
    form.querySelector(`[data-step="${screen.id}"] [data-count]`).textContent = words;
  });
  const line = (tag, text, into) => into.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
  const summary = () => {
    const sum = el("rc-sum");
    sum.replaceChildren();
    fields.screens().forEach((screen) => {
      const found = fields.findings(screen);
      line("h3", screen.querySelector("h2").textContent, sum);
      line("p", found.length ? say("found", { n: found.length }) : say("clean"), sum);
      const list = sum.appendChild(document.createElement("ul"));
      found.forEach((one) => {
        const name = one.item ? `${screen.id}-i${one.item}` : `${screen.id}-f${one.n}`;
        const chosen = form.querySelector(`input[name="${name}-outcome"]:checked`)?.nextElementSibling.textContent || "";
        const days = one.outcome === "rectify" ? ` ${say("days", { n: one.days })}` : "";
        line("li", `${one.text} ${chosen}${days}`.trim(), list);
      });
      if (!found.length) list.remove();
    });
    const left = fields.screens().filter((screen) => fields.unfilled(screen).length);
    el("rc-missing").hidden = !left.length;
    el("rc-missing").textContent = say("missing", { what: left.map((one) => one.querySelector("h2").textContent).join(" ") });
  };

  // Sending ------------------------------------------------------------------------------------------------------
  const wrong = (sentence, place) => {
    el("rc-wrong").hidden = !sentence;
    el("rc-wrong").querySelector("span").textContent = sentence || "";
    form.querySelectorAll(".is-bad").forEach((one) => one.classList.remove("is-bad"));
    const at = place && el(place);
    if (!at) { if (sentence) el("rc-wrong").scrollIntoView({ block: "center" }); return; }
    const screen = at.closest("[data-screen]");
    if (screen) go(order.indexOf(screen.dataset.screen), { quiet: true });
    at.classList.add("is-bad");
    at.scrollIntoView({ block: "center" });
    (at.matches("input, textarea") ? at : at.querySelector("input, textarea"))?.focus({ preventScroll: true });
  };
  const waiting = (text = "") => {
    const over = Boolean(record.over);
    el("rc-waiting").hidden = !record.ready && !over;
    form.hidden = Boolean(record.ready) || over;
    el("rc-waiting-head").textContent = over ? record.over : say("unsent", { n: 1 });
    el("rc-waiting-text").textContent = over ? "" : text;
    ["rc-now", "rc-change"].forEach((one) => { el(one).hidden = over; });
    ["rc-see", "rc-discard"].forEach((one) => { el(one).hidden = !over; });
  };
  const upload = async () => {
    if (busy || !record.ready || record.over) return;
    busy = true;
    el("rc-now").disabled = el("rc-change").disabled = true;
    const done = await store.upload(record, (name, values) => waiting(say(name, values)));
    busy = false;
    el("rc-now").disabled = el("rc-change").disabled = false;
    if (done.url && !done.over) { window.location.assign(done.url); return; }
    if (done.over) { record.over = done.over; waiting(); }
    else if (done.wrong) { record.ready = null; waiting(); wrong(done.wrong, done.field); }
    else waiting(say(done.why));
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy || record.ready) return;
    const [left] = fields.screens().flatMap((screen) => fields.unfilled(screen));
    if (left) { wrong(el("rc-missing").textContent, left); return; }
    const lacking = fields.unsigned(record.signatures);
    if (lacking) { wrong(say(lacking[1]), lacking[0]); return; }
    wrong("");
    record.fields = fields.pairs();
    record.ready = {
      by: data.by, key: record.key, begun_at: record.begun || null, written_at: new Date().toISOString(), photos: photos.keys(),
      checks: fields.checks(), signatures: fields.signatures(record.signatures),
    };
    clearTimeout(saving);
    await keep();
    waiting(say("waiting"));
    upload();
  });
  el("rc-now").addEventListener("click", upload);
  el("rc-change").addEventListener("click", async () => { record.ready = null; await keep(); waiting(); go(here, { quiet: true }); });
  el("rc-discard").addEventListener("click", async () => {
    if (!window.confirm(say("discard"))) return;
    await store.remove(id);
    window.location.assign(el("rc-see").href);
  });

  const photos = window.recordingPhotos({ record, data, form, say, changed });
  await photos.load();
  const online = () => { if (record.ready) upload(); else { photos.send(); } };
  window.addEventListener("online", online);
  setInterval(() => { if (!document.hidden && navigator.onLine) online(); }, AGAIN);

  navigator.locks?.request(`recording:${id}`, { ifAvailable: true }, (lock) => { // two pages would undo each other
    if (lock) return new Promise(() => {});
    return window.sx.toast(say("twice"), { wrong: true });
  });
  form.classList.add("is-live");
  count();
  go(0, { quiet: true });
  waiting(say("waiting"));
  if (kept && !newer) el("rc-state").textContent = say("here", { time: "" }).trim();
  online();
  store.register(data.urls.worker, data.urls.scope);
  store.keep(data.by, [data.urls.form, data.urls.scope]);
})();
