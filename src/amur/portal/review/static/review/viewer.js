// One picture of the sequence, large: zoom, pan, light, mirror, boxes; the next ones are loaded before they are asked for.
import { listen } from "./keys.js";

const MOST = 12;
const viewer = document.querySelector("[data-viewer]");
const stage = viewer?.querySelector("[data-stage]");
const pictures = [...(stage?.querySelectorAll("[data-picture]") ?? [])];
const look = { zoom: 1, right: 0, down: 0, mirror: false, brightness: 100, contrast: 100, boxes: true };
let shown = 0;

function show(number) {
  shown = Math.min(Math.max(number, 0), pictures.length - 1);
  for (const [k, picture] of pictures.entries()) {
    picture.hidden = k !== shown;
    const image = picture.querySelector("img");
    if (image && Math.abs(k - shown) <= 1) image.loading = "eager";
  }
  for (const button of viewer.querySelectorAll("[data-go]")) {
    const here = Number(button.dataset.go) === shown + 1;
    button.toggleAttribute("aria-current", here);
    if (here) button.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  viewer.querySelector("[data-place]").textContent = `${shown + 1} / ${pictures.length}`;
  draw();
}

function draw() {
  const reach = (look.zoom - 1) / 2;
  look.right = Math.min(Math.max(look.right, -reach), reach);
  look.down = Math.min(Math.max(look.down, -reach), reach);
  const picture = pictures[shown];
  if (!picture) return;
  const flip = look.mirror ? -1 : 1;
  picture.style.transform = `translate(${100 * look.right}%, ${100 * look.down}%) scale(${flip * look.zoom}, ${look.zoom})`;
  const image = picture.querySelector("img");
  if (image) image.style.filter = `brightness(${look.brightness}%) contrast(${look.contrast}%)`;
  stage.classList.toggle("boxless", !look.boxes);
  viewer.querySelector("[data-do=mirror]").setAttribute("aria-pressed", String(look.mirror));
  viewer.querySelector("[data-do=boxes]").setAttribute("aria-pressed", String(look.boxes));
  for (const slider of viewer.querySelectorAll("[data-light]")) slider.value = look[slider.dataset.light];
}

function addBoxes(picture) {
  for (const sides of picture.dataset.boxes.split(" ").filter(Boolean)) {
    const [left, top, width, height] = sides.split(",").map(Number);
    const box = document.createElement("span");
    box.className = "box";
    box.style.left = `${100 * left}%`;
    box.style.top = `${100 * top}%`;
    box.style.width = `${100 * width}%`;
    box.style.height = `${100 * height}%`;
    picture.append(box);
  }
}

function zoom(factor) {
  look.zoom = Math.min(Math.max(look.zoom * factor, 1), MOST);
  draw();
}

function move(right, down) {
  look.right += right;
  look.down += down;
  draw();
}

function light(name, by) {
  look[name] = Math.min(Math.max(look[name] + by, 40), 300);
  draw();
}

const verbs = {
  previous: () => show(shown - 1),
  next: () => show(shown + 1),
  larger: () => zoom(1.4),
  smaller: () => zoom(1 / 1.4),
  mirror: () => { look.mirror = !look.mirror; draw(); },
  boxes: () => { look.boxes = !look.boxes; draw(); },
  reset: () => { Object.assign(look, { zoom: 1, right: 0, down: 0, mirror: false, brightness: 100, contrast: 100 }); draw(); },
};
const STEP = 0.15;
const moves = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
const keys = {
  ArrowLeft: verbs.previous, ArrowRight: verbs.next, "+": verbs.larger, "=": verbs.larger, "-": verbs.smaller,
  0: verbs.reset, m: verbs.mirror, x: verbs.boxes,
  "[": () => light("brightness", -20), "]": () => light("brightness", 20),
  ",": () => light("contrast", -20), ".": () => light("contrast", 20),
};

function press(key, event) {
  if (event.target.matches("input[type=range]") && key.startsWith("Arrow")) return false;
  if (event.shiftKey && moves[key]) move(...moves[key]);
  else (keys[key] ?? keys[key.toLowerCase()])?.();
  return Boolean((event.shiftKey && moves[key]) || keys[key] || keys[key.toLowerCase()]);
}

/** Fingers and the mouse: one moves, two enlarge. */
function followPointers() {
  const down = new Map();
  const gap = () => { const [one, other] = [...down.values()]; return Math.hypot(one.x - other.x, one.y - other.y); };
  stage.addEventListener("pointerdown", (event) => {
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (look.zoom > 1 || down.size > 1) stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const wide = down.size === 2 ? gap() : 0;
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (wide) zoom(gap() / wide);
    else move((event.clientX - before.x) / stage.clientWidth, (event.clientY - before.y) / stage.clientHeight);
  });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => down.delete(event.pointerId));
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2);
  }, { passive: false });
}

function loadAhead() {
  const addresses = document.querySelector("[data-ahead]")?.dataset.ahead.split(" ").filter(Boolean) ?? [];
  for (const address of addresses) new Image().src = address;
}

if (pictures.length) {
  viewer.classList.add("lively");
  viewer.querySelector("[data-tools]").hidden = false;
  viewer.querySelector("[data-strip]").hidden = pictures.length < 2;
  for (const picture of pictures) addBoxes(picture);
  viewer.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.go) show(Number(button.dataset.go) - 1);
    else verbs[button?.dataset.do]?.();
  });
  for (const slider of viewer.querySelectorAll("[data-light]")) {
    slider.addEventListener("input", () => { look[slider.dataset.light] = Number(slider.value); draw(); });
  }
  followPointers();
  listen(press);
  show(0);
  window.addEventListener("load", loadAhead);
}
