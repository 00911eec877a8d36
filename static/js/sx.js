// What the other scripts share: the translated sentences, the CSRF token, toasts. No inline code anywhere (strict CSP).
(() => {
  "use strict";
  const words = JSON.parse(document.getElementById("sx-words")?.textContent || "{}");

  // A sentence with its named places filled: say("saved", {time: "15:20"})
  const say = (name, values = {}) => (words[name] || "").replace(/%\((\w+)\)s/g, (_all, key) => values[key] ?? "");

  const csrf = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ||
    document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";

  const SHOWN = 8000; // ms; a toast about a failure stays until it is closed
  const UNDO = 30000; // ms; what can be taken back can be so long (requests/flow/undo.py), and the offer goes with it

  const leaveSoon = (toast) => {
    if ("undo" in toast.dataset) { setTimeout(() => toast.remove(), UNDO); return; }
    if ("stays" in toast.dataset) return;
    let timer = setTimeout(() => toast.remove(), SHOWN);
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", () => { timer = setTimeout(() => toast.remove(), SHOWN / 2); });
    toast.addEventListener("focusin", () => clearTimeout(timer));
  };

  // First line strong, the rest plain, as the server's own toasts
  const toast = (text, { wrong = false } = {}) => {
    const region = document.getElementById("toasts");
    const [head, ...rest] = text.split("\n");
    if ([...region.querySelectorAll("b")].some((b) => b.textContent === head)) return;
    const box = Object.assign(document.createElement("div"), { className: `sx-toast${wrong ? " sx-toast--wrong" : ""}` });
    box.dataset.toast = "";
    if (wrong) box.dataset.stays = "";
    const p = box.appendChild(document.createElement("p"));
    p.appendChild(document.createElement("b")).textContent = head;
    p.append(rest.join(" "));
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    close.dataset.close = "";
    close.setAttribute("aria-label", say("close"));
    box.append(close);
    region.append(box);
    leaveSoon(box);
  };

  document.addEventListener("click", (event) => event.target.closest("[data-close]")?.closest("[data-toast]")?.remove());
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
    if (node.dataset && "toast" in node.dataset) leaveSoon(node);
  }))).observe(document.getElementById("toasts"), { childList: true });
  document.querySelectorAll("[data-toast]").forEach(leaveSoon);

  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrf(); });

  window.sx = { say, csrf, toast };
})();
