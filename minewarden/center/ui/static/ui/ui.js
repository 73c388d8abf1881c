/* What the pages gain from JavaScript; every one of them works without. ES2019, no dependencies but htmx. */
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const typing = (element) => element.closest("input:not([type=radio]):not([type=checkbox]), select, textarea, [contenteditable]") !== null;

  const say = (text, kind) => {
    const note = document.createElement("p");
    note.className = `note note-${kind}`;
    note.setAttribute("role", "status");
    note.textContent = text;
    byId("messages").replaceChildren(note);
  };

  // A form or button with data-confirm asks first, in the page's own dialog.
  const confirmed = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
    if (!question || confirmed.has(form)) return;
    event.preventDefault();
    event.stopPropagation();
    const dialog = byId("confirm");
    dialog.querySelector("[data-question]").textContent = question;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      confirmed.add(form);
      form.requestSubmit(event.submitter || undefined);
      confirmed.delete(form);
    }, { once: true });
    dialog.showModal();
  }, true);

  // A form with data-autosubmit is sent when a choice in it changes.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && "autosubmit" in form.dataset && event.target.tagName === "SELECT") form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-keys]")) showKeys();
    if (event.target.closest("[data-close-drawer]")) { closeDrawer(); event.preventDefault(); }
    document.querySelectorAll(".bar-menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  const closeDrawer = () => { byId("drawer").replaceChildren(); };

  // Anything with data-key="c" is pressed by that key; its label stands in the list of keys.
  const showKeys = () => {
    const dialog = byId("keys");
    const list = dialog.querySelector(".keys");
    list.querySelectorAll("[data-added]").forEach((old) => old.remove());
    document.querySelectorAll("[data-key]").forEach((element) => {
      const term = document.createElement("dt");
      const key = document.createElement("kbd");
      key.textContent = element.dataset.key.toUpperCase();
      term.append(key);
      const meaning = document.createElement("dd");
      meaning.textContent = element.dataset.keyLabel || element.textContent.trim();
      [term, meaning].forEach((part) => { part.dataset.added = ""; list.append(part); });
    });
    dialog.showModal();
  };

  const moveRow = (step) => {
    const rows = [...document.querySelectorAll("table.data tbody tr")];
    if (rows.length === 0) return;
    const now = rows.findIndex((row) => row.classList.contains("here"));
    const next = Math.min(rows.length - 1, Math.max(0, now + step));
    if (now >= 0) rows[now].classList.remove("here");
    rows[next].classList.add("here");
    rows[next].scrollIntoView({ block: "nearest" });
    const link = rows[next].querySelector("a");
    if (link) link.focus({ preventScroll: true });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      if (location.hash === "#nav") location.hash = "main";
      document.querySelectorAll(".bar-menu[open]").forEach((menu) => { menu.open = false; });
      if (typing(event.target)) event.target.blur(); else if (byId("drawer")) closeDrawer();
      return;
    }
    if (typing(event.target)) return;
    const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key; // caps lock is no other key
    const bound = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === pressed);
    if (bound) { event.preventDefault(); if (!event.repeat) bound.click(); return; }
    if (event.key === "/" && byId("search")) { event.preventDefault(); byId("search").focus(); byId("search").select(); }
    if (event.key === "?" && byId("keys")) { event.preventDefault(); showKeys(); }
    if (pressed === "j") moveRow(1);
    if (pressed === "k") moveRow(-1);
  });

  document.addEventListener("htmx:sendError", () => say(document.body.dataset.lost, "error"));
  document.addEventListener("htmx:responseError", () => say(document.body.dataset.refused, "error"));
  document.querySelectorAll("button[data-keys]").forEach((button) => { button.hidden = false; });
})();
