// One candidate at a time, by keyboard: J/K or digits, P places, B blink; other keys press the button they name.
const page = document.querySelector("[data-review]");
const candidates = [...document.querySelectorAll("[data-candidate]")];
const tools = document.querySelector("[data-tools]");
let current = 0;
let blinking = 0;

function show(number) {
  if (!candidates.length) return;
  stopBlinking();
  current = Math.min(Math.max(number, 0), candidates.length - 1);
  candidates.forEach((one, index) => { one.hidden = index !== current; });
  const title = candidates[current].querySelector("h3").textContent.trim();
  tools.querySelector("[data-which]").textContent = `${current + 1} / ${candidates.length}: ${title}`;
}

function togglePlaces() {
  const hidden = page.classList.toggle("without-places");
  tools.querySelector("[data-do=places]").setAttribute("aria-pressed", String(!hidden));
}

function stopBlinking() {
  clearInterval(blinking);
  blinking = 0;
  for (const pair of document.querySelectorAll(".sides.blinking")) {
    pair.classList.remove("blinking");
    for (const one of pair.children) one.classList.remove("away");
  }
  tools?.querySelector("[data-do=blink]").setAttribute("aria-pressed", "false");
}

function swap(pair) {
  const [mine, theirs] = pair.children;
  const mineAway = mine.classList.toggle("away");
  theirs.classList.toggle("away", !mineAway);
}

// Twice a second at most; who wants less motion changes the picture with each press, and ends with Escape.
function blink() {
  const pair = candidates[current]?.querySelector(".sides");
  if (!pair) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (pair.classList.contains("blinking")) {
    if (calm) swap(pair); else stopBlinking();
    return;
  }
  pair.classList.add("blinking");
  pair.children[1].classList.add("away");
  tools.querySelector("[data-do=blink]").setAttribute("aria-pressed", "true");
  if (!calm) blinking = setInterval(() => swap(pair), 500);
}

function press(key) {
  const named = (place) => [...place.querySelectorAll(`[data-key="${key}"]`)];
  const found = candidates.length ? named(candidates[current]) : [];
  const rest = named(page).filter((one) => !one.closest("[data-candidate]"));
  (found[0] ?? rest[0])?.click();
}

const actions = {
  next: () => show(current + 1),
  previous: () => show(current - 1),
  places: togglePlaces,
  blink,
};
const keys = { j: actions.next, k: actions.previous, p: togglePlaces, b: blink, Escape: stopBlinking };

function near(event) {
  const place = event.target.closest?.(".place");
  for (const one of document.querySelectorAll(".place.near")) one.classList.remove("near");
  if (!place) return;
  const pair = place.closest(".sides");
  if (!pair) return;
  for (const one of pair.querySelectorAll(`[data-n="${place.dataset.n}"]`)) one.classList.add("near");
}

if (page) {
  if (tools) {
    tools.hidden = false;
    tools.addEventListener("click", (event) => actions[event.target.closest("[data-do]")?.dataset.do]?.());
    page.addEventListener("pointerover", near);
    show(0);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, select, textarea")) return;
    if (tools && keys[event.key]) keys[event.key]();
    else if (tools && /^[1-9]$/.test(event.key) && Number(event.key) <= candidates.length) show(Number(event.key) - 1);
    else if (/^[a-z]$/.test(event.key)) press(event.key);
    else return;
    event.preventDefault();
  });
}
