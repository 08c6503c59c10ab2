// The label by keys and buttons: type, species by number, count, sex, life stage, uncertain; save, next, undo.
import { listen } from "./keys.js";

const form = document.querySelector("[data-label-form]");
const TYPES = { b: "blank", h: "human", v: "vehicle", a: "animal" };

/** A field of the line in which one is, else of the first line. */
function field(name) {
  const line = document.activeElement.closest("fieldset") ?? form.querySelector("fieldset");
  return line.querySelector(`[name$="-${name}"]`);
}

function choose(type, species = "") {
  field("type").value = type;
  field("species").value = species;
  mark();
}

function mark() {
  const type = field("type").value;
  const species = field("species").value;
  for (const button of form.querySelectorAll("[data-quick] button")) {
    const same = button.dataset.species ? button.dataset.species === species : !species && button.dataset.type === type;
    button.setAttribute("aria-pressed", String(same));
  }
}

function nextOption(select) {
  select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
}

function press(key, event) {
  const letter = key.toLowerCase();
  const numbered = /^[1-9]$/.test(key) && form.querySelectorAll("[data-species]")[Number(key) - 1];
  if (numbered) choose("animal", numbered.dataset.species);
  else if (TYPES[letter]) {
    choose(TYPES[letter]);
    if (letter === "a") field("species").focus();
  } else if (key === "/") field("species").focus();
  else if (letter === "c") field("count").focus();
  else if (letter === "s") nextOption(field("sex"));
  else if (letter === "l") nextOption(field("life_stage"));
  else if (letter === "u") field("uncertain").checked = !field("uncertain").checked;
  else if (letter === "n") document.querySelector("[data-key=next]")?.click();
  else if (letter === "p") history.back();
  else if (letter === "f") document.querySelector("[data-key=task]")?.click();
  else if (letter === "z") document.querySelector("[data-key=undo]")?.click();
  else if (key === "Enter" && !event.target.closest("a, button, summary")) form.requestSubmit();
  else return false;
  return true;
}

if (form) {
  const quick = form.querySelector("[data-quick]");
  quick.hidden = false;
  quick.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    choose(button.dataset.species ? "animal" : button.dataset.type, button.dataset.species ?? "");
    if (button.dataset.type === "animal") field("species").focus();
  });
  form.addEventListener("input", mark);
  mark();
  listen(press);
} else {
  listen((key) => {
    const next = key.toLowerCase() === "n" && document.querySelector("[data-key=next]");
    if (next) next.click();
    return Boolean(next);
  });
}
