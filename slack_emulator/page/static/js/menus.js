// Menus made of <details>: arrow keys, Escape, a click outside, and opening where there is room.

export function startMenus() {
  document.addEventListener("toggle", opened, true);
  document.addEventListener("keydown", keyed);
  document.addEventListener("click", clicked);
}

function opened(event) {
  const menu = event.target;
  if (!menu.matches?.("details.menu") || !menu.open) return;
  closeOthers(menu);
  place(menu);
  items(menu)[0]?.focus();
}

function place(menu) {
  const list = menu.querySelector(".menu-list");
  const bounds = (menu.closest(".scroll, .modal-body") || document.body).getBoundingClientRect();
  const button = menu.getBoundingClientRect();
  const below = bounds.bottom - button.bottom;
  menu.classList.toggle("up", list.offsetHeight > below && button.top - bounds.top > below);
  menu.classList.toggle("left", button.right - list.offsetWidth < bounds.left);
}

function keyed(event) {
  const menu = document.activeElement?.closest?.("details.menu[open]");
  if (!menu) return;
  const all = items(menu);
  const now = all.indexOf(document.activeElement);
  const steps = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 };
  if (event.key in steps) {
    event.preventDefault();
    all[(steps[event.key] + all.length) % all.length]?.focus();
  } else if (event.key === "Escape") {
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "Tab") {
    menu.open = false;
  }
}

function clicked(event) {
  const inside = event.target.closest("details.menu");
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== inside || event.target.closest("[role=menuitem]")) menu.open = false;
  }
}

function closeOthers(menu) {
  for (const other of document.querySelectorAll("details.menu[open]")) {
    if (other !== menu && !other.contains(menu)) other.open = false;
  }
}

function items(menu) {
  return [...menu.querySelectorAll("[role=menuitem], [role=menuitemradio]")];
}
