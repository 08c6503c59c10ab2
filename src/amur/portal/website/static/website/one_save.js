// The form of a page is sent once what it saves by itself is saved, and saves nothing by itself after that: two saves
// at once would look like two editors. Then it says which of these saves it is based on. What is written in a text
// reaches the form a moment later.
const WRITTEN_MS = 1000;
const LONGEST_MS = 10_000;
let saving = false;
let written = -Infinity;
let sent = -Infinity;
let passing = false;
let held = null; // the form and the button that were pressed meanwhile

// By keys, and by what Chinese is written with.
for (const sign of ["keydown", "beforeinput", "input", "compositionend"]) {
  document.addEventListener(
    sign,
    (event) => {
      if (event.target.isContentEditable) written = performance.now();
    },
    true,
  );
}

window.addEventListener("w-autosave:save", (event) => {
  if (performance.now() - sent < LONGEST_MS) event.preventDefault();
  saving = !event.defaultPrevented;
});

window.addEventListener("w-autosave:success", (event) => {
  const { revision_id, revision_created_at } = event.detail.data;
  const known = { loaded_revision_id: revision_id, loaded_revision_created_at: revision_created_at };
  for (const [name, value] of Object.entries(known)) {
    for (const field of event.target.querySelectorAll(`[name=${name}]`)) field.value = value;
  }
  saved();
});

window.addEventListener("w-autosave:error", saved);

document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("[data-edit-form], #translation")) return;
    const wait = written + WRITTEN_MS - performance.now();
    if (passing || (!saving && wait <= 0)) {
      sent = performance.now();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    held = { form: event.target, button: event.submitter };
    setTimeout(send, Math.max(wait, 0));
    setTimeout(saved, LONGEST_MS);
  },
  true,
);

function saved() {
  saving = false;
  send();
}

function send() {
  if (!held || saving) return;
  const { form, button } = held;
  held = null;
  // The button itself may be switched off by now, and would not be sent.
  const pressed = Object.assign(document.createElement("input"), { type: "hidden" });
  if (button?.name) {
    Object.assign(pressed, { name: button.name, value: button.value });
    form.append(pressed);
  }
  passing = true;
  form.requestSubmit();
  passing = false;
  pressed.remove();
}
