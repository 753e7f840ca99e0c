// Show: the chosen number with its contributors, rows, cells, files and findings. Texts become text nodes, never markup.
const MOST = 400; // contributors drawn at once; the rest on asking

function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "onclick") made.addEventListener("click", value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

function valueOf(trace) {
  if (trace.value === null) return say("none");
  const isRate = trace.unit === "%";
  return isRate ? shown(trace.value * 100n) + "%" : shown(trace.value) + (trace.unit ? " " + trace.unit : "");
}

function section(trace, level) {
  const agrees = trace.told === null || trace.told === undefined || trace.told === trace.value;
  const notes = trace.notes.filter(Boolean).map((note) => el("p", { class: "note" }, note));
  const link = trace.link ? el("p", {}, el("a", { href: "../" + encodeURIComponent(trace.address.period) + "/" + encodeURIComponent(say("page.file")) + "#" + trace.address.text }, say("page.go", { period: trace.address.period }))) : null;
  const check = agrees ? (trace.told === null || trace.told === undefined ? null : el("p", { class: "good" }, say("page.agrees"))) : el("p", { class: "bad" }, say("page.differs", { told: shown(trace.told) }));
  const made = el("section", { class: level ? "part" : "whole", "data-address": trace.address.text },
    el(level ? "h3" : "h2", {}, trace.title),
    trace.link ? null : el("p", { class: "figure" }, el("b", { class: "value" }, valueOf(trace)), " ", el("span", { class: "how" }, trace.how)),
    check, link, ...notes);
  if (trace.lines.length) made.append(lineTable(trace));
  for (const part of trace.parts) made.append(section(part, level + 1));
  return made;
}

function lineTable(trace) {
  const isRatio = trace.lines.some((line) => line.below !== null);
  const heads = [say("head.contributor"), say("head.unit"), ...(trace.measures || [say("head.amount")]).slice(0, isRatio ? 2 : 1), say("head.rests_on")];
  const body = el("tbody", {});
  const draw = (lines) => lines.forEach((line) => body.append(lineRow(line, isRatio, heads.length)));
  draw(trace.lines.slice(0, MOST));
  const sums = trace.sums ? el("tfoot", {}, el("tr", {}, el("th", { colspan: "2" }, say("page.sum")), ...trace.sums.map((sum) => el("td", { class: "number sum" }, shown(sum))), el("td", {}))) : null;
  const table = el("table", {}, el("caption", {}, say("page.lines", { count: trace.lines.length })), el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), body, sums);
  const frame = el("div", { class: "frame", tabindex: "0" }, table);
  if (trace.lines.length > MOST) {
    const more = el("button", { type: "button", onclick: () => { draw(trace.lines.slice(MOST)); more.remove(); } }, say("page.more", { count: trace.lines.length - MOST }));
    frame.append(more);
  }
  return frame;
}

function lineRow(line, isRatio, wide) {
  const amounts = (isRatio ? [line.above, line.below] : [line.above]).map((amount) => el("td", { class: "number" }, shown(amount)));
  const count = line.rows.length + line.findings.length;
  const button = count ? el("button", { type: "button", "aria-expanded": "false", onclick: () => open(button, row, line, wide) }, say("page.rows", { count })) : say("none");
  const row = el("tr", {}, el("td", {}, line.name || ""), el("td", {}, line.unit || ""), ...amounts, el("td", {}, button));
  return row;
}

function open(button, row, line, wide) {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  if (isOpen) { row.nextSibling.remove(); return; }
  row.after(el("tr", { class: "rows" }, el("td", { colspan: wide }, ...line.rows.map(sourceOf), ...line.findings.map(findingOf))));
}

function sourceOf([place, role, fields]) {
  const [period, sheet, number_, carried, file, decision, findings, cells] = held.rows[place];
  const wanted = fields.map((field) => cells.filter((cell) => text(cell[0]) === field)).flat();
  const where = [text(sheet), text(number_) ? say("page.row", { row: text(number_) }) : null].filter(Boolean).join(" ");
  const made = el("div", { class: "source" }, el("p", {}, el("b", {}, say("role." + role)), " ", where, " ", carried && text(carried) ? el("em", {}, say("page.carried", { period: text(carried) })) : null));
  if (wanted.length) made.append(cellTable(wanted, text(sheet)));
  made.append(...fileOf(file));
  if (decision >= 0) made.append(decisionOf(decision));
  made.append(...findings.map(foundOf));
  return made;
}

function cellTable(cells, sheet) {
  const heads = ["field", "cell", "heading", "raw", "value"].map((name) => el("th", { scope: "col" }, say("head." + name)));
  const rows = cells.map(([field, at, heading, raw, value]) => el("tr", {}, el("td", {}, held.fields[text(field)] || text(field)), el("td", { class: "cell" }, sheet + "!" + text(at)), el("td", {}, text(heading) || ""), el("td", { class: "raw" }, text(raw) || ""), el("td", { class: "read" }, text(value) || "")));
  return el("table", { class: "cells" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows));
}

function fileOf(place) {
  if (place < 0) return [];
  const [name, sha, , period, unit, version, kind, received, source, inbox] = held.files[place].map(text);
  return [
    el("p", { class: "file" }, say("page.file_line", { name, unit, period, version, received, source, kind: say("kind." + kind) })),
    el("p", { class: "sha" }, "SHA-256 " + sha + (inbox ? "　" + say("page.inbox", { path: inbox }) : "")),
  ];
}

function decisionOf(place) {
  const [number_, at, post, reason] = held.decisions[place].map(text);
  return el("p", { class: "decision" }, say("page.decision", { number: number_, at, post, reason }));
}

function foundOf(place) {
  const [rule, cells, message, , , answer, why, severity, state, at, , decision] = held.findings[place].map((one, index) => (index === 11 ? one : text(one)));
  const made = el("div", { class: "finding" }, el("p", {}, el("b", {}, severity + " " + rule), " ", cells || "", " ", message || ""));
  if (answer || state) made.append(el("p", { class: "answer" }, say("page.answer", { state: state || "", answer: answer || say("none"), at: at || "" }), why ? " " + why : ""));
  if (decision >= 0) made.append(decisionOf(decision));
  return made;
}

function findingOf(row) {
  const file = held.files.findIndex((one) => text(one[10]) === row.submission_id);
  const made = el("div", { class: "finding" }, el("p", {}, el("b", {}, row.rule_id), " ", row.cells || "", " ", row.message_zh || "", row.found ? "　" + row.found : ""));
  if (row.answer) made.append(el("p", { class: "answer" }, row.answer));
  made.append(...fileOf(file));
  return made;
}

// The pickers: metric, population, scope.
const pick = (name) => document.getElementById("by-" + name);

function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, label]) => el("option", { value, selected: value === chosen }, label)));
}

function choose(figure, column) {
  const metrics = Object.keys(held.metrics).filter((metric) => held.figures.some((row) => text(row[3]) === metric));
  const metric = metrics.includes(figure[3]) ? figure[3] : metrics[0];
  const rows = held.figures.filter((row) => text(row[3]) === metric);
  const unique = (place) => [...new Set(rows.map((row) => text(row[place])))];
  const populations = Object.keys(held.populations).filter((one) => unique(0).includes(one));
  const population = populations.includes(figure[0]) ? figure[0] : populations[0];
  const own = rows.filter((row) => text(row[0]) === population);
  const kinds = Object.keys(held.kinds).filter((kind) => own.some((row) => text(row[1]) === kind));
  const kind = kinds.includes(figure[1]) ? figure[1] : "overall";
  const scopes = own.filter((row) => text(row[1]) === kind).map((row) => [text(row[2]), text(row[held.figure.indexOf("scope_name")])]);
  const scope = scopes.some(([one]) => one === figure[2]) ? figure[2] : (scopes[0] || ["overall"])[0];
  options(pick("metric"), metrics.map((one) => [one, held.metrics[one][0]]), metric);
  options(pick("population"), populations.map((one) => [one, held.populations[one]]), population);
  options(pick("scope-kind"), kinds.map((one) => [one, held.kinds[one]]), kind);
  options(pick("scope"), scopes, scope);
  options(pick("column"), [...Object.keys(SUMMED), ...Object.keys(COVERAGE), "target", "benchmark", ...Object.keys(SIDES), "previous_published", "previous_restated"].map((one) => [one, say("column." + one)]), column);
  return [[population, kind, scope, metric], column];
}

function render() {
  const written = location.hash.slice(1);
  const place = document.getElementById("trace");
  if (!written) {
    const [figure, column] = choose([], "value");
    if (figure[3]) place.replaceChildren(section(follow(metricAddress(figure, column)), 0));
    return;
  }
  let trace;
  try { trace = follow(written); } catch { trace = missing({ text: written, period: held.period }); }
  if (trace.address.figure) choose(trace.address.figure, trace.address.column);
  else choose([], "value");
  place.replaceChildren(section(trace, 0));
}

for (const name of ["metric", "population", "scope-kind", "scope", "column"]) {
  pick(name).addEventListener("change", () => {
    const [figure, column] = choose(["population", "scope-kind", "scope", "metric"].map((one) => pick(one).value), pick("column").value);
    location.hash = metricAddress(figure, column);
  });
}
window.addEventListener("hashchange", render);
render();
