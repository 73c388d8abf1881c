/* The review page with keys: one key, one verdict, the next event at once. The page works without it. ES2019. */
"use strict";
(() => {
  const page = document.querySelector("[data-review]");
  if (!page) return;
  const cards = page.querySelector("[data-cards]");
  const form = page.querySelector("[data-verdict]");
  const words = form.elements.words;
  const whole = form.elements.whole;
  const said = page.querySelector("[data-said]");
  const waiting = document.querySelector("[data-waiting]");
  const skipped = new Set();
  const LOW = 3; // with fewer cards than this in hand, more are fetched
  const RENEW_MS = 60000; // the office lets a held event go after three minutes
  const judging = new Set(); // ids whose verdict is on its way
  const decided = new Set(); // ids that an answer still on its way may bring once more
  let wanted = null; // the button that waits for words
  let fetching = 0; // answers on their way that may bring cards

  const all = () => [...cards.children];
  const current = () => all().find((card) => !card.hidden);

  const post = (url, fields) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    Object.entries(fields).forEach(([name, value]) => body.set(name, value));
    return fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
  };

  const say = (text, kind, ...buttons) => {
    const note = document.createElement("p");
    note.className = `note note-${kind}`;
    const line = document.createElement("span");
    line.textContent = text;
    note.append(line, ...buttons);
    said.replaceChildren(note);
  };

  const show = (card) => {
    all().forEach((other) => {
      other.hidden = other !== card;
      const clip = other.querySelector("video");
      if (clip && other !== card) clip.pause();
    });
    wanted = null;
    words.value = "";
    if (!card) return;
    form.querySelectorAll("[name=level]").forEach((radio) => { radio.checked = radio.value === card.dataset.level; });
    whole.checked = false;
    whole.parentElement.hidden = !card.dataset.others;
    form.querySelector("[data-others]").textContent = card.dataset.others ? `(+${card.dataset.others})` : "";
    form.action = card.dataset.verdictUrl;
    form.querySelector("[data-skip]").href = `?skip=${card.dataset.id}`;
    form.querySelector("[data-play]").disabled = !card.querySelector("video");
    card.focus({ preventScroll: true });
  };

  const showFirst = () => show(all()[0] || null);

  const fill = async () => {
    const have = all().map((card) => card.dataset.id);
    let answer;
    fetching += 1;
    try {
      const response = await post(page.dataset.nextUrl, { have: have.join(), skip: [...skipped, ...judging].join() });
      if (!response.ok) throw new Error(String(response.status));
      answer = await response.json();
    } catch {
      if (!all().length) say(page.dataset.lost, "error");
      return;
    } finally {
      fetching -= 1;
    }
    waiting.textContent = answer.waiting;
    answer.gone.forEach((id) => {
      const card = document.getElementById(`card-${id}`);
      if (card && card !== current()) card.remove();
    });
    const isNew = ({ id }) => !decided.has(id) && !document.getElementById(`card-${id}`);
    answer.cards.filter(isNew).forEach(({ html }) => {
      const holder = document.createElement("template");
      holder.innerHTML = html;
      cards.append(holder.content.firstElementChild);
    });
    if (current()) return;
    if (all().length) showFirst();
    else if (skipped.size) { skipped.clear(); fill(); }
    else if (!judging.size && !fetching) window.location.assign(window.location.pathname);
  };

  const next = () => {
    showFirst();
    if (all().length < LOW) fill();
  };

  const giveBack = (card, text, kind) => {
    decided.delete(card.dataset.id);
    const twin = document.getElementById(card.id);
    if (twin) twin.remove();
    cards.prepend(card);
    showFirst();
    say(text, kind);
  };

  const undoButton = (card) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.key = "u";
    button.dataset.keyLabel = page.dataset.undo;
    button.textContent = page.dataset.undo;
    const key = document.createElement("kbd");
    key.textContent = "U";
    button.append(" ", key);
    button.addEventListener("click", () => undo(card));
    return button;
  };

  const caseLink = (url) => {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = page.dataset.openCase;
    return link;
  };

  // The page goes on at once; the answer comes when it comes. What was not saved comes back with the reason.
  const judge = async (fields) => {
    const card = current();
    if (!card) return;
    const { id } = card.dataset;
    card.remove();
    judging.add(id);
    decided.add(id);
    next();
    try {
      const response = await post(card.dataset.verdictUrl, fields);
      const answer = await response.json();
      if (response.ok) {
        const decidedHere = 1 + (fields.whole ? Number(card.dataset.others) : 0);
        waiting.textContent = String(Math.max(0, Number(waiting.textContent) - decidedHere));
        say(answer.message, "success", ...(answer.case ? [caseLink(answer.case)] : []), undoButton(card));
      } else if (response.status === 409 || response.status === 404) say(answer.message, "warning");
      else giveBack(card, answer.message, "error");
    } catch {
      giveBack(card, page.dataset.lost, "error");
    } finally {
      judging.delete(id);
      if (!all().length) fill();
    }
  };

  const undo = async (card) => {
    try {
      const response = await post(card.dataset.verdictUrl, { action: "undo" });
      const answer = await response.json();
      if (!response.ok) { say(answer.message, "warning"); return; }
      giveBack(card, answer.message, "info");
      waiting.textContent = String(Number(waiting.textContent) + 1);
      fill();
    } catch {
      say(page.dataset.lost, "error");
    }
  };

  const press = (button) => {
    if (button.dataset.words !== undefined && !words.value.trim()) {
      wanted = button;
      say(page.dataset.wordsWanted, "info");
      words.focus();
      return;
    }
    const given = { [button.name]: button.value, level: form.elements.level.value, words: words.value };
    judge(whole.checked && button.value !== "send_on" ? { ...given, whole: "1" } : given);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter && event.submitter.name) press(event.submitter);
  });

  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    event.preventDefault();
    if (wanted && words.value.trim()) press(wanted);
  });

  form.querySelector("[data-skip]").addEventListener("click", (event) => {
    event.preventDefault();
    const card = current();
    if (!card) return;
    skipped.add(card.dataset.id);
    card.remove();
    next();
  });

  const play = form.querySelector("[data-play]");
  play.hidden = false;
  play.addEventListener("click", () => {
    const card = current();
    const clip = card && card.querySelector("video");
    if (!clip) return;
    const playing = clip.parentElement.classList.toggle("playing");
    if (playing) clip.play().catch(() => { clip.controls = true; }); else clip.pause();
    card.focus({ preventScroll: true });
  });

  const boxes = form.querySelector("[data-boxes]");
  boxes.hidden = false;
  boxes.addEventListener("click", () => {
    const hidden = page.classList.toggle("no-boxes");
    boxes.setAttribute("aria-pressed", String(!hidden));
  });

  // Other names of the same keys. Where a button or field has the focus, the browser's own meaning holds.
  const ALIASES = { Enter: "y", ArrowRight: "n", " ": "p" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=radio]), select, textarea, button, a, summary, video")) return;
    const key = ALIASES[event.key];
    const element = key && page.querySelector(`[data-key="${key}"]`);
    if (element) { event.preventDefault(); element.click(); }
  });

  page.classList.add("scripted");
  window.setInterval(fill, RENEW_MS);
  showFirst();
})();
