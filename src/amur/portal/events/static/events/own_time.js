// On request, shows each session in the reader's own zone. Nothing is stored and nobody is asked.
const button = document.querySelector("[data-own-times]");
const places = [...document.querySelectorAll("[data-own-time]")];

const language = document.documentElement.lang;
// Dates of the English pages are written the British way everywhere.
const locale = language === "en" ? "en-GB" : language;

function write() {
  const style = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  for (const place of places) {
    const [begins, ends] = [new Date(place.dataset.begins), new Date(place.dataset.ends)];
    place.querySelector("[data-when]").textContent = style.formatRange(begins, ends);
  }
  const zone = style.resolvedOptions().timeZone;
  document.querySelector("[data-own-zone]").textContent = zone;
}

if (button && places.length) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    if (shown) write();
    button.setAttribute("aria-pressed", String(shown));
    for (const place of [...places, document.querySelector("[data-own-zone-line]")]) place.hidden = !shown;
  });
}
