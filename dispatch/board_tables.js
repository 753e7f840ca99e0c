// Tables: lists that are narrowed by the filters, searched, and sorted by any column.
const sorting = {};
let sought = "";

function cellText(cell) {
  return cell === null ? "" : Array.isArray(cell) ? cell[0] : cell;
}

function compare(left, right) {
  if (left === null || right === null) return left === null ? (right === null ? 0 : 1) : -1;
  if (Array.isArray(left) && typeof left[1] === "number") return left[1] - right[1];
  return cellText(left).localeCompare(cellText(right), "zh-CN");
}

function rowsOf(list) {
  const rows = list.rows.filter((row) => matches(row, list.form));
  const found = sought ? rows.filter((row) => row.x.some((cell) => cellText(cell).toLowerCase().includes(sought))) : rows;
  const by = sorting[list.name];
  if (!by) return found;
  const blank = (row) => row.x[by.column] === null;
  return [...found].sort((left, right) => {
    if (blank(left) || blank(right)) return Number(blank(left)) - Number(blank(right));
    return by.turn * compare(left.x[by.column], right.x[by.column]);
  });
}

function listTable(list, redraw) {
  const rows = rowsOf(list);
  const total = list.rows.length;
  const caption = el("caption", {}, word("list." + list.name) + "　" + word("list.count", { shown: rows.length, all: total }));
  if (!rows.length) return el("div", {}, caption.textContent, el("p", {}, word("list.empty")));
  const head = el("tr", {}, list.columns.map((column, at) => heading(list, column, at, redraw)));
  const body = rows.map((row) => el("tr", {}, list.columns.map((column, at) => cell(list, row, column, at))));
  return el("table", { class: "list " + list.name }, caption, el("thead", {}, head), el("tbody", {}, body));
}

function heading(list, column, at, redraw) {
  const by = sorting[list.name];
  const own = by && by.column === at;
  const button = el("button", { type: "button", "data-tip": word("sort.hint"), "data-sort": column.field, onclick: () => {
    sorting[list.name] = { column: at, turn: own ? -by.turn : 1 };
    redraw();
    const again = document.querySelector("#" + (list.name === "reporting" ? "reporting" : "list") + '-table [data-sort="' + column.field + '"]');
    if (again) again.focus();
  } }, column.head, el("span", { class: "turn", "aria-hidden": "true" }, own ? (by.turn > 0 ? " ▲" : " ▼") : ""));
  return el("th", { scope: "col", class: (isNumber(column) ? "number" : "") + (column.print ? "" : " spare"), "data-head": column.head, "aria-sort": own ? (by.turn > 0 ? "ascending" : "descending") : "none" }, button);
}

function isNumber(column) {
  return ["wan", "percent", "points", "count", "days"].includes(column.kind);
}

function cell(list, row, column, at) {
  const value = row.x[at];
  const kind = column.print ? "" : " spare"; // left out on paper
  if (value === null) return el("td", { class: (isNumber(column) ? "number" : "") + kind }, word("none"));
  if (isNumber(column)) {
    const [start, plan, period, table] = /^(row:)([^/]*)\/([^/]*)\/(.*)$/.exec(list.address).slice(1);
    return el("td", { class: "number" + kind }, cited([start + plan, period, table, column.field, row.key].join("/"), value[0]));
  }
  if (column.kind === "status") return el("td", { class: kind }, el("span", { class: "state " + value[1] }, value[0]));
  if (column.kind === "project") return el("th", { scope: "row" }, projectName(row.id, value));
  return el("td", { class: (column.kind === "text" ? "text" : "") + kind }, value);
}

function projectName(id, name) {
  const dossier = board.dossiers.find((one) => one.id === id);
  return dossier ? el("a", { href: dossier.page, "data-tip": word("open"), "data-dossier": id }, name) : name;
}

function drawLists() {
  const own = board.lists.filter((list) => list.name !== "reporting");
  const chosen = own.find((list) => list.name === state.list) || own[0];
  const tabs = own.map((list) => {
    const selected = list === chosen;
    const count = list.rows.filter((row) => matches(row, list.form)).length;
    return el("button", { type: "button", role: "tab", "aria-selected": String(selected), "aria-controls": "list-table", tabindex: selected ? "0" : "-1",
      "data-list": list.name, onclick: () => choose({ list: list.name }) }, word("list." + list.name) + " " + count);
  });
  fill("list-tabs", tabs);
  drawListTable(chosen);
  const reporting = board.lists.find((list) => list.name === "reporting");
  const redraw = () => fill("reporting-table", listTable(reporting, redraw));
  const before = sought;
  sought = "";
  redraw();
  sought = before;
}

function drawListTable(list) {
  fill("list-table", listTable(list, () => drawListTable(list)));
}

function drawDossiers() {
  const own = board.dossiers.filter((one) => matches(one, ""));
  const items = own.map((one) => el("li", {}, el("a", { href: one.page, "data-dossier": one.id }, one.name), " ", el("span", { class: "small" }, one.unit)));
  fill("dossier-list", items.length ? el("ul", {}, items) : el("p", {}, word(board.dossiers.length ? "list.empty" : "dossiers.none")));
}
