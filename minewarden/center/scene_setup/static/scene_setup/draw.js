/* Drawing on a camera's still with mouse, finger or keys. The text fields hold the truth: every change is written to
   them and read from them, so that the page works without this script as well. ES2019, Chrome 86. */
"use strict";
(() => {
  const root = document.querySelector("[data-draw]");
  if (!root) return;
  const { parse, format, crossing, inside, distance } = window.shapes;
  const { paint } = window;
  const stage = root.querySelector("[data-stage]");
  const picture = stage.querySelector("img");
  const svg = stage.querySelector("svg");
  const loupe = stage.querySelector("[data-loupe]");
  const says = root.querySelector("[data-says]");
  const tools = root.querySelector("[data-tools]");
  const words = root.dataset;
  const fields = [...document.querySelectorAll("[data-shape]")];
  const REACH = { mouse: 10, pen: 14, touch: 26 }; // pixels from a corner within which it is taken
  const STEP = 0.005;
  const LOUPE = 3; // times
  const keys = window.matchMedia("(hover: hover)").matches; // a telephone has none to speak of
  let active = null; // { field, index }: the shape that is being drawn; index: which line of a field of masks
  let corner = -1; // the chosen corner
  let drag = null;
  let adding = false; // a tap adds a corner at the end
  const history = []; // what the fields said before each change

  // --- what the fields say
  const lines = (field) => (field.dataset.shape === "zones" ? field.value.split("\n") : [field.value]);
  const pointsOf = (shape) => parse(lines(shape.field)[shape.index] || "") || [];
  const isLine = (shape) => shape.field.dataset.shape === "line";
  const watched = (field) => {
    const on = document.getElementById(field.dataset.on);
    return !on || on.checked;
  };
  const all = () => fields.filter(watched).flatMap((field) => lines(field).map((_text, index) => ({ field, index })));
  const same = (one, other) => one !== null && other !== null && one.field === other.field && one.index === other.index;
  const remember = () => {
    history.push({ texts: fields.map((field) => field.value), active, corner });
    if (history.length > 200) history.shift();
  };
  const write = (shape, points) => {
    const texts = lines(shape.field);
    texts[shape.index] = format(points);
    shape.field.value = texts.join("\n");
    shape.field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // --- words
  const fault = (shape) => {
    const points = pointsOf(shape);
    const text = lines(shape.field)[shape.index] || "";
    if (text.trim() && parse(text) === null) return words.unreadable;
    if (isLine(shape)) return points.length === 1 ? words.lineShort : "";
    if (points.length && points.length < 3) return words.zoneShort;
    return crossing(points).size ? words.crossing : "";
  };
  const tell = () => {
    if (!active) { says.textContent = words.choose; says.className = "draw-says quiet"; return; }
    const wrong = fault(active);
    const drawing = isLine(active) ? words.tapLine : words.tapZone;
    const hint = adding ? drawing : corner >= 0 && keys ? words.corner : isLine(active) ? words.tapLine : words.change;
    const unfinished = adding && wrong !== words.crossing && wrong !== words.unreadable;
    says.textContent = `${active.field.dataset.label}: ${wrong && !unfinished ? wrong : hint}`;
    says.className = wrong && !unfinished ? "draw-says draw-wrong" : "draw-says";
  };
  const mark = (field) => {
    const wrong = lines(field).map((_text, index) => fault({ field, index })).find(Boolean) || "";
    const note = document.getElementById(field.dataset.note);
    field.setAttribute("aria-invalid", wrong ? "true" : "false");
    if (note) { note.textContent = wrong; note.hidden = !wrong; }
  };

  // --- the overlay
  const size = () => [svg.clientWidth || 1, svg.clientHeight || 1];
  const onScreen = (points) => { const [w, h] = size(); return points.map(([x, y]) => [x * w, y * h]); };
  const flipped = (field) => {
    const box = document.getElementById(field.dataset.reverse || "");
    return Boolean(box && box.checked);
  };
  const drawShape = (shape) => {
    const points = onScreen(pointsOf(shape));
    if (!points.length) return;
    const { dataset } = shape.field;
    const chosen = same(shape, active);
    paint(svg, {
      points, chosen, corner, adding: chosen && adding, bad: crossing(pointsOf(shape)), isLine: isLine(shape),
      look: dataset.look || dataset.shape, label: dataset.label, side: dataset.side, flipped: flipped(shape.field),
      cornerName: words.cornerName,
    });
  };
  const redraw = () => {
    const focused = svg.contains(document.activeElement);
    svg.replaceChildren();
    all().filter((shape) => !same(shape, active)).forEach(drawShape);
    if (active) drawShape(active);
    stage.classList.toggle("draw-on", active !== null);
    tools.hidden = active === null;
    if (active) {
      const points = pointsOf(active);
      tools.querySelector("[data-do=turn]").hidden = !isLine(active);
      tools.querySelector("[data-do=finish]").textContent = adding ? words.finish : words.done;
      tools.querySelector("[data-do=remove]").disabled = corner < 0 || corner >= points.length;
      tools.querySelector("[data-do=undo]").disabled = !history.length;
      tools.querySelector("[data-do=add]").disabled = isLine(active) && points.length > 1;
    }
    document.querySelectorAll("[data-draw-field]").forEach((button) => {
      button.setAttribute("aria-pressed", String(active !== null && button.dataset.drawField === active.field.id));
    });
    if (focused && corner >= 0) {
      const handle = svg.querySelector(`[data-corner="${corner}"]`);
      if (handle) handle.focus({ preventScroll: true });
    }
    tell();
  };

  // --- what one can do
  const choose = (shape) => {
    active = shape;
    corner = -1;
    adding = shape !== null && pointsOf(shape).length < (isLine(shape) ? 2 : 3);
    redraw();
  };
  const change = (points, at) => { write(active, points); corner = at; redraw(); };
  const add = (point) => {
    remember();
    const points = [...pointsOf(active), point];
    if (isLine(active) && points.length === 2) adding = false;
    change(points, points.length - 1);
  };
  const addByKey = () => { // in the middle of the longest edge; the first ones around the picture's middle
    const points = pointsOf(active);
    const first = [[0.35, 0.5], [0.65, 0.5], [0.5, 0.75]];
    if (points.length < (isLine(active) ? 2 : 3)) { add(first[points.length]); return; }
    const far = points.map((a, index) => [Math.hypot(a[0] - points[(index + 1) % points.length][0], a[1] - points[(index + 1) % points.length][1]), index]);
    const [, index] = far.reduce((best, one) => (one[0] > best[0] ? one : best));
    insert(index);
  };
  const insert = (index) => {
    remember();
    const points = pointsOf(active);
    const [a, b] = [points[index], points[(index + 1) % points.length]];
    points.splice(index + 1, 0, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
    change(points, index + 1);
  };
  const remove = () => {
    const points = pointsOf(active);
    if (corner < 0 || corner >= points.length) return;
    remember();
    points.splice(corner, 1);
    adding = points.length < (isLine(active) ? 2 : 3);
    change(points, Math.min(corner, points.length - 1));
  };
  const undo = () => {
    const before = history.pop();
    if (!before) return;
    fields.forEach((field, index) => { field.value = before.texts[index]; mark(field); });
    active = before.active;
    corner = before.corner;
    adding = active !== null && pointsOf(active).length < (isLine(active) ? 2 : 3);
    redraw();
  };
  const actions = {
    undo,
    remove,
    add: addByKey,
    clear: () => { remember(); write(active, []); corner = -1; adding = true; redraw(); },
    turn: () => { remember(); change(pointsOf(active).reverse(), -1); },
    finish: () => {
      if (adding && !isLine(active) && pointsOf(active).length > 2) { adding = false; corner = -1; redraw(); return; }
      choose(null);
    },
  };

  // --- pointer
  const place = (event) => {
    const box = svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const nearest = (points, x, y, reach) => {
    const found = points.map(([px, py], index) => [Math.hypot(px - x, py - y), index]).filter(([far]) => far <= reach);
    return found.length ? found.reduce((best, one) => (one[0] < best[0] ? one : best))[1] : -1;
  };
  const middles = (points) => points.map((a, index) => {
    const b = points[(index + 1) % points.length];
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  });
  const shapeAt = (x, y) => all().reverse().find((shape) => {
    const points = onScreen(pointsOf(shape));
    if (isLine(shape)) return points.length === 2 && distance(x, y, points[0], points[1]) < 14;
    return points.length > 2 && inside(points, x, y);
  });
  const take = (index, points, x, y) => {
    corner = index;
    drag = { dx: points[index][0] - x, dy: points[index][1] - y };
  };

  svg.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    const [x, y] = place(event);
    const [w, h] = size();
    if (!active) { const hit = shapeAt(x, y); if (hit) choose(hit); return; }
    event.preventDefault();
    const points = onScreen(pointsOf(active));
    const reach = REACH[event.pointerType] || REACH.mouse;
    const hit = nearest(points, x, y, reach);
    const between = isLine(active) || adding ? -1 : nearest(middles(points), x, y, reach);
    if (adding && hit === 0 && points.length > 2) { actions.finish(); return; } // the first corner closes the zone
    if (hit >= 0) { remember(); take(hit, points, x, y); }
    else if (between >= 0) { insert(between); take(corner, onScreen(pointsOf(active)), x, y); }
    else if (adding) { add([x / w, y / h]); take(corner, onScreen(pointsOf(active)), x, y); }
    else { const other = shapeAt(x, y); if (other && !same(other, active)) { choose(other); return; } corner = -1; }
    if (drag) { svg.setPointerCapture(event.pointerId); look(event); }
    redraw();
    const handle = svg.querySelector(`[data-corner="${corner}"]`);
    if (handle) handle.focus({ preventScroll: true });
  });
  svg.addEventListener("pointermove", (event) => {
    if (!drag || !active) return;
    const [x, y] = place(event);
    const [w, h] = size();
    const points = pointsOf(active);
    const held = (part) => Math.min(1, Math.max(0, part));
    points[corner] = [held((x + drag.dx) / w), held((y + drag.dy) / h)];
    change(points, corner);
    look(event);
  });
  const drop = () => { drag = null; loupe.hidden = true; };
  svg.addEventListener("pointerup", drop);
  svg.addEventListener("pointercancel", drop);

  // A finger hides what it points at: beside it the spot is shown three times as large.
  const look = (event) => {
    if (event.pointerType === "mouse") return;
    const [w, h] = size();
    const [px, py] = onScreen(pointsOf(active))[corner];
    const half = loupe.clientWidth / 2 || 60;
    loupe.hidden = false;
    loupe.classList.toggle("draw-loupe-right", px < w / 2);
    loupe.style.backgroundImage = `url("${picture.currentSrc || picture.src}")`;
    loupe.style.backgroundSize = `${w * LOUPE}px ${h * LOUPE}px`;
    loupe.style.backgroundPosition = `${half - px * LOUPE}px ${half - py * LOUPE}px`;
  };

  // --- keys
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  svg.addEventListener("focusin", (event) => {
    const handle = event.target.closest("[data-corner]");
    if (handle && Number(handle.dataset.corner) !== corner) { corner = Number(handle.dataset.corner); redraw(); }
  });
  stage.addEventListener("keydown", (event) => {
    if (!active) return;
    const points = pointsOf(active);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") { event.preventDefault(); undo(); return; }
    if (ARROWS[event.key] && points[corner]) {
      event.preventDefault();
      if (!event.repeat) remember();
      const step = STEP * (event.shiftKey ? 5 : 1);
      const [dx, dy] = ARROWS[event.key];
      points[corner] = [points[corner][0] + dx * step, points[corner][1] + dy * step];
      change(points, corner);
    } else if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); remove(); }
    else if (event.key === "Enter") { event.preventDefault(); actions.finish(); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); choose(null); }
  });

  // --- buttons and fields
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button || !active) return;
    actions[button.dataset.do]();
    if (button.dataset.do === "add") {
      const handle = svg.querySelector(`[data-corner="${corner}"]`);
      if (handle) handle.focus({ preventScroll: true });
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draw-field]");
    if (!button) return;
    const field = document.getElementById(button.dataset.drawField);
    const on = document.getElementById(field.dataset.on);
    if (on && !on.checked) { on.checked = true; on.dispatchEvent(new Event("change", { bubbles: true })); }
    const texts = lines(field);
    const fresh = field.dataset.shape === "zones" && texts.every((text) => text.trim());
    if (fresh) field.value = [...texts.filter((text) => text.trim()), ""].join("\n");
    choose({ field, index: field.dataset.shape === "zones" ? lines(field).length - 1 : 0 });
    stage.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("input", (event) => {
    if (fields.includes(event.target)) { mark(event.target); if (!drag) redraw(); }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-watch]")) {
      const box = event.target.closest("details");
      box.classList.toggle("scene-off", !event.target.checked);
      if (event.target.checked) box.open = true;
      if (active && !watched(active.field)) active = null;
      redraw();
    } else if (event.target.matches("input[type=checkbox]")) redraw();
  });
  document.querySelectorAll("[data-draw-field]").forEach((button) => { button.hidden = false; });

  // --- a new still has come
  document.body.addEventListener("htmx:afterSettle", () => {
    const fresh = document.querySelector("[data-fresh-still]");
    if (fresh && picture.getAttribute("src") !== fresh.dataset.freshStill) picture.src = fresh.dataset.freshStill;
  });
  picture.addEventListener("load", () => { stage.classList.remove("draw-empty"); redraw(); });
  new ResizeObserver(redraw).observe(stage);
  fields.forEach(mark);
  redraw();
})();
