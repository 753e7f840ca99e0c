// Follow: from an address to its number, the sides it has, the contributors behind it.
function follow(written) {
  const address = parse(written);
  if (address.plan !== held.plan || address.period !== held.period) return elsewhere(address);
  const of = { metric: ofMetric, list: ofList, row: ofRow, plan: ofPlan }[address.kind];
  if (!of) return missing(address);
  return of(address) || missing(address);
}

function missing(address) {
  return { address, title: say("page.unknown"), value: null, notes: [address.text], lines: [], parts: [], how: "" };
}

// A number of another period: its own page has the rows.
function elsewhere(address) {
  return { address, title: say("page.elsewhere", { period: address.period }), value: null, notes: [], lines: [], parts: [], how: "", link: true };
}

function figureRow(address) {
  const row = figures.get(address.figure.join("\n"));
  if (!row) return null;
  const found = {};
  held.figure.forEach((name, at) => { found[name] = text(row[at]); });
  return found;
}

function titleOf(address, row) {
  const [population, , , metric] = address.figure;
  return say("title.metric", { period: held.period, population: held.populations[population] || population, scope: row.scope_name, metric: held.metrics[metric][0], column: say("column." + address.column) });
}

function ofMetric(address) {
  const row = figureRow(address);
  if (!row) return null;
  const { column } = address;
  if (SUMMED[column]) return summed(address, row);
  if (COVERAGE[column]) return covered(address, row);
  if (SIDES[column]) return derived(address, row);
  const told = number(row[column]);
  if (told === null) return null;
  const unit = held.metrics[address.figure[3]][1];
  const made = { address, title: titleOf(address, row), value: told, told, unit, notes: [], lines: [], parts: [], how: say("how.plan") };
  if (column === "benchmark") {
    const month = BigInt(held.period.split("-")[1]);
    made.value = rate(month * ONE, PARTS_OF_YEAR * ONE);
    made.how = say("how.benchmark", { month: month.toString(), value: shown(made.value) });
  } else if (column === "target" || column === "stretch") {
    const target = held.targets.find((one) => text(one[0]) === row.target_id);
    made.notes = [say("target.source", { source: target ? text(target[1]) : "" }), say("target.date", { date: target ? text(target[2]) : "" }), planFile()];
  } else {
    made.how = say(column === "previous_published" ? "how.published" : "how.restated", { period: held.previous, value: shown(told) });
    if (held.previous) made.parts = [elsewhere(parse(metricAddress(address.figure, "value", held.previous)))];
  }
  return made;
}

function planFile() {
  const [file, hash, at] = held.planFile;
  return say("plan.file", { file, hash, at });
}

function ruleOf(measure) {
  return say("rule", { label: held.measures[measure][0], rule: held.measures[measure][1] });
}

function summed(address, row) {
  const [account, place] = SUMMED[address.column];
  const metric = address.figure[3];
  const [label, unit, above, below, , definition] = held.metrics[metric];
  const found = shares(metric, address.figure.slice(0, 3), account);
  const sums = [found.reduce((sum, one) => sum + one.above, 0n), found.reduce((sum, one) => sum + one.below, 0n)];
  const value = below ? rate(sums[0], sums[1]) : sums[0];
  const measures = (place === 2 ? [above, below] : [[above, below][place]]).filter(Boolean);
  const how = below ? say("how.ratio", { above: shown(sums[0]), below: shown(sums[1]), value: shown(value) }) : say("how.sum", { count: found.length, value: shown(value) });
  const isMoney = (measures[0] || "").endsWith("_wan");
  return {
    address, title: titleOf(address, row), value: [sums[0], sums[1], value][place], told: number(row[address.column]),
    unit: place === 2 ? unit : say(isMoney ? "unit.wan" : "unit.count"), how,
    notes: [say("definition", { label, text: definition }), say(account ? "account.reported" : "account.accepted"), ...measures.map(ruleOf)],
    lines: found.map((share) => lineOf(share, measures, account, Boolean(below))), parts: [], sums: below ? sums : [sums[0]],
    measures: [above, below].filter(Boolean).map((name) => held.measures[name][0]),
  };
}

function covered(address, row) {
  const found = coverage(address.figure[3], address.column, address.figure.slice(0, 3));
  const value = found.reduce((sum, one) => sum + one.above, 0n);
  const measure = COVERAGE[address.column];
  const lines = found.map((share) => lineOf(share, [measure], 0, false));
  return { address, title: titleOf(address, row), value, told: number(row[address.column]), unit: say("unit.projects"), how: say("how.count", { value: shown(value) }), notes: [ruleOf(measure)], lines, parts: [], sums: [value] };
}

function derived(address, row) {
  const sides = SIDES[address.column].map((column) => ofMetric({ ...address, column, text: metricAddress(address.figure, column) }));
  if (sides.some((one) => !one || one.value === null)) return null;
  const values = sides.map((one) => one.value);
  const [above, below] = [number(row.numerator), number(row.denominator)];
  const value = fromSides(address.column, above, below, values);
  const said = { value: shown(value), numerator: shown(above), denominator: shown(below) };
  values.forEach((one, at) => { said["v" + at] = shown(one); });
  return { address, title: titleOf(address, row), value, told: row[address.column] === undefined ? null : number(row[address.column]), unit: held.metrics[address.figure[3]][1], how: say("how." + address.column, said), notes: [], lines: [], parts: sides };
}

function fromSides(column, above, below, values) {
  if (column === "short_of_target") {
    const left = values[0] * values[1] - values[2] * ONE;
    const whole = left / (ONE * ONE);
    return (left > 0n && left % (ONE * ONE) ? whole + 1n : whole) * ONE;
  }
  if (column === "gap" && below !== null) return rate(above * ONE - values[1] * below, below * ONE);
  if (column === "benchmark_gap" && below !== null) return againstYear(above, below);
  return values[0] - values[1];
}

function againstYear(above, below) {
  const month = BigInt(held.period.split("-")[1]);
  return rate(above * PARTS_OF_YEAR - below * month, below * PARTS_OF_YEAR);
}

function meeting(address) {
  return tableRows(address.table).filter((row) => address.where.every(([name, wanted]) => (wanted === null ? row[name] === null : wanted.includes(row[name]))));
}

function originOf(table, column) {
  const found = held.origins[table + "/" + column] || (column && held.origins[table + "/"]) || ["", [], [], "", [], ""];
  const [subject, ofTheList, ofTheReport, how, addresses, rule] = found;
  return { subject, list: ofTheList, report: ofTheReport, how, addresses, rule };
}

function ofList(address) {
  const [what, column] = address.column.split(":");
  const rows = meeting(address).filter((row) => !column || row[column] !== null);
  const lines = rows.map((row) => rowLine(address, row, what === "sum" ? column : ""));
  let value = BigInt(what === "distinct" ? new Set(rows.map((row) => row[column])).size : rows.length) * ONE;
  if (what === "sum") value = rows.reduce((sum, row) => sum + number(row[column]), 0n);
  const told = address.where.map(([name, wanted]) => name + "=" + (wanted ? wanted.join("|") : ""));
  const notes = [originOf(address.table, "").rule, told.length ? say("conditions", { conditions: told.join(say("joint")) }) : ""].filter(Boolean);
  return { address, title: say("title.list", { table: address.table }), value, unit: say("unit.count"), how: say("how.list_" + what, { value: shown(value), column }), notes, lines, parts: [] };
}

function ofRow(address) {
  const [row] = meeting(address);
  if (!row || row[address.column] === undefined) return null;
  const told = number(row[address.column]);
  const origin = held.origins[address.table + "/" + address.column];
  const names = ["project_name", "procedure_name", "unit_name", "scope_name", "unit_id", "label_zh"].map((name) => row[name]).filter(Boolean);
  const title = say("title.row", { table: address.table, column: address.column, name: [...new Set(names)].join(say("joint")) });
  if (!origin || !origin[3]) {
    const how = origin ? say("how.by_rule", { value: row[address.column] }) : say("how.not_recomputed");
    return { address, title, value: told, unit: "", how, notes: origin ? [origin[5]] : [], lines: [rowLine(address, row, address.column)], parts: [] };
  }
  const parts = origin[4].map((template) => follow(filled(template, row)));
  const value = together(origin[3], parts.map((one) => one.value));
  const said = { value: shown(told) };
  parts.forEach((one, at) => { said["v" + at] = shown(one.value); });
  return { address, title, value: value === null ? told : value, told, unit: parts[0].unit, how: say("how.of_" + origin[3], said), notes: [origin[5]].filter(Boolean), lines: [], parts };
}

function together(how, values) {
  if (values.some((one) => one === null)) return null;
  if (how === "is") return values[0];
  if (how === "sum") return values.reduce((sum, one) => sum + one, 0n);
  if (how === "rate") return rate(values[0], values[1]);
  return how === "benchmark" ? againstYear(values[0], values[1]) : null;
}

// The address a template of origins.csv names for one row; a dimension that is not divided asks for nothing.
function filled(template, row) {
  const parts = template.split("/");
  if (parts[parts.length - 1].includes("=")) {
    parts.push(parts.pop().split("&").map((one) => condition(one, row)).filter(Boolean).join("&"));
  }
  const fill = (part) => part.replace(/\{(\w+)\}/g, (whole, name) => encode(name === "plan_id" ? held.plan : name === "period" ? held.period : row[name] || ""));
  return parts.filter(Boolean).map(fill).join("/");
}

function condition(written, row) {
  const found = /^(\w+)=\{(\w+)\}$/.exec(written);
  if (!found) return written;
  const value = row[found[2]];
  if (value === "all") return "";
  return value === null || (value === "unknown" && found[1] === "handling_level") ? found[1] : found[1] + "=" + encodeURIComponent(value);
}

function rowLine(address, row, column) {
  const origin = originOf(address.table, column);
  const base = { name: row.project_name || row.scope_name || row.unit_name || unitName(row.unit_id), unit: unitName(row.unit_id), above: column ? number(row[column]) : ONE, below: null, rows: [], findings: [] };
  if (origin.how) {
    for (const template of origin.addresses) {
      for (const line of everyLine(follow(filled(template, row)))) { base.rows.push(...line.rows); base.findings.push(...line.findings); }
    }
    return base;
  }
  if (origin.subject === "unit") return { ...base, name: unitName(row.unit_id), rows: pairs(handed.get((row.form || "monthly_dispatch") + "\n" + row.unit_id) || [], []) };
  if (origin.subject === "finding") return { ...base, name: row.project_name || unitName(row.unit_id), findings: [row] };
  if (origin.subject === "quality") {
    const same = (one) => one.is_effective === "true" && one.outcome === "failed" && ["form", "unit_id", "rule_id"].every((name) => one[name] === row[name]);
    return { ...base, name: unitName(row.unit_id), findings: tableRows("marts.fct_finding").filter(same) };
  }
  const part = { procedure: row.procedure, fund: row.fund_kind }[origin.subject] || "";
  const one = byKey.get([origin.subject, row.project_id, part].join("\n"));
  if (!one) return base;
  const account = column.startsWith("reported_") || address.where.some(([name]) => name.startsWith("reported_")) ? 1 : 0;
  const rows = (origin.list.length ? pairs(one.listed, origin.list) : []).concat(origin.report.length ? pairs(one.rows[account], origin.report) : []);
  return { ...base, name: named(one), rows };
}

function everyLine(trace) {
  return trace.lines.concat(trace.parts.flatMap(everyLine));
}

function unitName(id) {
  const row = tableRows("marts.fct_submission").find((one) => one.unit_id === id && one.unit_name);
  const one = contributors.find((each) => each.facts.unit_id === id);
  return (row && row.unit_name) || (one && one.unit) || id || "";
}

function ofPlan(address) {
  return { address, title: say("title.plan", { path: address.column }), value: number(held.plans[address.column]), unit: "", how: say("how.plan"), notes: [say("plan.path", { path: address.column }), planFile()], lines: [], parts: [] };
}
