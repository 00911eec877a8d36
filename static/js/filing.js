// Filing: what the page says about the text follows the typing. The form is posted to data-hints; what comes back takes
// the place of what has the same id, unless somebody is at work in it. Not htmx: it would leave the page for the
// sign-in page in the middle of a word, and report as a failure every request that the next one overtakes.
(() => {
  "use strict";
  const PAUSE = 600; // ms after the last key
  const form = document.querySelector("form[data-hints]");
  if (!form) return;
  let timer = null, request = null;

  const put = (part) => {
    const place = document.getElementById(part.id);
    if (place && !place.contains(document.activeElement)) place.replaceChildren(...part.childNodes);
  };
  const ask = async () => {
    request?.abort();
    request = new AbortController();
    const body = new FormData(form);
    body.delete("files");
    try {
      const answer = await fetch(form.dataset.hints, {
        method: "POST", body, signal: request.signal, headers: { "X-CSRFToken": window.sx.csrf(), Accept: "*/*" },
      });
      if (!answer.ok) return; // saving the draft tells what is wrong
      const box = document.createElement("template");
      box.innerHTML = await answer.text();
      [...box.content.children].forEach(put);
    } catch { /* overtaken, or no network: the guesses stay as they are */ }
  };
  const stop = () => { clearTimeout(timer); request?.abort(); };

  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  form.addEventListener("submit", stop);
  window.addEventListener("pagehide", stop);
})();
