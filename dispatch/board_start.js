// Start: what happens when the page opens and when the reader chooses.
listeners.push(drawFilters, drawTiles, drawCourse, drawUnits, drawMatrix, drawLists, drawDossiers);

document.getElementById("reset").addEventListener("click", () => choose({ population: "", unit: "", level: "", category: "" }));
document.getElementById("list-search").addEventListener("input", (event) => {
  sought = event.target.value.trim().toLowerCase();
  drawLists();
});
for (const tab of document.querySelectorAll("[data-matrix]")) {
  tab.addEventListener("click", () => choose({ matrix: tab.dataset.matrix }));
}
document.addEventListener("keydown", (event) => {
  walk(event);
  const tab = event.target.closest && event.target.closest('[role="tab"]');
  if (!tab || !["ArrowRight", "ArrowLeft"].includes(event.key)) return;
  const tabs = [...tab.parentNode.querySelectorAll('[role="tab"]')];
  const next = tabs[(tabs.indexOf(tab) + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
  const place = next.dataset.list ? ["data-list", next.dataset.list] : ["data-matrix", next.dataset.matrix];
  next.click();
  document.querySelector("[" + place[0] + '="' + place[1] + '"]').focus();
});
document.querySelector("form.filters").addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("hashchange", readHash);
if (location.hash.startsWith("#?")) readHash();
else for (const listener of listeners) listener();
