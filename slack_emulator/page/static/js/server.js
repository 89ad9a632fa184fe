// Talks to the server of this page and tells the person when that fails.

const base = document.body.dataset.base;

/** Send JSON to an address under this person's part of the page; gives the answer or null. */
export async function send(path, data) {
  const body = JSON.stringify({ ...data, place: document.body.dataset.channel || "" });
  return ask(`do/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

/** Upload one file as raw bytes; gives `{id, name}` or null. */
export async function upload(file) {
  const path = `upload?name=${encodeURIComponent(file.name)}`;
  return ask(path, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
}

async function ask(path, request) {
  try {
    const answer = await fetch(`${base}/${path}`, request);
    const words = await answer.json();
    if (answer.ok) return words;
    tell(words.message || "That did not work. Try again.");
  } catch {
    tell("The workspace does not answer. Is it still running?");
  }
  return null;
}

/** Show a short note that goes away by itself. */
export function tell(words) {
  const note = document.createElement("div");
  note.className = "toast";
  note.textContent = words;
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 7000);
}
