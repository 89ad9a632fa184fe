// Receives what changes in the workspace and sets it into the page.
import { arrange, atEnd } from "./messages.js";
import { showView } from "./modal.js";
import { tell } from "./server.js";

let stream = null;
let queue = Promise.resolve();

export function startLive() {
  connect();
  document.addEventListener("page:pane", connect);
  // A browser opens six connections to one address at most: windows nobody sees give theirs back.
  document.addEventListener("visibilitychange", () => (document.hidden ? pause() : connect()));
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

function pause() {
  stream?.close();
}

function connect() {
  const { base, seq, channel, tab } = document.body.dataset;
  const parts = new URLSearchParams({ after: stream?.last ?? seq, channel: channel || "", tab: tab || "" });
  const pane = document.getElementById("pane");
  if (pane) parts.set("thread", `${pane.dataset.channel}/${pane.dataset.thread}`);
  if (document.getElementById("developer")) parts.set("developer", "1");
  stream?.close();
  const last = stream?.last ?? seq;
  stream = new EventSource(`${base}/live?${parts}`);
  stream.last = last;
  stream.addEventListener("patches", receive);
  stream.addEventListener("open", () => offline(false));
  stream.addEventListener("error", () => offline(true));
}

function receive(event) {
  const from = event.target;
  from.last = event.lastEventId || from.last;
  const patches = JSON.parse(event.data);
  queue = queue.then(() => apply(patches)).catch((fault) => console.error(fault));
}

async function apply(patches) {
  const stay = atEnd();
  for (const patch of patches) await HANDLERS[patch.op]?.(patch);
  arrange({ follow: stay });
}

const HANDLERS = { upsert, ensure, append, remove, morph, view: showView, reload, tell: (patch) => tell(patch.words) };

async function upsert(patch) {
  const shown = document.getElementById(patch.id);
  if (shown) return htmx.swap({ target: shown, text: patch.html, swap: "outerMorph" });
  const list = document.getElementById(patch.list);
  if (!list) return undefined;
  const later = [...list.children].find((item) => item.dataset.ts && item.dataset.ts > patch.ts);
  if (later) return htmx.swap({ target: later, text: patch.html, swap: "beforebegin" });
  return htmx.swap({ target: list, text: patch.html, swap: "beforeend" });
}

async function ensure(patch) {
  if (!document.getElementById(patch.id)) await upsert(patch);
}

async function append(patch) {
  const list = document.getElementById(patch.list);
  if (list && !document.getElementById(patch.id)) {
    await htmx.swap({ target: list, text: patch.html, swap: "beforeend" });
  }
}

async function morph(patch) {
  const shown = document.getElementById(patch.id);
  if (shown) await htmx.swap({ target: shown, text: patch.html, swap: "outerMorph" });
}

function remove(patch) {
  document.getElementById(patch.id)?.remove();
}

function reload() {
  location.reload();
}

function offline(is) {
  const note = document.getElementById("offline");
  if (note) note.hidden = !is;
}
