// Reads the visitor's choices from their one cookie, so that every cached page is the same for everybody.
const YEAR = 31536000;
const link = document.querySelector("[data-choices]");
const { choices: version, cookie, languageCookie } = link.dataset;

const stored = (name) => {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found && found.slice(name.length + 1);
};
const keep = (name, value, age) => {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
};

// 1.VERSION.RECEIPT.PURPOSES: see `visitors.consent`. A choice of another version of the notice is none.
const [form, seen, , purposes = ""] = (stored(cookie) || "").split(".");
const chosen = form === "1" && seen === version;
const granted = new Set(chosen ? purposes.split("~") : []);

if (granted.has("preferences")) {
  for (const one of document.querySelectorAll(".languages a")) {
    one.addEventListener("click", () => keep(languageCookie, one.pathname.split("/")[1], YEAR));
  }
} else if (stored(languageCookie)) {
  keep(languageCookie, "", 0);
}

const videos = granted.has("video") ? [] : document.querySelectorAll("[data-needs='video']");
for (const video of videos) {
  const ask = video.querySelector(".ask");
  video.querySelector("a").addEventListener("click", (event) => {
    if (!ask.hidden) return;
    event.preventDefault();
    ask.hidden = false;
    ask.querySelector("a").focus();
  });
}
if (videos.length && !chosen && !navigator.globalPrivacyControl) {
  const notice = videos[0].querySelector(".consent");
  notice.querySelector("[name=next]").value = location.pathname + location.search;
  document.querySelector("main").append(notice);
  notice.hidden = false;
}
