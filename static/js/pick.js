// Choosing several rows: a box before each, X for the row in hand, Shift for a stretch; a bar says how many and what can
// be done to them. The boxes belong to <form id="batch" data-batch>, so that they are sent without any script.
(() => {
  "use strict";
  const bar = () => document.querySelector("[data-batch]");
  const boxes = () => [...document.querySelectorAll(".sx-item__pick input")];
  let last = null;

  const tell = () => {
    const form = bar(), n = boxes().filter((box) => box.checked).length;
    if (!form) return;
    form.hidden = n === 0;
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
