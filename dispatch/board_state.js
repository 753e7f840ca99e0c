// State: what the reader chose, kept in the address bar so that going back undoes it.
const SCOPES = ["unit", "level", "category"];
const state = { population: "", unit: "", level: "", category: "", metric: "", list: "", matrix: "projects" };
const figures = new Map(board.figures.map((one) => [[one.p, one.k, one.s, one.m].join("|"), one]));
const listeners = [];

function populationOf(form) {
  const chosen = board.populations.find((one) => one.id === state.population);
  const fits = chosen && (!chosen.form || chosen.form === form) && form !== "reporting";
  return fits ? chosen.id : board.first[form] || "all";
}

// Figures are published for one scope at a time: the unit goes before the level, the level before the category.
function scope() {
  const kind = SCOPES.find((one) => state[one]);
  return kind ? { k: kind, s: state[kind] } : { k: "overall", s: "overall" };
}

function metric(id) {
  return board.metrics.find((one) => one.id === id);
}

function keyOf(id, at) {
  return { p: populationOf(metric(id).form), ...(at || scope()), m: id };
}

function figure(id, at) {
  const key = keyOf(id, at);
  return figures.get([key.p, key.k, key.s, key.m].join("|"));
}

// Whether a row of a list is what the reader chose; what a list does not know of its rows does not narrow it.
function matches(row, form) {
  if (state.unit && row.u !== state.unit) return false;
  if (state.level && row.l && row.l !== state.level) return false;
  if (state.category && row.c && row.c !== state.category) return false;
  const population = populationOf(form);
  return !row.p || population === "all" || row.p.includes(population);
}

function scopeName(kind, id) {
  const found = board.scopes[kind].find((one) => one.id === id);
  return found ? found.name : id;
}

function populationName(id) {
  const found = board.populations.find((one) => one.id === id);
  return found ? found.name : "";
}

function choose(changes, place) {
  Object.assign(state, changes);
  const said = new URLSearchParams(Object.entries(state).filter(([, value]) => value));
  written = "#?" + said.toString();
  if (location.hash !== written) location.hash = written;
  for (const listener of listeners) listener();
  if (place) show(place);
}

function show(place) {
  const section = document.getElementById(place);
  section.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  section.focus({ preventScroll: true });
}

let written = "";

function readHash() {
  const ours = location.hash === "" || location.hash.startsWith("#?"); // other marks are places in the page
  if (!ours || location.hash === written) return;
  const said = new URLSearchParams(location.hash.slice(2));
  for (const name of Object.keys(state)) state[name] = said.get(name) || (name === "matrix" ? "projects" : "");
  written = location.hash;
  for (const listener of listeners) listener();
}
