// The page: a row of phones, or on a narrow screen one phone and tabs.
import * as api from "./api.js";
import { avatar, displayNumber, el, icon } from "./dom.js";
import { PhoneView } from "./phone.js";
import { askForm } from "./sheet.js";

const memory = "phones-open";
const desk = document.getElementById("desk");
const tabs = document.getElementById("tabs");
const notice = document.getElementById("notice");
const views = new Map(); // number -> PhoneView
let numbers = [];
let events = null;
let front = "";

export function tell(message) {
  notice.textContent = message;
  notice.hidden = message === "";
  clearTimeout(tell.timer);
  if (message) tell.timer = setTimeout(() => tell(""), 6000);
}

function remember() {
  localStorage.setItem(memory, JSON.stringify([...views.keys()]));
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(memory)) ?? [];
  } catch {
    return [];
  }
}

function drawTabs() {
  tabs.replaceChildren(
    ...[...views.values()].map((view) => {
      const { name, number } = view.phone;
      return el(
        "button",
        { class: "tab", type: "button", "data-tab": number, "aria-pressed": String(number === front), click: () => show(number) },
        avatar(name || number.slice(-2)),
        el("span", { class: "tab-name" }, name || displayNumber(number)),
        view.unread > 0 ? el("span", { class: "badge", "aria-label": `${view.unread} unread` }, String(view.unread)) : null,
      );
    }),
  );
}

function show(number) {
  front = number;
  for (const view of views.values()) view.element.classList.toggle("front", view.phone.number === number);
  const view = views.get(number);
  view?.element.scrollIntoView({ block: "nearest", inline: "nearest" });
  view?.shown();
  drawTabs();
}

async function open(phone) {
  if (views.has(phone.number)) return show(phone.number);
  const view = new PhoneView(phone, numbers, { tell, changed: drawTabs, close });
  views.set(phone.number, view);
  desk.append(view.element);
  show(phone.number);
  listen();
  remember();
  await view.load();
}

function close(number) {
  views.get(number)?.element.remove();
  views.delete(number);
  remember();
  listen();
  show(views.keys().next().value ?? "");
}

function listen() {
  events?.close();
  if (views.size === 0) return;
  const query = [...views.keys()].map((number) => `phone=${number}`).join("&");
  events = new EventSource(`/emulator/events?${query}`);
  let dropped = false;
  events.addEventListener("error", () => {
    dropped = true;
    desk.classList.add("offline");
  });
  events.addEventListener("open", () => {
    desk.classList.remove("offline");
    if (dropped) views.forEach((view) => view.load().catch(fail)); // what happened meanwhile is in the chats
    dropped = false;
  });
  for (const kind of ["message", "status", "typing", "phone"]) {
    events.addEventListener(kind, (event) => follow(JSON.parse(event.data)));
  }
}

function follow(event) {
  const view = views.get(event.phone);
  if (!view) return;
  if (event.kind === "phone" && event.settings.number !== event.phone) {
    close(event.phone);
    open(event.settings).catch(fail);
    return;
  }
  view.follow(event);
  drawTabs();
}

async function addPhone() {
  const known = await api.phones();
  const taken = new Set(known.map((phone) => phone.number));
  let suggestion = 919800000001n;
  while (taken.has(String(suggestion))) suggestion += 1n;
  const names = new Set(known.map((phone) => phone.name));
  const name = ["Asha Devi", "Ravi Kumar", "Meena Rao", "Imran Sheikh", "Lakshmi Bai"].find((free) => !names.has(free)) ?? "";
  const closed = known.filter((phone) => !views.has(phone.number)).slice(0, 20);
  const answer = await askForm(document.body, {
    title: "Add phone",
    confirm: "Add",
    fields: [
      { name: "name", label: "Name of the person", value: name },
      { name: "number", label: "Phone number", value: displayNumber(String(suggestion)), inputmode: "tel" },
      { name: "hides_number", label: "Hides the number from businesses", type: "checkbox" },
    ],
    choices: closed.map((phone) => ({ label: `${phone.name || "Phone"} ${displayNumber(phone.number)}`, value: phone })),
  });
  if (!answer) return;
  await open(answer.choice ?? (await api.addPhone(answer)));
}

function fail(error) {
  tell(error.message);
}

async function start() {
  document.getElementById("add-phone").append(icon("add"), el("span", {}, "Add phone"));
  document.getElementById("add-phone").addEventListener("click", () => addPhone().catch(fail));
  document.addEventListener("visibilitychange", () => views.forEach((view) => view.shown()));
  numbers = await api.numbers();
  let known = await api.phones();
  if (known.length === 0) known = [await api.addPhone({ number: "919800000001", name: "Asha Devi" })];
  const before = new Set(remembered());
  const wanted = known.filter((phone) => before.has(phone.number));
  for (const phone of wanted.length > 0 ? wanted : known.slice(0, 1)) await open(phone);
  show(views.keys().next().value);
}

start().catch(fail);
