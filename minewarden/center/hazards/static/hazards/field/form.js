/* The form. What is typed and every photo is kept at once as a draft: a telephone may end the page whenever it likes,
   and does so while its camera is open. */
"use strict";
(() => {
  const field = self.minewardenField;
  const { store } = field;
  const { byId, say, make, wallClock } = field.dom;
  const form = byId("field-form");
  const PARTS = "grade-"; // names of the selects of the grade's parts
  const MANY_MINES = 12;

  let reference = null;
  let owner = null;
  let draft = null; // the record being written, once there is one
  let touchedTime = false;
  let chain = Promise.resolve(); // writes of the draft, one after another

  const mineOf = (id) => reference.mines.find((mine) => String(mine.id) === String(id)) || null;
  const option = (value, label) => make("option", { value, textContent: label });
  const zone = () => (mineOf(form.mine.value) || { time_zone: reference.time_zone }).time_zone;

  const showMines = (filter = "") => {
    const chosen = form.mine.value;
    const wanted = filter.trim().toLowerCase();
    const shown = reference.mines.filter((mine) => String(mine.id) === chosen || `${mine.name} ${mine.code}`.toLowerCase().includes(wanted));
    form.mine.replaceChildren(option("", say("choose_mine")), ...shown.map((mine) => option(mine.id, mine.name)));
    form.mine.value = chosen;
    if (wanted && !chosen && shown.length === 1) { form.mine.value = shown[0].id; showPlaces(); keep(); }
  };

  const showPlaces = () => {
    const chosen = form.place.value;
    const mine = mineOf(form.mine.value);
    const places = mine ? mine.places : [];
    form.place.replaceChildren(option("", say("other_place")), ...places.map((place) => option(place.id, place.name)));
    form.place.value = places.some((place) => String(place.id) === chosen) ? chosen : "";
    byId("field-place-words").hidden = form.place.value !== "";
  };

  const showParts = () => {
    byId("field-parts").replaceChildren(...reference.grading.map((part) => {
      const select = make("select", { name: PARTS + part.name, id: `id-${PARTS}${part.name}` });
      select.append(option("", "—"), ...part.choices.map((choice) => option(choice.value, choice.label)));
      const label = make("label", { htmlFor: select.id, textContent: part.label });
      return make("div", { className: "field" }, label, select);
    }));
  };

  const values = () => ({
    mine: form.mine.value,
    place: form.place.value,
    place_words: form.place.value ? "" : form.place_words.value,
    title: form.title.value,
    description: form.description.value,
    clause_code: form.clause_code.value,
    found_at: form.found_at.value,
    grade_parts: Object.fromEntries(reference.grading.map((part) => [part.name, form[PARTS + part.name].value])),
  });

  // Puts a record's values into the form; an empty one keeps mine and place, because the next hazard is mostly near.
  const fill = (fields) => {
    for (const name of ["title", "description", "clause_code"]) form[name].value = fields[name] || "";
    if (fields.mine !== undefined) {
      form.mine.value = "";
      showMines();
      form.mine.value = fields.mine;
      form.place.value = "";
      showPlaces();
      form.place.value = fields.place || "";
      form.place_words.value = fields.place_words || "";
      showPlaces();
    }
    touchedTime = Boolean(fields.found_at);
    form.found_at.value = fields.found_at || wallClock(Date.now(), zone());
    for (const part of reference.grading) form[PARTS + part.name].value = (fields.grade_parts || {})[part.name] || "";
    field.clauses.choose(form.clause_code.value);
    showFaults({});
  };

  const showFaults = (faults) => {
    form.querySelectorAll(".field .field-errors").forEach((old) => old.remove());
    form.querySelectorAll(".field-wrong").forEach((box) => box.classList.remove("field-wrong"));
    const rest = [];
    let first = null;
    for (const [name, message] of Object.entries(faults)) {
      const input = form[name] || form[PARTS + name];
      const box = input && input.closest ? input.closest(".field") : null;
      if (!box) { rest.push(message); continue; }
      box.classList.add("field-wrong");
      box.append(make("p", { className: "field-errors", textContent: message }));
      first = first || box;
    }
    byId("field-form-fault").textContent = rest.join(" ");
    byId("field-form-fault").hidden = rest.length === 0;
    if (first) first.scrollIntoView({ block: "center" });
  };

  const checked = (given) => {
    const faults = {};
    if (!given.mine) faults.mine = say("mine_wanted");
    if (!given.title.trim()) faults.title = say("title_wanted");
    if (!given.found_at) faults.found_at = say("time_wanted");
    else if (given.found_at > wallClock(Date.now(), zone())) faults.found_at = say("time_in_future");
    for (const part of reference.grading) {
      if (!given.grade_parts[part.name]) faults[part.name] = say("part_wanted");
    }
    return faults;
  };

  const labels = (given) => {
    const mine = mineOf(given.mine);
    const place = mine && mine.places.find((one) => String(one.id) === given.place);
    return { mine: mine ? mine.name : "", place: place ? place.name : given.place_words };
  };

  const inTurn = (work) => {
    const done = chain.then(work);
    chain = done.catch(() => {});
    return done;
  };
  const begun = async () => { // inside a turn: the draft, made at the first word or photo
    if (!draft) draft = await store.newDraft(owner, values());
    return draft;
  };
  const keep = () => inTurn(async () => {
    const { id } = await begun();
    if (!await store.keepDraft(id, values())) field.tell(say("changed_elsewhere"), "error");
  }).catch((error) => field.tell(field.dom.fault(error), "error"));

  const addPhoto = (photo) => inTurn(async () => store.addPhoto({ record: (await begun()).id, ...photo }));
  const removePhoto = (hash) => inTurn(() => store.removePhoto(draft.id, hash));
  const photos = () => inTurn(() => (draft ? store.photosOf(draft.id) : []));

  const clear = () => {
    draft = null;
    fill({});
    field.photos.show();
  };

  // The page says "saved" only after the store has said that it lies on the disk.
  const submit = async () => {
    const given = values();
    const faults = checked(given);
    showFaults(faults);
    if (Object.keys(faults).length > 0) return field.tell(say("form_faults"), "error");
    byId("field-save").disabled = true;
    try {
      const kept = await inTurn(async () => store.submit((await begun()).id, given, labels(given), Date.now()));
      if (!kept) return field.tell(say("changed_elsewhere"), "error");
      clear();
      form.scrollIntoView({ block: "start" });
      field.tell(say("saved"), "success");
      field.changed();
      field.saved();
    } catch (error) {
      field.tell(field.dom.fault(error), "error");
    } finally {
      byId("field-save").disabled = false;
    }
    return undefined;
  };

  const load = async (record) => {
    await inTurn(async () => { draft = record; });
    fill(record.fields);
    showFaults((record.problem && record.problem.fields) || {});
    if (record.problem) field.tell(record.problem.message, "error");
    await field.photos.show();
    form.scrollIntoView();
  };

  const start = (given, user) => {
    const before = reference && owner.id === user.id ? values() : null; // fetched anew while somebody writes
    reference = given;
    owner = user;
    byId("field-mine-filter").hidden = reference.mines.length <= MANY_MINES;
    showParts();
    field.clauses.start(reference.clauses, () => form.found_at.value.slice(0, 10), keep);
    if (before) return fill(before);
    draft = null;
    return fill({ mine: reference.mines.length === 1 ? String(reference.mines[0].id) : "" });
  };
  const stop = () => { reference = null; owner = null; draft = null; };

  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  form.addEventListener("input", (event) => {
    if (!reference) return;
    if (document.querySelector("#messages .note-success")) byId("messages").replaceChildren(); // it was about the record before
    if (event.target.id === "field-mine-filter") { showMines(event.target.value); return; }
    if (event.target.type === "file" || event.target.id === "field-clause-search") return;
    if (event.target === form.found_at) touchedTime = true;
    if (event.target === form.mine) { showPlaces(); if (!touchedTime) form.found_at.value = wallClock(Date.now(), zone()); }
    if (event.target === form.place) showPlaces();
    keep();
  });

  field.form = {
    start, stop, load, clear, addPhoto, removePhoto, photos,
    busy: () => Boolean(draft), draftId: () => (draft ? draft.id : null),
  };
})();
