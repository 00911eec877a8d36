// Choosing several rows: a box before each, X for the row in hand, Shift for a stretch; a bar says how many and what can
// be done to them: of the acts (data-begins) those that can be done to one of them at least. The boxes belong to
// <form id="batch" data-batch>, so that they are sent without any script.
(() => {
  "use strict";
  const bar = () => document.querySelector("[data-batch]");
  const boxes = () => [...document.querySelectorAll(".sx-item__pick input")];
  let last = null;

  // The first act left is the strong one
  const offer = (form, picked) => {
    const acts = [...form.querySelectorAll("[data-begins]")], statuses = new Set(picked.map((box) => box.dataset.status));
    const fits = acts.filter((act) => act.dataset.begins.split(" ").some((status) => statuses.has(status)));
    acts.forEach((act) => {
      act.hidden = !fits.includes(act);
      act.classList.toggle("sx-do--plain", act !== fits[0]);
    });
    const nothing = form.querySelector("[data-batch-nothing]");
    if (nothing) nothing.hidden = fits.length > 0 || !acts.length;
  };

  const tell = () => {
    const form = bar(), picked = boxes().filter((box) => box.checked), n = picked.length;
    if (!form) return;
    form.hidden = n === 0;
    if (n) offer(form, picked);
    form.querySelector("[data-batch-count]").textContent = n ? window.sx.say("picked", { n }) : "";
    document.querySelector("[data-rows]")?.classList.toggle("is-picking", n > 0);
  };

  window.sx.pick = (row) => {
    const box = row?.closest(".sx-item")?.querySelector(".sx-item__pick input");
    if (!box) return;
    box.checked = !box.checked;
    last = box;
    tell();
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-batch-none]")) { boxes().forEach((box) => { box.checked = false; }); tell(); return; }
    const box = event.target.closest(".sx-item__pick input");
    if (!box) return;
    const all = boxes(), from = all.indexOf(last), to = all.indexOf(box);
    if (event.shiftKey && from >= 0) all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => { one.checked = box.checked; });
    last = box;
    tell();
  });
  window.addEventListener("pageshow", tell); // a browser that comes back keeps what was ticked
  window.sx.picked = { tell, boxes };
})();
