// The grid of sequences: arrows go from one to the next, shift and a click choose all between.
import { listen } from "./keys.js";

const grid = document.querySelector("[data-grid]");
const boxes = [...(grid?.querySelectorAll("input[type=checkbox]") ?? [])];
let last = null;

function tell() {
  document.querySelector("[data-chosen]").textContent = boxes.filter((box) => box.checked).length;
}

function chooseAll() {
  const every = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !every;
  tell();
}

function columns() {
  const top = boxes[0].closest("li").offsetTop;
  const wide = boxes.findIndex((box) => box.closest("li").offsetTop !== top);
  return wide < 1 ? boxes.length : wide;
}

function press(key) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() };
  if (key.toLowerCase() === "e") chooseAll();
  else if (steps[key]) {
    const here = boxes.indexOf(document.activeElement);
    boxes[Math.min(Math.max(here < 0 ? 0 : here + steps[key], 0), boxes.length - 1)].focus();
  } else return false;
  return true;
}

if (boxes.length) {
  const tools = document.querySelector("[data-choose-tools]");
  tools.hidden = false;
  tools.querySelector("[data-all]").addEventListener("click", chooseAll);
  grid.addEventListener("click", (event) => {
    const box = event.target.closest("input[type=checkbox]");
    if (!box) return;
    if (event.shiftKey && last) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((one, other) => one - other);
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    tell();
  });
  listen(press);
  tell();
}
