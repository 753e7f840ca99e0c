// Matrix: states of procedures by project, shares done by unit; the arrow keys walk through its cells.
function drawMatrix() {
  const matrix = board.matrix;
  if (!matrix || !document.getElementById("matrix-tabs")) return;
  for (const tab of document.querySelectorAll("[data-matrix]")) {
    tab.setAttribute("aria-selected", String(tab.dataset.matrix === state.matrix));
    tab.setAttribute("aria-controls", "matrix-table");
  }
  const table = state.matrix === "units" ? unitMatrix(matrix) : projectMatrix(matrix);
  fill("matrix-table", table);
  const first = document.querySelector("#matrix-table td [tabindex]");
  if (first) first.setAttribute("tabindex", "0");
}

function matrixTable(matrix, heads, rows) {
  if (!rows.length) return el("p", {}, word("list.empty"));
  const head = el("tr", {}, heads.map((text) => el("th", { scope: "col" }, text)));
  return el("table", { class: "matrix", role: "grid" }, el("caption", {}, word("matrix.week", { week: matrix.label })), el("thead", {}, head), el("tbody", {}, rows));
}

function projectMatrix(matrix) {
  const rows = matrix.projects.filter((row) => matches(row, "procedures")).map((row) => el("tr", {},
    el("th", { scope: "row" }, projectName(row.id, row.name), el("span", { class: "small" }, " " + row.unit)),
    row.x.map((item) => el("td", {}, stateMark(matrix, item)))));
  return matrixTable(matrix, [word("matrix.project"), ...matrix.procedures.map((one) => one.name)], rows);
}

function stateMark(matrix, item) {
  if (!item) return el("span", { class: "state none", tabindex: "-1" }, word("matrix.none"));
  return el("span", { class: "state " + item.s + (item.late ? " overdue" : ""), tabindex: "-1", "data-tip": item.tip || matrix.states[item.s] },
    matrix.states[item.s] + (item.late ? "·" + word("matrix.late") : ""));
}

function unitMatrix(matrix) {
  const columns = [...matrix.procedures, { id: "all", name: word("matrix.all") }];
  const rows = matrix.units.filter((row) => !state.unit || row.u === state.unit).map((row) => el("tr", {},
    el("th", { scope: "row" }, el("button", { type: "button", "data-unit": row.u, onclick: () => choose({ unit: row.u, matrix: "projects" }) }, row.unit)),
    columns.map((column) => el("td", {}, share(matrix, row.x[column.id])))));
  return matrixTable(matrix, [word("head.unit"), ...columns.map((one) => one.name)], rows);
}

function share(matrix, item) {
  if (!item) return word("none");
  const at = (column) => "row:" + [board.plan, matrix.week, "reports.rpt_procedure_progress", column, item.key].join("/");
  const step = Math.min(4, Math.floor(item.share * 4));
  return el("div", { class: "share heat" + step }, cited(at("done_count"), String(item.done)), "/", cited(at("needed_count"), String(item.needed)), " ",
    cited(at("completion_rate"), item.rate), item.overdue ? el("span", { class: "state missed" }, filled("matrix.overdue", { overdue: cited(at("overdue_count"), String(item.overdue)) })) : null);
}

function walk(event) {
  const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  const step = steps[event.key];
  const here = event.target.closest && event.target.closest("table.matrix td");
  if (!step || !here) return;
  const table = here.closest("table");
  const row = table.rows[here.parentNode.rowIndex + step[0]];
  const next = row && row.cells[here.cellIndex + step[1]];
  const mark = next && next.querySelector("td > [tabindex], td > .share a");
  if (!mark) return;
  event.preventDefault();
  for (const other of table.querySelectorAll('td [tabindex="0"]')) other.setAttribute("tabindex", "-1");
  mark.setAttribute("tabindex", "0");
  mark.focus();
}
