// The calendar of a plan: cards are dragged to another day, or moved by keys. The server says which days can take one
// (before it is dropped) and has the last word (after it); sentences are its own.
(() => {
  "use strict";
  const week = document.querySelector("[data-plan-moves]");
  if (!week) return;
  const status = document.getElementById("plan-status");
  const dialog = document.getElementById("plan-days");
  const days = [...week.querySelectorAll("[data-day]")];
  const MOVED = "plan-moved"; // the card to focus once the week is shown again
  let held = null; // the card in hand: {card, answers}

  const ask = async (url, options = {}) => {
    const headers = { Accept: "application/json", "X-CSRFToken": window.sx.csrf(), ...options.headers };
    const answer = await fetch(url, { credentials: "same-origin", ...options, headers });
    if (answer.status === 404) return { error: week.dataset.gone }; // somebody has moved it in another window
    const said = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
    if (!answer.ok && !said.error) throw new Error(String(answer.status));
    return said;
  };
  const failed = () => window.sx.toast(week.dataset.failed, { wrong: true });

  const whereOf = (card) => `${week.dataset.where}?visit=${card.dataset.visit}`;
  const needsOf = async (card) => (card.known ||= ask(whereOf(card)).catch((error) => { card.known = null; throw error; }));

  const sentencesAt = (answers, day) => {
    if (day === held?.card.closest("[data-day]").dataset.day) return null;
    return answers?.days ? answers.days[day] ?? [week.dataset.noDay] : undefined;
  };

  const mark = () => days.forEach((day) => {
    const said = sentencesAt(held?.answers, day.dataset.day);
    day.classList.toggle("is-no", Boolean(said?.length));
    const why = day.querySelector(".pl-why");
    why.textContent = said?.join(" ") || "";
  });
  const over = (day) => days.forEach((one) => {
    one.classList.toggle("is-over", one === day);
    const why = one.querySelector(".pl-why");
    why.hidden = one !== day || !why.textContent;
  });
  const letGo = () => {
    held?.card.classList.remove("is-held");
    held = null;
    week.classList.remove("is-moving");
    mark();
    over(null);
  };

  const move = async (card, day) => {
    try {
      const known = await needsOf(card);
      if (known.error) { window.sx.toast(known.error, { wrong: true }); return; }
      const body = new URLSearchParams({ day });
      known.needs.forEach((need) => body.append("needs", need));
      const said = await ask(week.dataset.move, { method: "POST", body });
      if (said.error) {
        window.sx.toast(`${week.dataset.refused}\n${said.error}`, { wrong: true });
        return;
      }
      sessionStorage.setItem(MOVED, `${card.dataset.firm} ${day}`);
      window.location.assign(`${window.location.pathname}${withWeek(day)}`);
    } catch { failed(); }
  };
  const withWeek = (day) => {
    const asked = new URLSearchParams(window.location.search);
    asked.set("week", day);
    return `?${asked}`;
  };

  week.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.(".pl-card");
    if (!card) return;
    held = { card, answers: null };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.visit);
    card.classList.add("is-held");
    week.classList.add("is-moving");
    needsOf(card).then((answers) => { if (held?.card === card) { held.answers = answers; mark(); } }).catch(failed);
  });
  week.addEventListener("dragover", (event) => {
    const day = event.target.closest?.("[data-day]");
    if (!held || !day) return;
    event.preventDefault();
    over(day);
  });
  week.addEventListener("drop", (event) => {
    const day = event.target.closest?.("[data-day]");
    if (!held || !day) return;
    event.preventDefault();
    const { card } = held;
    const same = day === card.closest("[data-day]");
    letGo();
    if (!same) move(card, day.dataset.day);
  });
  week.addEventListener("dragend", letGo);

  // Keys: arrows go from card to card, Shift with them moves the visit, M opens the list of days
  const beside = (card, step) => {
    const at = days.indexOf(card.closest("[data-day]"));
    for (let n = at + step; n >= 0 && n < days.length; n += step) {
      const found = days[n].querySelector(".pl-card");
      if (found) return found;
    }
    return null;
  };
  const nextDay = (card, step) => {
    const at = days.indexOf(card.closest("[data-day]")) + step;
    return days[at]?.dataset.day;
  };
  week.addEventListener("keydown", (event) => {
    const card = event.target.closest(".pl-card");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && event.shiftKey) {
      const day = nextDay(card, step);
      if (day) move(card, day); else status.textContent = week.dataset.noDay;
    } else if (step) beside(card, step)?.focus();
    else if (event.key === "ArrowDown") card.parentElement.querySelector(`#${card.id} ~ .pl-card`)?.focus();
    else if (event.key === "ArrowUp") { const all = [...card.parentElement.querySelectorAll(".pl-card")]; all[all.indexOf(card) - 1]?.focus(); }
    else if (event.key === "m" || event.key === "M") openDays(whereOf(card));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const openDays = (url) => {
    window.htmx.ajax("GET", url, { target: "#plan-days-body", swap: "innerHTML" }).then(() => {
      if (!dialog.open) dialog.showModal();
      dialog.querySelector("button[name=day], input")?.focus();
    });
  };
  week.addEventListener("click", (event) => {
    const link = event.target.closest("[data-plan-where]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openDays(link.href);
  });

  const [firm, day] = (sessionStorage.getItem(MOVED) || "").split(" ");
  sessionStorage.removeItem(MOVED);
  if (firm) week.querySelector(`[data-day="${day}"] .pl-card[data-firm="${firm}"]`)?.focus();
})();
