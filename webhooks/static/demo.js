// The demo's page: sends what is written and tapped, asks for news every second, and shows it. It loads no library.
"use strict";

const boot = JSON.parse(document.getElementById("boot").textContent);
const byId = (id) => document.getElementById(id);
const phones = {};
const GLOSS = { sms: { greeting: "hello", hub: "a hub\u2019s keyword" }, telegram: { greeting: "hello", hub: "a hub\u2019s link" } };
let since = 0;
let version = 0;
let known = null; // ids of the stories in the previous list
let asking = null;
let silence = 0;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** A resident's words: the direction follows their first letter; the language is set if it is known. */
function words(tag, className, text, language) {
  const element = make(tag, className, text);
  element.dir = "auto";
  if (language) element.lang = language;
  return element;
}

function announce(text) {
  byId("status").textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { byId("status").textContent = ""; }, 8000);
}

// Talking to the server

async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (!response.ok) announce((await response.json()).error.message);
  } catch {
    announce("The demo does not answer. Is it still running?");
  }
  await refresh();
}

/** One request at a time, so that nothing is shown twice; a second call waits for its own answer. */
async function refresh() {
  while (asking) await asking;
  asking = ask();
  await asking;
}

async function ask() {
  try {
    const response = await fetch(`/demo/state?since=${since}&version=${version}`);
    if (response.ok) show(await response.json());
  } catch {
    announce("The demo does not answer. Is it still running?");
  } finally {
    asking = null;
  }
}

function show(state) {
  byId("clock").textContent = state.clock.shown;
  byId("ahead").textContent = state.clock.ahead ? `${state.clock.ahead} ahead of real time` : "the real time";
  for (const [name, news] of Object.entries(state.phones)) phones[name].show(news);
  version = state.version;
  if (state.organiser) showShelf(state.organiser);
}

// The phones

class Phone {
  constructor(section) {
    this.name = section.dataset.phone;
    this.section = section;
    this.log = section.querySelector(".log");
    this.text = section.querySelector("textarea");
    this.picker = section.querySelector(".language");
    this.address = "";
    this.day = "";
    section.querySelector(".compose").addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendWritten();
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.sendWritten();
      }
    });
    this.picker.addEventListener("change", () => this.suggest());
    section.querySelector(".new-phone").addEventListener("click", () => this.renew());
    section.querySelector(".begin")?.addEventListener("click", () => {
      this.say("/start");
      this.text.focus();
    });
    this.suggest();
  }

  get language() {
    return this.picker.value;
  }

  sendWritten() {
    const text = this.text.value;
    if (!text.trim()) return;
    this.text.value = "";
    this.say(text);
  }

  say(text) {
    this.section.classList.add("started");
    return post("/demo/say", { phone: this.name, text, language: this.language });
  }

  renew() {
    return post("/demo/new-phone", { phone: this.name, language: this.language });
  }

  suggest() {
    const language = boot.languages[this.language];
    Object.assign(this.text, { lang: this.language });
    const [short, tales] = [this.section.querySelector(".words"), this.section.querySelector(".tales")];
    short.replaceChildren();
    tales.replaceChildren();
    for (const [what, text] of boot.suggestions[this.name][this.language]) {
      const button = make("button");
      button.type = "button";
      button.addEventListener("click", () => this.say(text));
      if (what.startsWith("story ")) {
        button.textContent = boot.themes[what.slice(6)] ?? what;
        button.title = text;
        tales.append(button);
        continue;
      }
      const shown = words("span", "", text, what === "hub" ? "" : this.language);
      shown.dir = what === "hub" ? "ltr" : language.dir;
      button.append(shown);
      const gloss = GLOSS[this.name][what] ?? what;
      if (gloss.toLowerCase() !== text.toLowerCase()) button.append(make("small", "", gloss));
      short.append(button);
    }
  }

  show({ address, language, messages }) {
    if (address !== this.address) {
      this.picker.value = language;
      this.suggest();
      this.address = address;
      this.day = "";
      this.log.replaceChildren();
      this.section.classList.remove("started");
      this.section.querySelector(".address").textContent = address.replace(/^(\+44)(\d{4})(\d{6})$/, "$1 $2 $3");
    }
    for (const message of messages) {
      if (message.seq > since) since = message.seq;
      this.add(message);
    }
    if (messages.length) this.log.scrollTop = this.log.scrollHeight;
  }

  add({ kind, text, at, day, language, buttons, encoding, parts }) {
    this.section.classList.add("started");
    if (day !== this.day) this.log.append(make("p", "day", day));
    this.day = day;
    const message = make("div", `msg ${kind}`);
    const from = { in: "From OpenEar: ", out: "You: ", tap: "You tapped: ", note: "" }[kind];
    if (kind === "tap") message.append("tapped: ");
    else message.append(make("span", "hidden", from));
    message.append(words(kind === "tap" || kind === "note" ? "span" : "p", "text", text, language));
    const counted = parts ? ` \u00b7 ${encoding}, ${parts} part${parts === 1 ? "" : "s"}` : "";
    message.append(make("p", "meta", at + counted));
    this.log.append(message);
    if (buttons.length) this.log.append(this.options(buttons, language));
  }

  options(buttons, language) {
    const box = make("div", "options");
    for (const [label, data] of buttons) {
      const button = words("button", "", label, language);
      button.type = "button";
      button.addEventListener("click", () => post("/demo/tap", { phone: this.name, data, language: this.language }));
      box.append(button);
    }
    return box;
  }
}

// What the organiser would download

function showShelf({ count, tombstones, languages, rows }) {
  byId("count").textContent = count;
  byId("spoken").textContent = languages.length;
  byId("tombstones").textContent = tombstones;
  byId("shares").replaceChildren(...languages.map(([code, stories]) => share(code, stories)));
  const before = known;
  byId("rows").replaceChildren(...rows.map((row) => story(row, before !== null && !before.ids.has(row.story_id))));
  if (before !== null && tombstones > before.tombstones) {
    announce("A story was erased: its words are gone, and a tombstone tells those who downloaded it earlier.");
  } else if (before !== null && count > before.count) {
    announce("A new story is on the list.");
  }
  const seen = before === null ? rows.map((row) => row.story_id) : before.ids;
  known = { ids: new Set(seen), tombstones, count };
}

function share(code, stories) {
  const item = make("span");
  item.setAttribute("role", "listitem");
  item.style.setProperty("--share", stories);
  item.append(words("bdi", "", boot.languages[code]?.name ?? code, code), make("b", "", stories));
  return item;
}

function story(row, fresh) {
  const line = make("tr", fresh ? "fresh" : "");
  line.setAttribute("role", "row");
  const about = make("td", "id");
  const tongue = make("span", "tongue");
  tongue.append(words("bdi", "", boot.languages[row.language]?.name ?? row.language, row.language));
  const channel = { sms: "text message", telegram: "Telegram" }[row.channel] ?? row.channel;
  about.append(tongue, make("span", "", row.day), make("span", "", channel));
  about.append(make("span", "", [row.hub, row.area].filter(Boolean).join(", ")), make("code", "", row.story_id));
  const told = make("td", "told");
  told.append(marked(row.pressure, row.language));
  const wish = make("td", "wish");
  if (row.change) wish.append(words("p", "", row.change, row.language));
  if (row.change) wish.dataset.label = "Would help";
  const quote = make("td", "quote");
  quote.dataset.label = "May be quoted";
  quote.append(make("span", row.may_quote === "yes" ? "yes" : "none", row.may_quote || "not said"));
  for (const cell of [about, told, wish, quote]) cell.setAttribute("role", "cell");
  line.append(about, told, wish, quote);
  return line;
}

/** A story's words, with the mark that says it is invented set apart. */
function marked(text, language) {
  const paragraph = words("p", "", "", language);
  const mark = /^\[[^\]]*Invented\]/.exec(text);
  if (mark) paragraph.append(make("span", "mark", mark[0]));
  paragraph.append(mark ? text.slice(mark[0].length) : text);
  return paragraph;
}

async function download(format) {
  announce("Fetching the stories\u2026");
  try {
    const response = await fetch(`/export/${boot.campaign}/stories.${format}`, {
      headers: { Authorization: `Bearer ${boot.token}` }, // never in the address, where logs would keep it
    });
    if (!response.ok) {
      announce(`Not downloaded: ${(await response.json()).error.message}`);
      return;
    }
    const link = make("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? `stories.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    announce(`Downloaded ${response.headers.get("X-Row-Count") ?? "all"} stories: ${link.download}`);
  } catch {
    announce("Not downloaded: the demo does not answer.");
  }
}

// Start

for (const section of document.querySelectorAll("[data-phone]")) phones[section.dataset.phone] = new Phone(section);
for (const button of document.querySelectorAll("[data-format]")) {
  button.addEventListener("click", () => download(button.dataset.format));
}
for (const button of document.querySelectorAll("[data-minutes]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    await post("/demo/time", { minutes: Number(button.dataset.minutes) });
    button.disabled = false;
    button.focus();
    announce(`${button.textContent} have passed. It is ${byId("clock").textContent}.`.replace("1 day have", "1 day has"));
  });
}
byId("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(byId("curl").textContent);
  announce("The command is copied.");
});
setInterval(() => {
  if (!document.hidden && !asking) refresh();
}, 1000);
refresh();
