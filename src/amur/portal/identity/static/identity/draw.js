// The box of a flank, drawn with a pointer or moved with the arrows; the fields hold what will be stored.
const STEP = 1;

function edges(form) {
  return Object.fromEntries(["left", "top", "width", "height"].map((name) => [name, form.elements[name]]));
}

function put(form, left, top, right, bottom) {
  const within = (value) => Math.min(Math.max(value, 0), 100);
  const [l, t, r, b] = [left, top, right, bottom].map(within);
  const fields = edges(form);
  fields.left.value = Math.min(l, r).toFixed(2);
  fields.top.value = Math.min(t, b).toFixed(2);
  fields.width.value = Math.abs(r - l).toFixed(2);
  fields.height.value = Math.abs(b - t).toFixed(2);
  draw(form);
}

function draw(form) {
  const box = form.querySelector("[data-box]");
  const fields = edges(form);
  box?.setAttribute("x", `${fields.left.value}%`);
  box?.setAttribute("y", `${fields.top.value}%`);
  box?.setAttribute("width", `${fields.width.value}%`);
  box?.setAttribute("height", `${fields.height.value}%`);
}

function place(canvas, event) {
  const around = canvas.getBoundingClientRect();
  return [
    (100 * (event.clientX - around.left)) / around.width,
    (100 * (event.clientY - around.top)) / around.height,
  ];
}

function byPointer(form, canvas) {
  let start = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    start = place(canvas, event);
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    canvas.focus({ preventScroll: true });
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!start) return;
    const end = place(canvas, event);
    if (Math.hypot(end[0] - start[0], end[1] - start[1]) > 1) put(form, ...start, ...end);
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { start = null; });
}

function byKeys(form, canvas) {
  const sides = { l: "left", r: "right", u: "unknown" };
  const ways = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const fields = edges(form);
    const [left, top, width, height] = Object.values(fields).map((field) => Number(field.value));
    const way = ways[event.key];
    if (way && event.shiftKey) put(form, left, top, left + Math.max(width + way[0], 1), top + Math.max(height + way[1], 1));
    else if (way) {
      const l = Math.min(Math.max(left + way[0], 0), 100 - width);
      const t = Math.min(Math.max(top + way[1], 0), 100 - height);
      put(form, l, t, l + width, t + height);
    } else if (sides[event.key]) form.elements.side.value = sides[event.key];
    else if (event.key === "Enter") form.requestSubmit(form.querySelector("button:not([name])"));
    else return;
    event.preventDefault();
  });
}

for (const form of document.querySelectorAll("[data-drawing]")) {
  const canvas = form.querySelector("[data-canvas]");
  form.addEventListener("input", () => draw(form));
  byPointer(form, canvas);
  byKeys(form, canvas);
}
