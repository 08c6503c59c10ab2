// Keys of one letter: which are on, and who listens. Other modules of the room give their keys to `listen`.
const STORED = "review-keys";
const listeners = [];
const dialog = document.querySelector("[data-keys]");
const on = document.querySelector("[data-keys-on]");

/** Call `answer(key, event)` for each key outside of fields; what returns true has used it. */
export function listen(answer) {
  listeners.push(answer);
}

function isField(place) {
  return place.matches("select, textarea, input:not([type=checkbox]):not([type=range])");
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog?.open) return;
  if (event.key === "Escape" && isField(event.target)) {
    event.target.blur();
    event.preventDefault();
    return;
  }
  if (isField(event.target) || (on && !on.checked && event.key.length === 1)) return;
  if (event.key === "?") dialog.showModal();
  else if (!listeners.some((answer) => answer(event.key, event))) return;
  event.preventDefault();
}

function remembered() {
  try { return localStorage.getItem(STORED); } catch { return null; }
}

function remember(word) {
  try { localStorage.setItem(STORED, word); } catch { /* a browser that keeps nothing asks again */ }
}

if (dialog) {
  document.addEventListener("keydown", press);
  const open = document.querySelector("[data-keys-open]");
  open.hidden = false;
  open.querySelector("button").addEventListener("click", () => dialog.showModal());
  on.checked = remembered() !== "off";
  on.addEventListener("change", () => remember(on.checked ? "on" : "off"));
}
