// Parts: elements, words, numbers with their addresses, the tip. Texts become text nodes, never markup.
const board = window.BOARD;

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

function word(key, values) {
  const text = board.words[key] === undefined ? key : board.words[key];
  return text.replace(/\{(\w+)\}/g, (whole, name) => (values && values[name] !== undefined ? values[name] : whole));
}

function fill(id, ...children) {
  const place = document.getElementById(id);
  if (place) place.replaceChildren(...children.flat().filter(Boolean));
  return place;
}

// A printed number that says where it is from.
function cited(address, shown) {
  return el("a", { class: "n", "data-cite": address, href: "../" + word("trace.file") + "#" + address, "data-tip": word("trace") }, shown);
}

function metricAddress(period, key, column) {
  const scope = board.scopes[key.k].find((one) => one.id === key.s);
  return ["metric:" + board.plan, period, key.p, key.k, scope.address, key.m, column].join("/");
}

// One tip for the page, shown on pointing at and on reaching anything that has a data-tip.
const tip = document.getElementById("tip");

function showTip(target) {
  const text = target.getAttribute("data-tip");
  if (!text) return;
  tip.textContent = text;
  tip.hidden = false;
  target.setAttribute("aria-describedby", "tip");
  const at = target.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - tip.offsetWidth - 8));
  const above = at.top - tip.offsetHeight - 6;
  tip.style.left = left + "px";
  tip.style.top = (above > 4 ? above : at.bottom + 6) + "px";
}

function hideTip(target) {
  tip.hidden = true;
  if (target && target.removeAttribute) target.removeAttribute("aria-describedby");
}

for (const kind of ["mouseover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const target = event.target.closest && event.target.closest("[data-tip]");
    if (target) showTip(target);
  });
}
for (const kind of ["mouseout", "focusout"]) {
  document.addEventListener(kind, (event) => hideTip(event.target.closest && event.target.closest("[data-tip]")));
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideTip(null);
});
