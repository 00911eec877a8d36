// Signatures by finger, pen or mouse: window.recordingPad(canvas, changed) gives {image(), draw(dataURL), wipe()}.
(() => {
  "use strict";
  const INK = "#10202b", WIDTH = 2.4, SIDE = 2; // pixels for each of the page's, so that it stays sharp and small

  window.recordingPad = (canvas, changed) => {
    const ink = canvas.getContext("2d");
    let drawn = false, last = null;
    const size = () => {
      const { width, height } = canvas.getBoundingClientRect();
      canvas.width = Math.round(width * SIDE);
      canvas.height = Math.round(height * SIDE);
      ink.scale(SIDE, SIDE);
      Object.assign(ink, { lineWidth: WIDTH, lineCap: "round", lineJoin: "round", strokeStyle: INK, fillStyle: INK });
    };
    const wipe = () => {
      drawn = false;
      if (canvas.getBoundingClientRect().width) size(); // a new size is an empty one
    };
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (!drawn) size();
      canvas.setPointerCapture(event.pointerId);
      last = at(event);
      drawn = true;
      ink.beginPath();
      ink.arc(...last, WIDTH / 2, 0, 7);
      ink.fill();
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      (event.getCoalescedEvents?.() || [event]).forEach((one) => {
        const next = at(one);
        ink.beginPath();
        ink.moveTo(...last);
        ink.lineTo(...next);
        ink.stroke();
        last = next;
      });
    });
    ["pointerup", "pointercancel"].forEach((type) => canvas.addEventListener(type, () => {
      if (!last) return;
      last = null;
      changed();
    }));

    const draw = (url) => {
      const picture = new Image();
      picture.addEventListener("load", () => {
        size();
        const { width, height } = canvas.getBoundingClientRect();
        ink.drawImage(picture, 0, 0, width, height);
        drawn = true;
      });
      picture.src = url;
    };
    return { image: () => (drawn ? canvas.toDataURL("image/png") : ""), draw, wipe };
  };
})();
