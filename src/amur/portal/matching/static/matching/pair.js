// Verdicts by keyboard (S, D, U) and places of agreement on or off (P). Without this script the buttons do it.
const flanks = document.querySelector("[data-flanks]");
const places = document.querySelector("[data-places]");

function toggle() {
  const bare = flanks.classList.toggle("bare");
  places.setAttribute("aria-pressed", String(!bare));
}

/** Whether a key is meant for something that is typed into, or for the browser. */
function isMeantElsewhere(event) {
  return (
    event.ctrlKey || event.metaKey || event.altKey || event.repeat ||
    event.target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

if (flanks) {
  places.hidden = false;
  places.setAttribute("aria-pressed", "true");
  places.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if (isMeantElsewhere(event)) return;
    const key = event.key.toLowerCase();
    if (key === "p") toggle();
    const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (button) button.click();
  });
}
