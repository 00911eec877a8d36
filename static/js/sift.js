// A long list to choose from: a box above it narrows it while one types; what is ticked stays in sight. In a list of
// co-handlers the lead (data-apart: the id of its field) is no choice, as soon as it is chosen.
(() => {
  "use strict";
  const every = (root, what) => [...root.querySelectorAll(what)];
  const wordsOf = (element, group) => `${group} ${element.textContent}`.toLowerCase();

  const narrow = (rows, group, wanted, apart) => rows.filter((row) => {
    const box = row.querySelector?.("input");
    const lead = Boolean(box && apart && box.value === apart);
    if (lead) box.checked = false;
    row.hidden = lead || !(row.selected || box?.checked || wordsOf(row, group).includes(wanted));
    return !row.hidden;
  }).length;

  const sift = (part, wanted) => {
    const apart = document.getElementById(part.dataset.apart || "")?.value || "";
    every(part, ".tk-picks__of").forEach((of) => {
      of.hidden = !narrow(every(of, "label"), of.getAttribute("aria-label") || "", wanted, apart);
    });
    every(part, "optgroup").forEach((of) => { of.hidden = !narrow(every(of, "option"), of.label, wanted, ""); });
  };

  const boxOf = (part) => part.querySelector("[data-sift]");
  const again = (part) => sift(part, (boxOf(part)?.value || "").trim().toLowerCase());
  const partOf = (box) => box.closest("[data-sifted]") || box.closest("fieldset");

  const begin = (root) => {
    every(root, "[data-sift]").forEach((box) => { box.hidden = false; });
    every(root, "[data-apart]").forEach(again);
  };

  // What is typed here is for the list alone: it changes nothing of the form, and Enter does not send it
  ["input", "change", "search"].forEach((kind) => document.addEventListener(kind, (event) => {
    if (!event.target.matches?.("[data-sift]")) return;
    event.stopPropagation();
    again(partOf(event.target));
  }, true));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("[data-sift]")) event.preventDefault();
  }, true);
  document.addEventListener("change", (event) => {
    every(event.target.form || document, "[data-apart]").filter((part) => part.dataset.apart === event.target.id).forEach(again);
  }, true);
  document.addEventListener("htmx:afterSwap", (event) => begin(event.target));
  begin(document);
})();
