// Modals of the app and the small questions before an action.
import { prepare, valueOf, valuesOf } from "./blocks.js";
import { send } from "./server.js";

const modal = document.getElementById("modal");
const question = document.getElementById("confirm");
let returnTo = null;

export function startModal() {
  document.addEventListener("submit", submitted);
  document.addEventListener("click", clicked);
  modal.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  modal.addEventListener("input", (event) => clearFault(event.target));
  modal.addEventListener("change", (event) => clearFault(event.target));
  if (modal.dataset.open) open();
}

/** Show, renew or close the app's modal: `html` is empty where none is open any more. */
export async function showView({ html }) {
  if (!html) return shut();
  const made = document.createElement("template");
  made.innerHTML = html;
  const form = made.content.querySelector("form");
  const now = modal.querySelector("form");
  const same = modal.open && now?.dataset.viewId === form.dataset.viewId;
  await htmx.swap({ target: modal, text: html, swap: same ? "innerMorph" : "innerHTML" });
  prepare(modal);
  if (!modal.open) open();
  else if (!same) focusFirst();
  return undefined;
}

function open() {
  returnTo = document.activeElement;
  modal.showModal();
  focusFirst();
}

function shut() {
  if (!modal.open) return;
  modal.close();
  modal.replaceChildren();
  if (returnTo?.isConnected) returnTo.focus();
  else document.querySelector("#composer textarea")?.focus();
}

function focusFirst() {
  const fields = "input:not([type=hidden]), select, textarea, summary";
  const wanted = modal.querySelector(`[data-focus] :is(${fields})`);
  const first = modal.querySelector(`.modal-body :is(${fields}, button, a)`);
  (wanted || first || modal.querySelector("button"))?.focus();
}

function clicked(event) {
  if (event.target.closest("#modal [data-close-view]")) close(event.target.closest("[data-close-view]"));
}

async function close() {
  const form = modal.querySelector("form");
  if (form) await send("close", { view_id: form.dataset.viewId });
  shutIfSame(form);
}

function shutIfSame(form) {
  if (form && modal.querySelector("form") === form && !form.dataset.stacked) shut();
}

async function submitted(event) {
  const form = event.target.closest("#modal form");
  if (!form) return;
  event.preventDefault();
  if (!check(form)) return;
  const button = form.querySelector("[type=submit]");
  button?.setAttribute("aria-busy", "true");
  const { viewId: view_id } = form.dataset;
  const answer = await send("submit", { view_id, values: valuesOf(form) });
  button?.removeAttribute("aria-busy");
  showFaults(form, answer?.errors ?? {});
  general(form, answer ? answer.message || "" : "");
}

/** Check every field as Slack's client does; shows the faults and focuses the first. */
function check(form) {
  const faults = {};
  for (const element of form.querySelectorAll("[data-element]")) {
    const block = element.closest(".block-input");
    const fault = block && faultOf(element);
    if (fault) faults[block.dataset.blockId] = fault;
  }
  showFaults(form, faults);
  return Object.keys(faults).length === 0;
}

function faultOf(element) {
  const value = valueOf(element);
  const empty = value === undefined || value.length === 0 || (typeof value === "string" && !value.trim());
  const field = element.querySelector("input, textarea, select");
  if (field?.validity?.badInput) return "Enter a number.";
  if (empty) return element.hasAttribute("data-required") ? "Please complete this required field." : "";
  return lengthFault(field, value) || shapeFault(field);
}

function lengthFault(field, value) {
  const least = Number(field.dataset.minLength || 0);
  const most = Number(field.dataset.maxLength || 0);
  if (least && value.length < least) return `Must be at least ${least} characters.`;
  if (most && value.length > most) return `Must be at most ${most} characters (now ${value.length}).`;
  return "";
}

function shapeFault(field) {
  if (field.validity.typeMismatch) {
    return field.type === "email" ? "Enter an email address." : "Enter a full address, such as https://example.com.";
  }
  if (field.validity.stepMismatch) return "Enter a whole number.";
  if (field.validity.rangeUnderflow) return `Must be ${field.min} or more.`;
  if (field.validity.rangeOverflow) return `Must be ${field.max} or less.`;
  return "";
}

function showFaults(form, faults) {
  let first = null;
  for (const block of form.querySelectorAll(".block-input")) {
    const words = faults[block.dataset.blockId] || "";
    mark(block, words);
    first ??= words ? block : null;
  }
  first?.querySelector("input, textarea, select, summary")?.focus();
}

function mark(block, words) {
  const fields = block.querySelectorAll("[data-element] :is(input, textarea, select)");
  for (const field of fields) {
    if (words) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  block.querySelector("details.picker")?.toggleAttribute("data-invalid", Boolean(words));
  block.querySelector("[data-input-error]").textContent = words;
}

function clearFault(field) {
  const block = field.closest(".block-input");
  if (block?.querySelector("[data-input-error]").textContent) mark(block, "");
}

function general(form, words) {
  const place = form.querySelector("[data-modal-fault]");
  if (!place) return;
  place.textContent = words;
  place.hidden = !words;
}

/** Ask a yes-or-no question kept in a template; gives whether the answer was yes. */
export function askFirst(template) {
  question.replaceChildren(template.content.cloneNode(true));
  const before = document.activeElement;
  question.showModal();
  question.querySelector("[data-confirm-answer=yes]").focus();
  return new Promise((resolve) => {
    const end = (yes) => {
      question.removeEventListener("click", clickedAnswer);
      question.removeEventListener("cancel", cancelled);
      question.close();
      if (before?.isConnected) before.focus();
      resolve(yes);
    };
    const clickedAnswer = (event) => {
      const answer = event.target.closest("[data-confirm-answer]");
      if (answer) end(answer.dataset.confirmAnswer === "yes");
    };
    const cancelled = (event) => {
      event.preventDefault();
      end(false);
    };
    question.addEventListener("click", clickedAnswer);
    question.addEventListener("cancel", cancelled);
  });
}
