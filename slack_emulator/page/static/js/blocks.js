// Block Kit elements: reads their values, sends presses, searches the choices of a menu.
import { askFirst } from "./modal.js";
import { send, tell, upload } from "./server.js";

const SEARCH_DELAY_MS = 250;
const TYPED = "plain_text_input rich_text_input email_text_input url_text_input number_input".split(" ");

export function startBlocks() {
  document.addEventListener("click", pressed);
  document.addEventListener("change", changed);
  document.addEventListener("input", typed);
  document.addEventListener("keydown", entered);
  document.addEventListener("toggle", toggled, true);
  document.addEventListener("htmx:after:swap", () => prepare(document));
  prepare(document);
}

/** Fill in what only the browser knows: local times and the words of a picker. */
export function prepare(root) {
  for (const input of root.querySelectorAll("input[data-epoch]")) fillMoment(input);
  for (const picker of root.querySelectorAll("details.picker")) sumUp(picker);
}

/** The values of every input of a surface, by block id and action id. */
export function valuesOf(surface) {
  const values = {};
  for (const element of surface.querySelectorAll("[data-element]")) {
    const block = element.closest("[data-block-id]")?.dataset.blockId;
    const value = valueOf(element);
    if (value === undefined || block === undefined) continue;
    (values[block] ??= {})[element.dataset.actionId] = value;
  }
  return values;
}

/** The value of one element: a text, a list of choices, or undefined for a button. */
export function valueOf(element) {
  const { type } = element.dataset;
  if (element.matches("details.picker, fieldset")) return ticked(element);
  if (type === "file_input") return JSON.parse(element.dataset.files || "[]");
  if (type === "datetimepicker") return moment(element.querySelector("input").value);
  return element.querySelector(":scope > select, :scope > input, :scope > textarea")?.value;
}

function ticked(element) {
  const inputs = element.querySelectorAll("input[type=checkbox]:checked, input[type=radio]:checked");
  return [...inputs].map((input) => input.value);
}

function moment(local) {
  return local ? String(Math.floor(new Date(local).getTime() / 1000)) : "";
}

function fillMoment(input) {
  if (input.value) return;
  const then = new Date(Number(input.dataset.epoch) * 1000);
  then.setMinutes(then.getMinutes() - then.getTimezoneOffset());
  input.value = then.toISOString().slice(0, 16);
}

async function pressed(event) {
  const control = event.target.closest("[data-press]");
  if (!control) return;
  const element = control.closest("[data-element]");
  if (control.hasAttribute("data-toggle")) showToggled(control, element);
  await dispatch(element, control.dataset.value ?? "", control);
}

function showToggled(control, element) {
  for (const side of element.querySelectorAll("[data-toggle]")) {
    side.setAttribute("aria-pressed", String(side === control));
  }
}

async function changed(event) {
  const element = event.target.closest("[data-element]");
  if (!element || event.target.matches(".picker-search")) return;
  if (element.matches("details.picker")) return picked(element, event.target);
  if (element.dataset.type === "file_input") return takeFiles(element, event.target);
  if (TYPED.includes(element.dataset.type)) return undefined;
  if (element.dataset.dispatch) await dispatch(element, valueOf(element));
  return undefined;
}

async function typed(event) {
  const search = event.target.closest("[data-picker-search]");
  if (search) return searchChoices(search);
  const element = event.target.closest("[data-dispatch*=on_character_entered]");
  if (element) await dispatch(element, valueOf(element));
  return undefined;
}

async function entered(event) {
  const picker = event.target.closest?.("details.picker");
  if (event.key === "Escape" && picker?.open) {
    event.preventDefault();
    picker.open = false;
    picker.querySelector("summary").focus();
  }
  if (event.key !== "Enter" || event.isComposing) return;
  if (picker && event.target.matches("input")) {
    event.preventDefault();
    picker.open = false;
    picker.querySelector("summary").focus();
  }
  const element = event.target.closest("[data-dispatch*=on_enter_pressed]");
  if (element && event.target.matches("input")) {
    event.preventDefault();
    await dispatch(element, valueOf(element));
  }
}

/** Send one press to the app, after its question where it has one. */
async function dispatch(element, value, control) {
  const question = element.querySelector(":scope > template[data-confirm]");
  if (question && !(await askFirst(question))) return;
  const surface = element.closest("[data-surface]");
  const block = element.closest("[data-block-id]");
  control?.setAttribute("aria-busy", "true");
  await send("press", {
    surface: { ...surface.dataset },
    type: element.dataset.type,
    block_id: block?.dataset.blockId ?? "",
    action_id: element.dataset.actionId,
    value,
    values: valuesOf(surface),
  });
  control?.removeAttribute("aria-busy");
}

function toggled(event) {
  const picker = event.target;
  if (!picker.matches?.("details.picker")) return;
  if (picker.open) {
    picker.dataset.before = JSON.stringify(ticked(picker));
    const search = picker.querySelector("[data-picker-search]");
    search.focus();
    if (picker.hasAttribute("data-external")) searchChoices(search);
  } else if (picker.dataset.dispatch && picker.dataset.before !== JSON.stringify(ticked(picker))) {
    dispatch(picker, ticked(picker));
  }
}

function picked(picker, input) {
  const most = Number(picker.dataset.maxItems || 0);
  if (most && ticked(picker).length > most) {
    input.checked = false;
    tell(`You can choose ${most} at most.`);
  }
  sumUp(picker);
  picker.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
}

function sumUp(picker) {
  const rows = [...picker.querySelectorAll(".picker-row:has(input:checked) > span")];
  const words = rows.map((row) => row.firstChild.textContent.trim()).join(", ");
  picker.querySelector("[data-picked]").textContent = words || picker.dataset.placeholder;
}

function searchChoices(search) {
  const picker = search.closest("details.picker");
  if (!picker.hasAttribute("data-external")) return filter(picker, search.value);
  clearTimeout(picker.waiting);
  picker.waiting = setTimeout(() => load(picker, search.value), SEARCH_DELAY_MS);
  return undefined;
}

function filter(picker, words) {
  const wanted = words.trim().toLowerCase();
  let shown = 0;
  for (const row of picker.querySelectorAll(".picker-row")) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
    shown += row.hidden ? 0 : 1;
  }
  note(picker, shown ? "" : "Nothing matches.");
}

async function load(picker, query) {
  const least = Number(picker.dataset.minQuery);
  if (query.length < least) return note(picker, `Type ${least} or more letters.`);
  const surface = picker.closest("[data-surface]");
  note(picker, "Looking…");
  const answer = await send("options", {
    surface: { ...surface.dataset },
    block_id: picker.closest("[data-block-id]").dataset.blockId,
    action_id: picker.dataset.actionId,
    type: picker.dataset.type,
    query,
  });
  if (answer) showChoices(picker, answer.html);
  return note(picker, answer?.html ? "" : "Nothing matches.");
}

function showChoices(picker, html) {
  const rows = picker.querySelector("[data-picker-rows]");
  const kept = [...rows.querySelectorAll(".picker-row:has(input:checked)")];
  const values = new Set(kept.map((row) => row.querySelector("input").value));
  const name = picker.querySelector("summary").id;
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  const others = [...fresh.children].filter((row) => !values.has(row.querySelector("input")?.value));
  for (const row of others) row.querySelector("input")?.setAttribute("name", name);
  for (const row of kept) row.querySelector("input").name = name;
  rows.replaceChildren(...kept, ...others);
}

function note(picker, words) {
  const line = picker.querySelector("[data-picker-none]");
  line.textContent = words;
  line.hidden = !words;
}

async function takeFiles(element, input) {
  const state = element.querySelector("[data-upload-state]");
  const files = [...input.files].slice(0, Number(element.dataset.maxFiles));
  const ids = [];
  state.textContent = "Uploading…";
  for (const file of files) {
    const made = await upload(file);
    if (made) ids.push(made.id);
  }
  element.dataset.files = JSON.stringify(ids);
  state.textContent = ids.length ? `${ids.length} uploaded.` : "";
}
