// Saves a chart as PNG: the picture is drawn by the browser itself, so every script has its font.
const SCALE = 2;

async function savePng(figure) {
  const svg = figure.querySelector("svg");
  const { width, height } = svg.viewBox.baseVal;
  const copy = svg.cloneNode(true);
  copy.setAttribute("width", width * SCALE);
  copy.setAttribute("height", height * SCALE);
  const source = new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
  const address = URL.createObjectURL(source);
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  canvas.getContext("2d").drawImage(image, 0, 0);
  URL.revokeObjectURL(address);
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = `${figure.dataset.name}.png`;
  link.click();
}

for (const figure of document.querySelectorAll("[data-chart]")) {
  const button = figure.querySelector("[data-png]");
  button.hidden = false;
  button.addEventListener("click", () => savePng(figure));
}

// Ctrl+K (⌘K) leads to the search box; arrow keys lead from it through the hits and back.
document.addEventListener("keydown", (event) => {
  const box = document.getElementById("search-box");
  if (!box) return;
  if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const stops = [box, ...document.querySelectorAll(".hits h2 a")];
  const place = stops.indexOf(document.activeElement);
  if (!step || place < 0 || stops.length === 1 || !stops[place + step]) return;
  event.preventDefault();
  stops[place + step].focus();
});
