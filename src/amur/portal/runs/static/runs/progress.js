// Asks every two seconds how far a run is; when it has ended, the page is loaded anew and leads on.
const EVERY_MS = 2000;

async function follow(place) {
  const answer = await fetch(place.dataset.run, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const run = await answer.json();
  if (run.finished) {
    location.reload();
    return;
  }
  place.querySelector("[data-label]").textContent = run.label;
  place.querySelector("[data-percent]").textContent = run.percent;
  place.querySelector("[data-stage]").textContent = run.stage;
  place.querySelector("progress").value = run.percent;
  again(place);
}

function again(place) {
  // A server that is being restarted is asked again; the state of the run is not lost with it.
  setTimeout(() => follow(place).catch(() => again(place)), EVERY_MS);
}

for (const place of document.querySelectorAll("[data-run]")) again(place);
