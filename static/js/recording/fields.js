// The fields of the form as pairs (for the draft) and as the record that is sent; what has not been filled in yet.
(() => {
  "use strict";
  const form = document.getElementById("rc");
  if (!form) return;
  const value = (name) => form.elements[name]?.value ?? ""; // of radio buttons: the chosen one's
  const screens = () => [...form.querySelectorAll("[data-need]")];
  const points = (screen) => [...screen.querySelectorAll("[data-item]")];
  const free = (screen) => [...screen.querySelectorAll("[data-free]")].filter((box) => !box.hidden);

  const pairs = () => {
    const first = new FormData(form);
    return [...first].filter(([, text]) => typeof text === "string").map(([name, text]) => [name, text]);
  };
  const fill = (kept) => {
    const known = new Map(kept);
    [...form.elements].forEach((field) => {
      if (!field.name || field.type === "file" || !known.has(field.name)) return;
      if (field.type === "radio") field.checked = field.value === known.get(field.name);
      else field.value = known.get(field.name);
    });
    form.querySelectorAll("[data-free]").forEach((box) => { box.hidden = !known.get(`${box.id}-on`); });
  };

  const finding = (name, item, n) => ({
    item, n, text: value(`${name}-text`).trim(), basis: value(`${name}-basis`).trim(), severity: value(`${name}-severity`),
    outcome: value(`${name}-outcome`), days: Number(value(`${name}-days`)) || 0,
  });
  const findings = (screen) => [
    ...points(screen).filter(({ id }) => value(id) === "problem").map(({ id, dataset }) => finding(id, Number(dataset.item), 0)),
    ...free(screen).map(({ id }) => finding(id, null, Number(id.split("-f")[1]))),
  ];
  const check = (screen) => ({
    need: Number(screen.dataset.need),
    remarks: value(`${screen.id}-remarks`).trim(),
    answers: points(screen).filter(({ id }) => value(id))
      .map(({ id, dataset }) => ({ item: Number(dataset.item), result: value(id), note: value(`${id}-note`).trim() })),
    findings: findings(screen),
  });
  const checks = () => screens().map(check);

  const refusal = () => value("sign-firm-refused").trim();
  const signatures = (images) => [
    { whose: "inspector", image: images.inspector || "" },
    { whose: "firm", image: images.firm || "", name: value("sign-firm-name").trim(), title: value("sign-firm-title").trim(), refused_for: refusal() },
  ].filter(({ image, refused_for }) => image || refused_for);

  // A limit of days that cannot be one
  const endless = (id) => value(`${id}-outcome`) === "rectify" && (!value(`${id}-days`) || !form.elements[`${id}-days`].checkValidity());

  // What is missing, as ids of places; the server asks the same and more
  const unfilled = (screen) => {
    const left = points(screen).filter(({ id }) => !value(id)).map(({ id }) => id);
    const vague = [...points(screen).filter(({ id }) => value(id) === "problem"), ...free(screen)]
      .filter(({ id }) => !value(`${id}-text`).trim() || !value(`${id}-outcome`) || endless(id)).map(({ id }) => id);
    const silent = !points(screen).length && !value(`${screen.id}-remarks`).trim() ? [`${screen.id}-remarks`] : [];
    return [...left, ...vague, ...silent];
  };

  // What is wrong about the signatures, as [id of the place, name of the sentence]: asked while both sides are still there
  const unsigned = (images) => {
    if (!images.inspector) return ["sign-inspector", "inspector_unsigned"];
    if (!images.firm && !refusal()) return ["sign-firm", "firm_unsigned"];
    if (images.firm && refusal()) return ["sign-firm-refused", "signed_and_refused"];
    if (images.firm && !value("sign-firm-name").trim()) return ["sign-firm-name", "firm_unnamed"];
    return null;
  };

  window.recordingFields = { form, screens, points, value, pairs, fill, checks, findings, signatures, unfilled, unsigned };
})();
