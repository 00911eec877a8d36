// My day: the forms of today's and tomorrow's visits are laid into this device, so that they open where no network is.
(async () => {
  "use strict";
  const store = window.recording, link = document.querySelector("[data-recording]");
  const who = document.querySelector("script[data-who]")?.dataset.who;
  if (!store || !link || !who) return;
  const list = link.getAttribute("href");
  const answer = await fetch(list).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const forms = [...page.querySelectorAll("[data-form]")].map((one) => one.getAttribute("href"));
  store.register(link.dataset.recording, list);
  store.keep(who, [list, ...forms]);
})();
