// Narrows the list of areas to those whose names hold the words; what is chosen stays chosen.
const place = document.querySelector("[data-choose]");
const words = document.getElementById("choose-words");
const items = [...document.querySelectorAll(".choices li")];

function narrow() {
  const wanted = words.value.trim().toLocaleLowerCase();
  for (const item of items) item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
  const shown = items.filter((item) => !item.hidden).length;
  place.querySelector("[data-choose-count]").textContent = wanted ? `${shown} / ${items.length}` : "";
}

if (place) {
  place.hidden = false;
  words.addEventListener("input", narrow);
  // Enter would send the form before anything is chosen.
  words.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}
