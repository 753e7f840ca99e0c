// Tiles and filters: the figures of the chosen scope against target and schedule.
function drawFilters() {
  const options = { population: board.populations, ...board.scopes };
  for (const select of document.querySelectorAll("select[data-filter]")) {
    const name = select.dataset.filter;
    if (!select.options.length) {
      select.append(el("option", { value: "" }, word(name === "population" ? "first" : "all")));
      for (const one of options[name]) select.append(el("option", { value: one.id }, one.name));
      select.addEventListener("change", () => choose({ [name]: select.value }));
      select.disabled = options[name].length === 0;
    }
    select.value = state[name];
  }
  const chosen = SCOPES.filter((kind) => state[kind]).map((kind) => scopeName(kind, state[kind]));
  const lines = [word("chosen", { population: populationName(populationOf(board.form)), scopes: chosen.join("、") || word("chosen.nothing") })];
  if (chosen.length > 1) lines.push(word("chosen.one", { scope: chosen[0] }));
  fill("chosen", document.createTextNode(lines.join("。")));
}

function drawTiles() {
  const shown = board.metrics.map((one) => [one, figure(one.id)]).filter(([, told]) => told && told.v !== undefined);
  const judged = shown.filter(([, told]) => told.t || told.e);
  const others = shown.filter(([, told]) => !told.t && !told.e);
  const groups = [judged, others].filter((group) => group.length);
  const drawn = groups.map((group) => el("div", { class: "tiles" }, group.map(([one, told]) => tile(one, told))));
  fill("tile-list", drawn.length ? drawn : el("p", {}, word("tiles.none")));
}

function tile(one, told) {
  const key = { p: told.p, k: told.k, s: told.s, m: told.m };
  const at = (column, shown) => cited(metricAddress(board.period, key, column), shown);
  const chosen = chosenMetric() === one;
  const button = el("button", { type: "button", "aria-pressed": String(chosen), "data-tip": one.about, "data-metric": one.id,
    onclick: () => choose({ metric: one.id }, "course") }, one.name);
  return el("article", { class: "tile" + (told.t || told.e ? " judged" : "") + (chosen ? " chosen" : ""), "data-tile": one.id },
    el("h3", {}, button),
    el("p", { class: "value" }, at("value", told.v), el("span", { class: "unit" }, told.u)),
    told.r ? el("p", { class: "other" }, word("tile.reported"), at("reported_value", told.r), " ", told.u) : null,
    told.b ? el("p", { class: "small" }, at("numerator", told.a), " ÷ ", at("denominator", told.b)) : null,
    ...targetLines(told, at),
    told.eg ? schedule(told, at) : null,
    told.c ? el("p", { class: "small" }, ...change(told, at)) : null,
    told.t || told.e ? coverage(told, at) : null,
    told.p === populationOf(board.form) ? null : el("p", { class: "of" }, populationName(told.p)));
}

function change(told, at) {
  if (Number(told.c) === 0) return [at("change", word("tile.same"))];
  return filled("tile.change", { change: at("change", told.c), unit: told.cu });
}

// A sentence with elements in its places.
function filled(key, parts) {
  return word(key).split(/(\{\w+\})/).map((piece) => {
    const name = /^\{(\w+)\}$/.exec(piece);
    return name && parts[name[1]] !== undefined ? parts[name[1]] : piece;
  });
}

function targetLines(told, at) {
  if (!told.t) return [];
  const target = filled("tile.target", { target: at("target", told.t), unit: told.tu });
  const stretch = told.st ? ["，", ...filled("tile.stretch", { stretch: at("stretch", told.st) })] : [];
  const until = told.td ? [word("tile.until", { date: told.td })] : [];
  const lines = [el("p", { class: "small" }, ...target, ...stretch, ...until)];
  if (told.j) {
    const met = told.j !== "missed";
    const gap = told.g ? el("a", { class: "n", "data-cite": metricAddress(board.period, told, "gap"), href: "../" + word("trace.file") + "#" + metricAddress(board.period, told, "gap") }, told.g.replace(/^[+-]/, "")) : null;
    const said = gap ? ["，", ...filled(met ? "tile.gap.met" : "tile.gap.missed", { gap, unit: told.gu })] : [];
    lines.push(el("p", { class: "verdict " + told.j }, word("verdict." + told.j), ...said, told.open ? word("tile.open") : null));
  }
  return lines;
}

function schedule(told, at) {
  const behind = told.eg.startsWith("-");
  const parts = { benchmark: at("benchmark", told.e), gap: at("benchmark_gap", told.eg.replace(/^[+-]/, "")) };
  return el("p", { class: "verdict " + (behind ? "late" : "ahead") }, ...filled(behind ? "tile.behind" : "tile.ahead", parts));
}

function coverage(told, at) {
  const said = [];
  if (told.carried) said.push(...filled("tile.carried", { carried: at("carried_projects", String(told.carried)) }));
  if (told.missing) said.push(said.length ? "，" : "", ...filled("tile.missing", { missing: at("missing_projects", String(told.missing)) }));
  return said.length ? el("p", { class: "small" }, said) : null;
}
