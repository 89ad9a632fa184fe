// The message box: Enter sends, `/` completes commands, `@` people, `#` channels, files attach.
import { send, tell, upload } from "./server.js";

const MOST_SHOWN = 8;
const known = JSON.parse(document.getElementById("completions").textContent);

export function startComposers() {
  document.addEventListener("keydown", keyed);
  document.addEventListener("input", (event) => {
    if (isBox(event.target)) suggest(event.target);
  });
  document.addEventListener("focusout", (event) => {
    if (isBox(event.target)) setTimeout(() => hide(event.target), 150);
  });
  document.addEventListener("submit", submitted);
  document.addEventListener("change", attached);
  document.addEventListener("paste", pasted);
  document.addEventListener("click", clicked);
}

const isBox = (target) => target.matches?.("[data-composer] textarea");

function keyed(event) {
  const box = event.target;
  if (!isBox(box) || event.isComposing) return;
  if (suggestionKey(event, box)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    box.form.requestSubmit();
  } else if (event.key === "ArrowUp" && !box.value) {
    event.preventDefault();
    editLast(box);
  }
}

/** As in Slack: the up arrow in an empty box edits the last own message of that list. */
function editLast(box) {
  const around = box.closest(".conversation, #pane, #main");
  const own = around.querySelectorAll(".message:has([data-edit])");
  [...own].at(-1)?.querySelector("[data-edit]").click();
}

function suggestionKey(event, box) {
  const list = listOf(box);
  if (list.hidden) return false;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) move(box, list, steps[event.key]);
  else if (event.key === "Enter" || event.key === "Tab") choose(box, list.querySelector("[aria-selected=true]"));
  else if (event.key === "Escape") hide(box);
  else return false;
  event.preventDefault();
  return true;
}

const listOf = (box) => box.closest("[data-composer]").querySelector(".suggest");

function suggest(box) {
  const found = candidates(box);
  const list = listOf(box);
  list.replaceChildren(...found.slice(0, MOST_SHOWN).map((entry, index) => row(box, entry, index)));
  list.hidden = found.length === 0;
  if (found.length) select(box, list, 0);
  else box.removeAttribute("aria-activedescendant");
  const status = box.closest("[data-composer]").querySelector("[data-suggest-status]");
  status.textContent = found.length ? `${found.length} suggestions. Use the arrow keys.` : "";
}

function candidates(box) {
  const before = box.value.slice(0, box.selectionStart);
  const command = /^\/(\S*)$/.exec(before);
  if (command) return matching(known.commands, command[1]);
  const named = /(?:^|[\s(])([@#])([^\s@#]*)$/.exec(before);
  if (!named) return [];
  return matching(named[1] === "@" ? known.people : known.channels, named[2]);
}

function matching(entries, words) {
  const wanted = words.toLowerCase();
  const score = (entry) => {
    const names = [entry.insert.slice(1), ...entry.label.split(/\s+/)].map((name) => name.toLowerCase());
    if (names.some((name) => name.startsWith(wanted))) return 0;
    return names.some((name) => name.includes(wanted)) ? 1 : 2;
  };
  const ranked = entries.map((entry) => [score(entry), entry]).filter(([rank]) => rank < 2);
  return ranked.sort((one, other) => one[0] - other[0]).map(([, entry]) => entry);
}

function row(box, entry, index) {
  const item = document.createElement("li");
  item.role = "option";
  item.id = `${box.id}-suggestion-${index}`;
  item.dataset.insert = entry.insert;
  const name = document.createElement("strong");
  name.textContent = entry.label;
  const note = document.createElement("small");
  note.textContent = entry.note || "";
  item.append(name, note);
  item.addEventListener("mousedown", (event) => {
    event.preventDefault();
    choose(box, item);
  });
  return item;
}

function move(box, list, step) {
  const items = [...list.children];
  const now = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  select(box, list, (now + step + items.length) % items.length);
}

function select(box, list, index) {
  [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
  list.children[index].scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", list.children[index].id);
}

function choose(box, item) {
  if (!item) return;
  const at = box.selectionStart;
  const start = box.value.slice(0, at).search(/[/@#][^\s@#/]*$/);
  box.setRangeText(`${item.dataset.insert} `, start, at, "end");
  hide(box);
  box.focus();
}

function hide(box) {
  listOf(box).hidden = true;
  box.removeAttribute("aria-activedescendant");
}

async function submitted(event) {
  const form = event.target.closest("form[data-composer]");
  if (!form) return;
  event.preventDefault();
  const box = form.querySelector("textarea");
  const text = box.value.trim();
  const files = filesOf(form).map((item) => item.dataset.file);
  if (!text && !files.length) return;
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  const { channel, thread } = form.dataset;
  const broadcast = form.querySelector("[name=broadcast]")?.checked ?? false;
  const answer = await send("say", { channel, thread: thread || "", text, files, broadcast });
  delete form.dataset.busy;
  if (!answer) return;
  clear(form, box);
  if (answer.note) tell(answer.note);
  if (answer.go) location.assign(answer.go);
  else scrollDown(form);
}

function clear(form, box) {
  box.value = "";
  form.querySelector(".attached").replaceChildren();
  const also = form.querySelector("[name=broadcast]");
  if (also) also.checked = false;
}

function scrollDown(form) {
  const box = form.closest("#pane, #main")?.querySelector("[data-follow]");
  if (box && !form.closest(".conversation")) box.scrollTop = box.scrollHeight;
}

const filesOf = (form) => [...form.querySelectorAll(".attached li")];

function attached(event) {
  const input = event.target.closest("[data-attach]");
  if (!input) return;
  addFiles(input.closest("[data-composer]"), [...input.files]);
  input.value = "";
}

function pasted(event) {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!isBox(event.target) || !files.length) return;
  event.preventDefault();
  addFiles(event.target.closest("[data-composer]"), files);
}

async function addFiles(form, files) {
  for (const file of files) {
    const made = await upload(file);
    if (made) form.querySelector(".attached").append(attachment(file, made.id));
  }
}

function attachment(file, id) {
  const item = document.createElement("li");
  item.dataset.file = id;
  const name = document.createElement("span");
  name.textContent = file.name;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "btn-icon";
  drop.textContent = "×";
  drop.setAttribute("aria-label", `Remove ${file.name}`);
  drop.addEventListener("click", () => item.remove());
  item.append(name, drop);
  return item;
}

async function clicked(event) {
  const prompt = event.target.closest("[data-prompt]");
  if (prompt) await send("say", { channel: prompt.dataset.channel, thread: prompt.dataset.thread || "", text: prompt.dataset.prompt, files: [] });
  const attach = event.target.closest("[data-attach-button]");
  if (attach) attach.closest("[data-composer]").querySelector("[data-attach]").click();
  const shortcut = event.target.closest("[data-shortcut]");
  if (shortcut) await send("shortcut", { ...shortcut.dataset });
  const stop = event.target.closest("[data-stop]");
  if (stop) await send("stop", { channel: stop.dataset.channel, thread: stop.dataset.stop });
}
