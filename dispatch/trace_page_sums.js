// Sums: what an address names, and computing it anew from the contributors that lie in the page.
// Numbers are whole millionths (BigInt): adding is exact, a ratio is rounded half up to six places, once.
const held = JSON.parse(document.getElementById("data").textContent);
const words = JSON.parse(document.getElementById("words").textContent);
const ONE = 1000000n;
const PARTS_OF_YEAR = 12n;
const ITEM_SCOPES = ["procedure", "handling_level", "approving_unit"];
const WHOLE = ["procedure_project_count", "all_done_project_count"];
const FORM_PARTS = { procedures: "procedure", pipeline: "pipeline", funds: "fund" };
const COVERAGE = { reported_projects: "reported_project_count", carried_projects: "carried_project_count", missing_projects: "missing_project_count" };
const SUMMED = { numerator: [0, 0], denominator: [0, 1], value: [0, 2], reported_numerator: [1, 0], reported_denominator: [1, 1], reported_value: [1, 2] };
const SIDES = {
  change: ["value", "previous_restated"], change_published: ["value", "previous_published"],
  reported_difference: ["value", "reported_value"], left_over: ["denominator", "numerator"],
  short_of_target: ["target", "denominator", "numerator"], gap: ["value", "target"], benchmark_gap: ["value", "benchmark"],
};
const OF_UNIT = { error_row_count: "error", unanswered_count: "warning" };

const text = (place) => held.texts[place];

function say(key, values) {
  const found = words[key] === undefined ? key : words[key];
  return found.replace(/\{(\w+)\}/g, (whole, name) => (values && values[name] !== undefined && values[name] !== null ? values[name] : whole));
}

function number(written) {
  const found = /^(-?)(\d+)(?:\.(\d{1,6})\d*)?$/.exec(written === null || written === undefined ? "" : written);
  return found ? BigInt(found[1] + found[2] + (found[3] || "").padEnd(6, "0")) : null;
}

function shown(amount) {
  if (amount === null || amount === undefined) return say("none");
  const size = amount < 0n ? -amount : amount;
  const whole = (size / ONE).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = (size % ONE).toString().padStart(6, "0").replace(/0+$/, "");
  return (amount < 0n ? "-" : "") + whole + (rest ? "." + rest : "");
}

function rate(above, below) {
  if (above === null || !below) return null;
  const negative = above < 0n !== below < 0n;
  const [top, bottom] = [above < 0n ? -above : above, below < 0n ? -below : below];
  const found = (2n * ONE * top + bottom) / (2n * bottom);
  return negative ? -found : found;
}

const contributors = held.contributors.map((one) => {
  const amounts = (list) => {
    const found = {};
    for (let at = 0; at < list.length; at += 2) found[text(list[at])] = number(text(list[at + 1]));
    return found;
  };
  const facts = {};
  held.facts.forEach((name, at) => { facts[name] = text(one[9][at]); });
  return {
    kind: text(one[0]), id: text(one[1]), part: text(one[2]) || "", name: text(one[3]), unit: text(one[4]),
    populations: (text(one[5]) || "").split("|"), counted: one[6], carried: one[7], there: one[8], facts,
    amounts: [amounts(one[10]), amounts(one[11])], listed: one[12], rows: [one[13], one[14]],
  };
});
const byKey = new Map(contributors.map((one) => [[one.kind, one.id, one.part].join("\n"), one]));
const figures = new Map(held.figures.map((row) => [row.slice(0, 4).map(text).join("\n"), row]));
const handed = new Map(held.handed.map((row) => [text(row[0]) + "\n" + text(row[1]), row[2]]));

function encode(part) {
  return encodeURIComponent(part).replace(/[!'()*]/g, (one) => "%" + one.charCodeAt(0).toString(16).toUpperCase()).replace(/%3A/g, ":");
}

function parse(written) {
  const at = written.indexOf(":");
  const kind = written.slice(0, at);
  const parts = written.slice(at + 1).split("/");
  const conditions = (kind === "list" || kind === "row") && parts.length === 5 ? parts.pop() : "";
  const [plan, period, ...named] = parts.map(decodeURIComponent);
  const where = conditions.split("&").filter(Boolean).map((one) => {
    const place = one.indexOf("=");
    return place < 0 ? [one, null] : [one.slice(0, place), one.slice(place + 1).split("|").map(decodeURIComponent)];
  });
  const address = { kind, plan, period, where, text: written };
  if (kind === "metric") return { ...address, figure: named.slice(0, 4), column: named[4] };
  return kind === "plan" ? { ...address, column: named[0] } : { ...address, table: named[0], column: named[1] };
}

function metricAddress(figure, column, period) {
  return ["metric:" + encode(held.plan), period || held.period, ...figure.map(encode), column].join("/");
}

// Contributors of a slice: population, scope kind, scope.
function counts(one, [population, kind, scope]) {
  const own = kind === "overall" ? "overall" : one.facts[held.scopes[kind]] || "unknown";
  return one.counted && one.populations.includes(population) && own === scope;
}

function shares(metric, cut, account) {
  const [, , above, below] = held.metrics[metric];
  const measures = [above, below].filter(Boolean);
  if (measures.every((one) => WHOLE.includes(one)) && ITEM_SCOPES.includes(cut[1])) return wholeProjects(above, below, cut, account);
  return contributors
    .filter((one) => measures.some((name) => one.amounts[account][name] !== undefined) && counts(one, cut))
    .map((one) => ({ one, above: one.amounts[account][above] || 0n, below: (below && one.amounts[account][below]) || 0n }));
}

function wholeProjects(above, below, cut, account) {
  const projects = new Map();
  for (const one of contributors) {
    if (one.kind === "procedure" && one.amounts[account].needed_item_count && counts(one, cut)) {
      projects.set(one.id, [...(projects.get(one.id) || []), one]);
    }
  }
  return [...projects.values()].map((items) => {
    const done = items.every((one) => one.amounts[account].done_item_count);
    const amounts = { procedure_project_count: ONE, all_done_project_count: done ? ONE : 0n };
    return { one: items[0], items, above: amounts[above], below: below ? amounts[below] : 0n };
  });
}

function coverage(metric, column, cut) {
  const form = held.metrics[metric][4] === "reporting" ? held.form : held.metrics[metric][4];
  const measure = COVERAGE[column];
  if (form === "monthly_dispatch") {
    return contributors.filter((one) => one.amounts[0][measure] && counts(one, cut)).map((one) => ({ one, above: one.amounts[0][measure], below: 0n }));
  }
  const projects = new Map();
  for (const one of contributors) {
    if (one.kind === FORM_PARTS[form] && counts(one, cut)) projects.set(one.id, [...(projects.get(one.id) || []), one]);
  }
  const stands = (items) => (items.some((one) => one.carried) ? "carried_projects" : items.some((one) => one.there) ? "reported_projects" : "missing_projects");
  return [...projects.values()].filter((items) => stands(items) === column).map((items) => ({ one: items[0], items, above: ONE, below: 0n }));
}

// Rows of contributors: [place of the row, role, fields shown].
function pairs(list, fields) {
  const found = [];
  for (let at = 0; at < list.length; at += 2) found.push([list[at], text(list[at + 1]), fields]);
  return found;
}

function restingOn(one, measures, account) {
  const rules = measures.map((name) => held.measures[name]);
  const severities = measures.filter((name) => OF_UNIT[name]).map((name) => OF_UNIT[name]);
  if (one.kind === "unit" && severities.length) return { findings: openFindings(one.id, severities) };
  const ofList = [...new Set(rules.flatMap((rule) => rule[2]))];
  const ofReport = [...new Set(rules.flatMap((rule) => rule[3]))];
  const own = one.kind === "procedures" ? contributors.filter((item) => item.kind === "procedure" && item.id === one.id) : [one];
  let rows = ofList.length ? own.flatMap((item) => pairs(item.listed, ofList)) : [];
  if (ofReport.length || !ofList.length) rows = rows.concat(own.flatMap((item) => pairs(item.rows[account], ofReport)));
  return { rows };
}

function openFindings(unit, severities) {
  return tableRows("marts.fct_finding").filter((row) => row.still_open === "true" && severities.includes(row.severity) && row.unit_id === unit && row.form === held.form);
}

const decoded = new Map();
function tableRows(name) {
  if (!decoded.has(name)) {
    const table = held.tables[name] || { columns: [], rows: [] };
    decoded.set(name, table.rows.map((row) => {
      const found = {};
      table.columns.forEach((column, at) => { found[column] = text(row[at]); });
      return found;
    }));
  }
  return decoded.get(name);
}

function lineOf(share, measures, account, isRatio) {
  const sources = (share.items || [share.one]).map((one) => restingOn(one, measures, account));
  return {
    name: share.items ? share.one.name : named(share.one), unit: share.one.unit, above: share.above,
    below: isRatio ? share.below : null, rows: sources.flatMap((one) => one.rows || []), findings: sources.flatMap((one) => one.findings || []),
  };
}

function named(one) {
  if (one.kind === "procedure") return say("named_part", { name: one.name, part: partName("marts.fct_procedure", "procedure", one.part, "procedure_name") });
  if (one.kind === "fund") return say("named_part", { name: one.name, part: scopeName("fund_kind", one.part) });
  return one.name;
}

function partName(table, column, code, name) {
  const row = tableRows(table).find((one) => one[column] === code);
  return (row && row[name]) || code;
}

function scopeName(kind, code) {
  const row = held.figures.find((one) => text(one[1]) === kind && text(one[2]) === code);
  return (row && text(row[held.figure.indexOf("scope_name")])) || code;
}
