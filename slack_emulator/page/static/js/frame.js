// The frame around the conversation: theme, narrow sidebar, panes.
import { tell } from "./server.js";

const root = document.documentElement;

export function startFrame() {
  startTheme();
  startSidebar();
  startPanes();
  startDeveloper();
  document.addEventListener("htmx:response:error", async (event) => {
    tell(messageOf(event.detail.ctx?.text) || "That did not work. Try again.");
  });
}

function messageOf(text) {
  try {
    return JSON.parse(text).message;
  } catch {
    return "";
  }
}

function startTheme() {
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => button.setAttribute("aria-pressed", String(dark()));
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    show();
  });
  system.addEventListener("change", show);
  show();
}

function startSidebar() {
  const button = document.getElementById("side-toggle");
  const set = (open) => {
    document.body.classList.toggle("side-open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => {
    const open = !document.body.classList.contains("side-open");
    set(open);
    if (open) document.querySelector("#sidebar a")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("side-open")) {
      set(false);
      button.focus();
    }
  });
  document.getElementById("main").addEventListener("click", () => set(false));
}

function startPanes() {
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx?.target;
    if (target?.id === "pane-slot" || target?.id === "developer-slot") settle(target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (document.querySelector("dialog[open], details.menu[open], details.picker[open]")) return;
    const pane = document.activeElement?.closest?.("#pane, #developer");
    pane?.querySelector("[data-close-pane]")?.click();
  });
}

function startDeveloper() {
  const button = document.getElementById("developer-toggle");
  const show = (open) => {
    sessionStorage.setItem("developer", open ? "yes" : "");
    const path = `${document.body.dataset.base}/developer${open ? "" : "?show=no"}`;
    htmx.ajax("GET", path, { target: "#developer-slot", swap: "innerHTML" });
  };
  button.addEventListener("click", () => show(!document.getElementById("developer")));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-developer-close]")) return;
    show(false);
    button.focus();
  });
  if (sessionStorage.getItem("developer")) show(true);
}

function settle(slot) {
  const shell = document.getElementById("shell");
  const pane = slot.querySelector("#pane, #developer");
  shell.classList.toggle(slot.id === "pane-slot" ? "with-pane" : "with-developer", Boolean(pane));
  if (slot.id === "developer-slot") {
    document.getElementById("developer-toggle").setAttribute("aria-expanded", String(Boolean(pane)));
  }
  document.dispatchEvent(new CustomEvent("page:pane", { detail: { slot, pane } }));
}
