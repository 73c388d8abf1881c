/* The list: what is not finished, waits, is being sent, was refused and why, what arrived, and what others have left. */
"use strict";
(() => {
  const field = self.minewardenField;
  const { store } = field;
  const { byId, say, make, button, ago, size } = field.dom;
  const ORDER = ["refused", "draft", "sending", "waiting", "arrived"];
  const TONES = { refused: "bad", draft: "warn", sending: "info", waiting: "neutral", arrived: "good" };

  const confirmed = (question) => new Promise((resolve) => {
    const dialog = byId("field-confirm");
    dialog.querySelector("p").textContent = question;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });

  const done = () => { field.changed(); };

  const write = async (record) => {
    const opened = await store.edit(record.id);
    if (!opened) field.tell(say("changed_elsewhere"), "error");
    else await field.form.load(opened);
    done();
  };
  const discard = async (record) => {
    if (!await confirmed(say("discard_question", { title: record.fields.title || say("untitled") }))) return;
    if (!await store.discard(record.id)) field.tell(say("changed_elsewhere"), "error");
    else if (field.form.draftId() === record.id) field.form.clear();
    done();
  };
  const again = async (record, leaveOut) => {
    if (leaveOut) {
      if (!await confirmed(say("leave_out_question"))) return;
      for (const photo of record.photos) if (photo.problem) await store.removePhoto(record.id, photo.sha256);
    }
    await store.change(record.id, (row) => row.state === "refused", (row) => { row.state = "waiting"; });
    done();
    field.saved();
  };

  const buttons = (record) => {
    const made = [];
    const isOpen = field.form.draftId() === record.id;
    if (record.state === "refused") {
      if (record.number && record.photos.some((photo) => photo.problem)) {
        made.push(button(say("leave_out"), "", () => again(record, true)));
      }
      if (store.editable(record)) made.push(button(say("correct"), "button-main", () => write(record)));
      made.push(button(say("send_again"), "", () => again(record, false)));
    } else if (store.editable(record) && !isOpen) {
      made.push(button(record.state === "draft" ? say("go_on") : say("change"), "", () => write(record)));
    }
    if (store.editable(record)) made.push(button(say("discard"), "button-danger", () => discard(record)));
    return made;
  };

  const photoWords = (record) => {
    if (record.state === "arrived") return record.photo_count ? say("photos_arrived", { n: record.photo_count }) : "";
    if (record.photos.length === 0) return "";
    const bytes = size(record.photos.reduce((sum, photo) => sum + photo.size, 0));
    return say("photos_waiting", { sent: record.photos.filter((photo) => photo.sent).length, n: record.photos.length, size: bytes });
  };

  const card = (record) => {
    const { title, found_at: foundAt } = record.fields;
    const where = [record.labels && record.labels.mine, record.labels && record.labels.place, (foundAt || "").replace("T", " ")];
    const state = make("span", { className: `badge tone-${TONES[record.state]}`, textContent: say(`state_${record.state}`) });
    const link = record.number ? make("a", { href: record.url, textContent: record.number, className: "record-number" }) : null;
    const problem = record.state === "refused" && record.problem
      ? make("p", { className: "record-problem", textContent: record.problem.message || say("refused_without_words") }) : null;
    const actions = buttons(record);
    const element = make(
      "li", { className: `record record-${record.state}` },
      make("div", { className: "record-head" }, state, link, make("small", { textContent: record.saved_at ? ago(Date.now() - record.saved_at) : "" })),
      make("p", { className: "record-title", textContent: title || say("untitled") }),
      make("p", { className: "quiet", textContent: [...where.filter(Boolean), photoWords(record)].filter(Boolean).join(" · ") }),
      problem,
      actions.length ? make("div", { className: "record-actions" }, ...actions) : null,
    );
    element.dataset.id = record.id;
    element.dataset.state = record.state;
    return element;
  };

  // Of somebody else's records only how many and whose: what he wrote may be none of the reader's business.
  const others = (records) => {
    const byOwner = new Map();
    for (const record of records) byOwner.set(record.owner.id, [...(byOwner.get(record.owner.id) || []), record]);
    return [...byOwner.values()].map((rows) => {
      const photos = rows.reduce((sum, row) => sum + row.photos.length, 0);
      const { name, username } = rows[0].owner;
      return make("li", { className: "record" },
        make("p", { className: "record-title", textContent: say("of_another", { name: `${name} (${username})` }) }),
        make("p", { className: "quiet", textContent: say("others_wait", { n: rows.length, photos }) }));
    });
  };

  const time = (record) => record.arrived_at || record.saved_at || record.begun_at;
  const show = async (user) => {
    const records = await store.list();
    const mine = records.filter((record) => user && record.owner.id === user.id);
    const shown = mine.filter((record) => record.state !== "draft" || record.id !== field.form.draftId());
    shown.sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state) || time(other) - time(one));
    byId("field-records").replaceChildren(...shown.map(card));
    byId("field-empty").hidden = shown.length > 0;
    const foreign = records.filter((record) => (!user || record.owner.id !== user.id) && record.state !== "arrived");
    byId("field-others").replaceChildren(...others(foreign));
    byId("field-others-box").hidden = foreign.length === 0;
    const counts = { waiting: 0, refused: 0, arrived: 0 };
    for (const { state } of mine) {
      const counted = state === "sending" ? "waiting" : state;
      if (counted in counts) counts[counted] += 1;
    }
    for (const [name, count] of Object.entries(counts)) byId(`field-count-${name}`).textContent = count;
    byId("field-tidy").hidden = counts.arrived === 0;
    return counts;
  };

  // Takes out of the list what arrived before a moment: the office has it.
  const tidy = async (user, before) => {
    const old = (await store.list()).filter((row) => row.state === "arrived" && row.arrived_at <= before && user && row.owner.id === user.id);
    for (const record of old) await store.tidy(record.id);
    if (old.length > 0) done();
  };

  field.list = { show, tidy };
})();
