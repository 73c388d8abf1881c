/* Ticks of a list: one box for all rows of the page, and keys. Without this every box is ticked by hand. */
"use strict";
(() => {
  const boxes = () => [...document.querySelectorAll("table.data tbody .tick input")];
  const all = document.querySelector("table.data thead .tick input");
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => { boxes().forEach((box) => { box.checked = all.checked; }); });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    const row = document.querySelector("table.data tr.here");
    if (!row) return;
    const key = event.key.toLowerCase();
    if (key === "x") {
      const box = row.querySelector(".tick input");
      if (box) { box.checked = !box.checked; event.preventDefault(); }
    }
    if (key === "o") { const link = row.querySelector("a"); if (link) link.click(); }
  });
})();
