// Sums are paid in 元 and spoken of in 万元: beside a field in 元 stands how much that is.
(() => {
  "use strict";
  const number = (typed) => {
    const plain = typed.normalize("NFKC").replace(/(?<=\d)[,\s](?=\d{3}(?!\d))/g, "").trim();
    return /^\d+(\.\d{1,2})?$/.test(plain) ? Number(plain) : 0;
  };
  for (const input of document.querySelectorAll("[data-yuan]")) {
    const said = document.createElement("output");
    said.className = "sx-hint";
    said.htmlFor = input.id;
    input.after(said);
    const say = () => {
      const sum = number(input.value) / 10000;
      const words = sum.toLocaleString("en", { maximumFractionDigits: 6 });
      said.textContent = sum >= 1 ? input.dataset.yuan.replace("%s", words) : "";
    };
    input.addEventListener("input", say);
    say();
  }
})();
