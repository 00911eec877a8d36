// 待记录: what this device still holds and the server has not; the forms of today's visits are laid in for later.
(async () => {
  "use strict";
  const told = document.getElementById("rc-data"), store = window.recording;
  if (!told || !store) return;
  const data = JSON.parse(told.textContent), el = (id) => document.getElementById(id);
  const say = (name, values = {}) => (data.words[name] || "").replace(/%\((\w+)\)s/g, (_all, key) => values[key] ?? "");

  const button = (text, act, plain) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    made.className = `sx-do sx-do--s${plain ? " sx-do--plain" : ""}`;
    made.addEventListener("click", () => act(made));
    return made;
  };
  const row = (record) => {
    const item = document.createElement("li"), name = item.appendChild(document.createElement("a"));
    name.href = record.urls.form;
    name.textContent = record.firm;
    const state = item.appendChild(Object.assign(document.createElement("span"), { className: "s" }));
    state.textContent = `${record.number} ${record.over || record.wrong || say(record.ready ? "ready" : "draft")}`;
    const acts = item.appendChild(Object.assign(document.createElement("span"), { className: "r" }));
    if (record.over) acts.append(button(say("remove"), () => discard(record), true));
    else if (record.ready) acts.append(button(say("upload"), () => send(record, state)));
    return item;
  };
  const list = async () => {
    const held = await store.all(data.by).catch(() => []);
    el("rc-held").hidden = !held.length;
    el("rc-held-head").textContent = say("unsent", { n: held.length });
    el("rc-held-list").replaceChildren(...held.map(row));
    return held;
  };
  const send = async (record, state) => {
    const done = await store.upload(record, (name, values) => { state.textContent = say(name, values); });
    if (done.url && !done.over) window.sx.toast(`${say("done")}\n${record.firm}`);
    if (done.why) state.textContent = say(done.why); else await list();
  };
  const discard = async (record) => {
    if (!window.confirm(say("discard"))) return;
    await store.remove(record.id);
    list();
  };
  const sendAll = async () => {
    const ready = (await list()).filter((record) => record.ready && !record.over);
    for (const record of ready) await send(record, document.createElement("span"));
    if (ready.length) list();
  };

  window.addEventListener("online", sendAll);
  if (navigator.onLine) sendAll(); else list();
  store.register(data.worker, data.scope);
  const forms = [...document.querySelectorAll("[data-form]")].map((link) => link.href);
  store.keep(data.by, [data.scope, ...forms]);
})();
