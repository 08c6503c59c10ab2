// Small helpers of the account pages. Passkeys themselves are done by the scripts of django-allauth.
"use strict";

// The passkey form says "own computer" when the box "shared computer" above it is not ticked.
for (const field of document.querySelectorAll("input[data-copies]")) {
  const box = document.getElementById(field.dataset.copies);
  if (!box) continue;
  const copy = () => { field.value = box.checked ? "" : "1"; };
  box.addEventListener("change", copy);
  copy();
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// A passkey that was refused or not chosen is no fault of the page: say it, quietly.
document.addEventListener("allauth.error", (event) => {
  const messages = document.querySelector("[data-passkey-refused]");
  if (!messages) return;
  event.preventDefault();
  messages.hidden = false;
  messages.focus();
});
