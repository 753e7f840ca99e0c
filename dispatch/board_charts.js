// Charts: the course of the chosen metric over the periods and its units, each drawing beside its numbers in a table.
const EMBED = { mode: "vega-lite", renderer: "svg", actions: false, ast: true, logLevel: 1 }; // 1: errors alone

function draw(id, spec, title, clicked) {
  const place = document.getElementById(id);
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", word("chart.label", { title }));
  return window.vegaEmbed(place, spec, EMBED).then(({ view }) => {
    if (clicked) view.addEventListener("click", (event, item) => item && item.datum && item.datum.id && clicked(item.datum));
  });
}

function copy(value) {
  return JSON.parse(JSON.stringify(value));
}

function chosenMetric() {
  const own = board.metrics.filter((one) => figure(one.id));
  const judged = own.filter((one) => figure(one.id).t || figure(one.id).e);
  const rate = judged.find((one) => figure(one.id).e) || judged[0] || own[0] || board.metrics[0];
  return metric(state.metric) && figure(state.metric) ? metric(state.metric) : rate;
}

function drawCourse() {
  const one = chosenMetric();
  const key = one && keyOf(one.id);
  const line = key && board.course.lines[[key.p, key.k, key.s, key.m].join("|")];
  if (!line || !line.n) {
    document.getElementById("course-chart").replaceChildren();
    fill("course-table", el("p", {}, word("course.none")));
    return;
  }
  const title = word("course.title", { metric: one.name, scope: scopeName(key.k, key.s), population: populationName(key.p) });
  const spec = copy(board.charts.course);
  const values = points(line);
  spec.data = { values };
  spec.encoding.y.title = one.axis;
  keepSeries(spec, new Set(values.map((point) => point.series)));
  draw("course-chart", spec, title);
  fill("course-table", courseTable(title, key, line));
}

// The legend names only what is drawn.
function keepSeries(spec, drawn) {
  const scales = [spec.encoding.color, spec.layer[0].encoding.strokeDash, spec.layer[1].encoding.shape].map((channel) => channel.scale);
  for (const scale of scales) {
    const kept = scale.domain.map((name, at) => [name, scale.range[at]]).filter(([name]) => drawn.has(name));
    scale.domain = kept.map(([name]) => name);
    scale.range = kept.map(([, look]) => look);
  }
}

function points(line) {
  const names = board.charts.names;
  const many = board.course.periods.length;
  const found = [];
  const series = [["adopted", "n", "v"], ["reported", "rn", "r"], ["target", "tn", "t"], ["benchmark", "en", "e"]];
  for (const [name, numbers, texts] of series) {
    (line[numbers] || []).forEach((value, at) => {
      if (value === null) return;
      const shown = line[texts][at];
      const named = name === "adopted" && (many <= 7 || (many - 1 - at) % 3 === 0);
      const below = ["tn", "en"].some((other) => line[other] && line[other][at] > value); // away from a line above
      found.push({ period: board.course.short[at], series: names[name], value, label: named ? shown : "", below, tip: board.course.labels[at] + " " + names[name] + " " + shown });
    });
  }
  return found;
}

function courseTable(title, key, line) {
  const columns = [["v", "value", "adopted"], ["r", "reported_value", "reported"], ["t", "target", "target"], ["e", "benchmark", "benchmark"]];
  const own = columns.filter(([name]) => line[name]);
  const head = el("tr", {}, el("th", { scope: "col" }, word("head.period")), ...own.map(([, , name]) => el("th", { scope: "col", class: "number" }, board.charts.names[name])));
  const rows = board.course.periods.map((period, at) => el("tr", {}, el("th", { scope: "row" }, board.course.labels[at]),
    ...own.map(([name, column]) => el("td", { class: "number" }, line[name][at] === null ? word(name === "r" ? "same" : "none") : cited(metricAddress(period, key, column), line[name][at])))));
  return el("table", {}, el("caption", {}, title), el("thead", {}, head), el("tbody", {}, rows));
}

function drawUnits() {
  const one = chosenMetric();
  const own = board.scopes.unit.map((unit) => ({ unit, told: one && figure(one.id, { k: "unit", s: unit.id }) })).filter(({ told }) => told && told.v !== undefined);
  if (!own.length) {
    document.getElementById("units-chart").replaceChildren();
    fill("units-table", el("p", {}, word("units.none")));
    return;
  }
  own.sort((left, right) => right.told.n - left.told.n);
  const whole = figure(one.id, { k: "overall", s: "overall" }) || {};
  const title = word("course.title", { metric: one.name, scope: word("head.unit"), population: populationName(own[0].told.p) });
  draw("units-chart", bars(one, own, whole), title, (datum) => choose({ unit: datum.id, list: board.lists[0].name }, "lists"));
  fill("units-table", unitsTable(title, one, own));
}

function bars(one, own, whole) {
  const spec = copy(board.charts.ranking);
  const shown = ({ told }) => told.w || told.v;
  spec.data = { values: own.map(({ unit, told }) => ({ id: unit.id, name: unit.name, value: told.n, kind: unit.id === state.unit ? 1 : 0,
    label: (unit.id === state.unit ? "▶ " : "") + shown({ told }), tip: unit.name + " " + shown({ told }) + (told.rw || told.r ? " " + word("tile.reported") + (told.rw || told.r) : "") })) };
  spec.height = 26 * own.length;
  spec.layer[0].encoding.x.title = one.axis;
  const names = board.charts.names;
  const rules = [["tn", "t", "target"], ["en", "e", "benchmark"]];
  let crossing = 0; // layers with data of their own are the rules: each a line and its name
  spec.layer = spec.layer.filter((layer) => {
    if (!layer.data) {
      layer.encoding.y.sort = own.map(({ unit }) => unit.name);
      return true;
    }
    const [number, text, name] = rules[Math.floor(crossing++ / 2)];
    if (whole[number] === undefined) return false;
    layer.data = { values: [{ value: whole[number], label: names[name] + " " + whole[text] }] };
    return true;
  });
  return spec;
}

function unitsTable(title, one, own) {
  const ranks = (one.id === "annual_completion_rate" && board.ranks[own[0].told.p]) || null;
  const differs = own.some(({ told }) => told.r);
  const late = own.some(({ told }) => told.eg);
  const heads = [ranks && "head.rank", "head.unit", "series.adopted", differs && "series.reported", late && "head.benchmark_gap"];
  const head = el("tr", {}, heads.filter(Boolean).map((key, at) => el("th", { scope: "col", class: key === "head.unit" ? null : "number" }, word(key))));
  if (ranks) own.sort((left, right) => (ranks[left.unit.id] || 999) - (ranks[right.unit.id] || 999));
  const rows = own.map(({ unit, told }) => {
    const at = (column, shown) => (shown ? cited(metricAddress(board.period, told, column), shown) : word("none"));
    return el("tr", { class: unit.id === state.unit ? "chosen" : null },
      ranks ? el("td", { class: "number" }, String(ranks[unit.id] || word("none"))) : null,
      el("th", { scope: "row" }, el("button", { type: "button", "data-unit": unit.id, "data-tip": word("only", { name: unit.name }), onclick: () => choose({ unit: unit.id, list: board.lists[0].name }, "lists") }, unit.name)),
      el("td", { class: "number" }, at("value", told.w || told.v)),
      differs ? el("td", { class: "number" }, told.r ? at("reported_value", told.rw || told.r) : word("same")) : null,
      late ? el("td", { class: "number" }, at("benchmark_gap", told.eg)) : null);
  });
  return el("table", {}, el("caption", {}, title), el("thead", {}, head), el("tbody", {}, rows));
}
