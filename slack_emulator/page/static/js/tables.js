// Data tables: sorts, filters and turns the pages of rows that are all on the page already.
const states = new Map();

export function startTables() {
  document.addEventListener("click", clicked);
  document.addEventListener("input", filtered);
  document.addEventListener("htmx:after:swap", showAll);
  showAll();
}

/** A message that was drawn anew starts as the server drew it: what the person chose is set in again. */
function showAll() {
  for (const table of document.querySelectorAll("[data-table]")) if (states.has(table.id)) show(table);
}

function stateOf(table) {
  if (!states.has(table.id)) states.set(table.id, { page: 0, column: -1, order: 1, words: "" });
  return states.get(table.id);
}

function clicked(event) {
  const control = event.target.closest("[data-table-sort], [data-table-page]");
  const table = control?.closest("[data-table]");
  if (!table) return;
  const state = stateOf(table);
  if (control.dataset.tableSort !== undefined) sortBy(state, Number(control.dataset.tableSort));
  else state.page += Number(control.dataset.tablePage);
  show(table);
}

function sortBy(state, column) {
  const again = state.column === column;
  // The third press gives the app's own order back.
  state.column = again && state.order < 0 ? -1 : column;
  state.order = again ? -state.order : 1;
  state.page = 0;
}

function filtered(event) {
  const input = event.target.closest("[data-table-filter]");
  if (!input) return;
  const table = input.closest("[data-table]");
  Object.assign(stateOf(table), { words: input.value.trim().toLowerCase(), page: 0 });
  show(table);
}

function show(table) {
  const state = stateOf(table);
  const body = table.querySelector("tbody");
  const rows = [...body.rows].sort((a, b) => compare(a, b, state));
  const found = rows.filter((row) => row.textContent.toLowerCase().includes(state.words));
  const size = Number(table.dataset.pageSize);
  state.page = Math.max(0, Math.min(state.page, Math.ceil(found.length / size) - 1));
  const shown = new Set(found.slice(state.page * size, (state.page + 1) * size));
  for (const row of rows) row.hidden = !shown.has(row);
  body.append(...rows);
  mark(table, state);
  count(table, state, found.length, size);
}

function compare(a, b, { column, order }) {
  const own = Number(a.dataset.row) - Number(b.dataset.row);
  if (column < 0) return own;
  return order * compareCells(a.cells[column], b.cells[column]) || own;
}

function compareCells(a, b) {
  if (a.dataset.value !== undefined && b.dataset.value !== undefined) return a.dataset.value - b.dataset.value;
  return a.textContent.trim().localeCompare(b.textContent.trim(), undefined, { numeric: true });
}

function mark(table, { column, order }) {
  [...table.querySelectorAll("thead th")].forEach((head, number) => {
    if (number === column) head.setAttribute("aria-sort", order > 0 ? "ascending" : "descending");
    else head.removeAttribute("aria-sort");
  });
}

function count(table, { page }, found, size) {
  const words = table.querySelector("[data-table-count]");
  if (!words) return;
  const last = Math.min(found, (page + 1) * size);
  words.textContent = found ? `${page * size + 1}–${last} of ${found}` : "No rows match";
  table.querySelector("[data-table-page='-1']").disabled = page === 0;
  table.querySelector("[data-table-page='1']").disabled = last >= found;
}
