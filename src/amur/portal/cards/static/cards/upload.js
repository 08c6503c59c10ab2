// Sends the files of a card piece by piece. The server says how much of each is there, so an upload that was
// cut off, even by a closed browser, goes on from there. Without this script the page takes a ZIP archive.
const OFFERED_AT_ONCE = 200;
const AT_ONCE = 2;
const LONGEST_PAUSE_MS = 30000;

const place = document.querySelector("[data-upload]");
const form = document.getElementById("read-card");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The time of a file as its clock showed it: without zone, as cameras write it. */
function localTime(milliseconds) {
  const moment = new Date(milliseconds);
  const two = (number) => String(number).padStart(2, "0");
  return (
    `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}` +
    `T${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`
  );
}

class Upload {
  constructor(files) {
    this.files = files;
    this.total = files.reduce((sum, file) => sum + file.size, 0);
    this.sent = 0;
    this.done = 0;
    this.stopped = false;
    this.shown = place.querySelector("[data-progress]");
    this.label = document.getElementById("upload-label");
  }

  say(word) {
    if (this.label.textContent !== place.dataset[word]) this.label.textContent = place.dataset[word];
  }

  show() {
    const bar = this.shown.querySelector("progress");
    bar.max = Math.max(this.total, 1);
    bar.value = this.sent;
    this.shown.querySelector("[data-count]").textContent = `${this.done} / ${this.files.length}`;
  }

  /** Ask the server until it answers; a lost connection is waited for, a refusal ends the upload. */
  async ask(address, body, type) {
    for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      if (this.stopped) throw new Error("stopped");
      try {
        const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
        const headers = { "X-CSRFToken": token, "Content-Type": type };
        const answer = await fetch(address, { method: "POST", headers, body, redirect: "error" });
        if (answer.ok || answer.status === 409) return await answer.json();
        if (answer.status < 500 || answer.status === 507) {
          this.stopped = true;
          const told = await answer.json().catch(() => ({}));
          this.label.textContent = told.problem || place.dataset.wordsEnded;
          throw new Error("refused");
        }
      } catch (error) {
        if (this.stopped) throw error;
      }
      this.say("wordsWaiting");
      await pause(wait);
    }
  }

  async offer(files) {
    const list = files.map((file) => ({
      name: file.webkitRelativePath || file.name,
      size: file.size,
      modified: localTime(file.lastModified),
    }));
    const answer = await this.ask(place.dataset.upload, JSON.stringify({ files: list }), "application/json");
    return answer.files;
  }

  async send(file, known) {
    let at = known.arrived ?? file.size;
    this.sent += at;
    const size = Number(place.dataset.size);
    while (at < file.size) {
      const address = `${place.dataset.piece.replace(/0$/, known.id)}?from=${at}`;
      const answer = await this.ask(address, file.slice(at, at + size), "application/octet-stream");
      this.say("wordsSending");
      this.sent += answer.arrived - at;
      at = answer.arrived;
      this.show();
    }
    this.done += 1;
    this.show();
  }

  async run() {
    this.shown.hidden = false;
    this.shown.querySelector("[data-stop]").addEventListener("click", () => {
      this.stopped = true;
      location.reload();
    });
    for (let start = 0; start < this.files.length; start += OFFERED_AT_ONCE) {
      const part = this.files.slice(start, start + OFFERED_AT_ONCE);
      this.say("wordsListing");
      const known = await this.offer(part);
      let next = 0;
      const worker = async () => {
        while (next < part.length) {
          const number = next++;
          await this.send(part[number], known[number]);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    }
    form.requestSubmit();
  }
}

if (place && form) {
  place.hidden = false;
  for (const input of place.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      if (!input.files.length) return;
      place.querySelector(".choose").hidden = true;
      new Upload([...input.files]).run().catch(() => {});
    });
  }
}
