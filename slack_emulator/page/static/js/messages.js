// Lists of messages: day lines, grouping by author, scrolling, editing in place.
import { send } from "./server.js";

// One clock for the whole page: the server writes hours from 0 to 23 too.
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

const GROUP_SECONDS = 300;

export function startMessages() {
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", keyed);
  document.addEventListener("submit", submitted);
  document.addEventListener("page:pane", (event) => {
    if (event.detail.slot.id === "pane-slot") paneChanged(event.detail.pane);
  });
}

/** Whether each list is scrolled to its end. */
export function atEnd() {
  const held = new Map();
  for (const box of document.querySelectorAll("[data-follow]")) {
    held.set(box.id, box.scrollHeight - box.scrollTop - box.clientHeight < 80);
  }
  return held;
}

/** Group the messages of every list, draw the day lines and keep the end in view. */
export function arrange({ toEnd = false, follow = new Map() } = {}) {
  for (const list of document.querySelectorAll("[data-messages]")) group(list);
  localTimes();
  for (const box of document.querySelectorAll("[data-follow]")) {
    if (toEnd || follow.get(box.id)) box.scrollTop = box.scrollHeight;
  }
  if (toEnd) highlight();
}

function group(list) {
  let before = null;
  for (const item of list.querySelectorAll(":scope > .message")) {
    const same = before && fits(before, item);
    item.toggleAttribute("data-js-grouped", Boolean(same));
    if (list.hasAttribute("data-days")) drawDay(before, item);
    before = item;
  }
}

function fits(before, item) {
  if (before.dataset.author !== item.dataset.author || item.dataset.alone) return false;
  if (before.dataset.day !== item.dataset.day || before.dataset.kind !== item.dataset.kind) return false;
  return Number(item.dataset.ts) - Number(before.dataset.ts) < GROUP_SECONDS;
}

function drawDay(before, item) {
  const line = item.previousElementSibling;
  const has = line?.matches(".day");
  const wants = !before || before.dataset.day !== item.dataset.day;
  if (has && !wants) line.remove();
  if (has || !wants) return;
  const made = document.createElement("div");
  made.className = "day";
  made.textContent = dayName(item.dataset.day);
  item.before(made);
}

function dayName(day) {
  const [year, month, date] = day.split("-").map(Number);
  const then = new Date(year, month - 1, date);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - then) / 86400000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return then.toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" });
}

function localTimes() {
  for (const time of document.querySelectorAll("time[data-local]")) {
    const then = new Date(Number(time.dataset.local) * 1000);
    time.textContent = then.toLocaleTimeString([], CLOCK);
    time.title = then.toLocaleString([], { dateStyle: "full", timeStyle: "short", hourCycle: "h23" });
  }
}

function highlight() {
  const id = decodeURIComponent(location.hash.slice(1));
  const meant = id && document.getElementById(id);
  if (meant) meant.scrollIntoView({ block: "center" });
}

function paneChanged(pane) {
  arrange();
  if (!pane) {
    document.querySelector("#composer textarea")?.focus();
    return;
  }
  const box = pane.querySelector("[data-follow]");
  if (box) box.scrollTop = box.scrollHeight;
  pane.querySelector("textarea")?.focus();
}

function clicked(event) {
  const edit = event.target.closest("[data-edit]");
  if (edit) startEdit(edit.closest(".message"));
  const stop = event.target.closest("[data-cancel-edit]");
  if (stop) endEdit(stop.closest(".message"));
  const ask = event.target.closest("[data-delete]");
  if (ask) confirmDelete(ask.closest(".message"));
  const react = event.target.closest("[data-react]");
  if (react) toggleReaction(react);
  const join = event.target.closest("[data-join]");
  if (join) joinChannel(join.dataset.join);
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(new URL(copy.dataset.copy, location.href).href);
}

function startEdit(message) {
  const form = message.querySelector("[data-edit-form]").content.cloneNode(true);
  message.querySelector(".message-body").append(form);
  message.setAttribute("hx-morph-skip", "");
  message.dataset.editing = "yes";
  const box = message.querySelector("form textarea");
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

function endEdit(message) {
  message.querySelector("form.edit")?.remove();
  message.removeAttribute("hx-morph-skip");
  delete message.dataset.editing;
  message.querySelector("[data-more] summary")?.focus();
}

async function submitted(event) {
  const form = event.target.closest("form.edit");
  if (!form) return;
  event.preventDefault();
  const message = form.closest(".message");
  const { channel, ts } = message.dataset;
  const text = form.querySelector("textarea").value;
  endEdit(message);
  await send("edit", { channel, ts, text });
}

function keyed(event) {
  const form = event.target.closest?.("form.edit");
  if (!form) return;
  if (event.key === "Escape") {
    event.preventDefault();
    endEdit(form.closest(".message"));
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
}

async function toggleReaction(button) {
  const { channel, ts } = button.closest(".message").dataset;
  await send("react", { channel, ts, name: button.dataset.react });
}

async function joinChannel(channel) {
  if (await send("join", { channel })) location.reload();
}

async function confirmDelete(message) {
  const { askFirst } = await import("./modal.js");
  const template = document.getElementById("delete-question");
  if (await askFirst(template)) {
    const { channel, ts } = message.dataset;
    await send("delete", { channel, ts });
  }
}
