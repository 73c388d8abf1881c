/* Chooses a clause by a few words, out of those in force on the day of finding. Nothing but the telephone is asked. */
"use strict";
(() => {
  const field = self.minewardenField;
  const { byId, say, make, button } = field.dom;
  const MOST_SHOWN = 8;
  const search = byId("field-clause-search");
  const hits = byId("field-clause-hits");
  const chosenBox = byId("field-clause-chosen");
  const code = byId("field-form").clause_code;
  let clauses = [];
  let day = () => "";
  let changed = () => {};

  const text = (clause) => `${clause.code} ${clause.title} ${clause.aspect} ${clause.text}`.toLowerCase();
  const inForce = (clause) => (!day() || clause.valid_from <= day()) && (!clause.valid_to || day() <= clause.valid_to);
  const described = (clause) => [
    make("b", { textContent: clause.title }),
    make("small", { textContent: [clause.code, clause.citation, clause.aspect].filter(Boolean).join(" · ") }),
  ];

  const find = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (wanted.length === 0) { hits.replaceChildren(); return; }
    const found = clauses.filter((clause) => inForce(clause) && wanted.every((word) => text(clause).includes(word)));
    const rows = found.slice(0, MOST_SHOWN).map((clause) => {
      const pick = button("", "clause-hit", () => { choose(clause.code); search.value = ""; find(); changed(); });
      pick.append(...described(clause));
      return make("li", {}, pick);
    });
    const rest = found.length > MOST_SHOWN ? say("more_clauses", { n: found.length - MOST_SHOWN }) : "";
    const note = found.length === 0 ? say("no_clause") : rest;
    hits.replaceChildren(...rows, ...(note ? [make("li", { className: "quiet", textContent: note })] : []));
  };

  const choose = (wanted) => {
    const clause = clauses.find((one) => one.code === wanted);
    code.value = wanted || "";
    chosenBox.hidden = !wanted;
    if (!wanted) return;
    const remove = button("×", "photo-remove", () => { choose(""); changed(); });
    remove.setAttribute("aria-label", say("remove_clause"));
    const words = clause ? described(clause) : [make("b", { textContent: wanted })];
    chosenBox.replaceChildren(make("span", {}, ...words), remove);
  };

  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });

  field.clauses = {
    start: (given, dayOf, onChange) => { clauses = given; day = dayOf; changed = onChange; find(); },
    choose,
  };
})();
