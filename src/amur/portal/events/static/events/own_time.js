// Shows each session in the reader's own zone, where it is another than the event's.
for (const place of document.querySelectorAll("[data-own-time]")) {
  const begins = new Date(place.dataset.begins);
  const there = /([+-])(\d\d):(\d\d)$/.exec(place.dataset.begins);
  const minutes = there ? (there[1] === "-" ? -1 : 1) * (Number(there[2]) * 60 + Number(there[3])) : 0;
  if (minutes === -begins.getTimezoneOffset()) continue;
  const style = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  place.querySelector("b").textContent = style.formatRange(begins, new Date(place.dataset.ends));
  place.hidden = false;
}
