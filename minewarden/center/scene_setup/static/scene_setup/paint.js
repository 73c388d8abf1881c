/* Paints one shape into an SVG: outline, crossing edges, the arrow of a line, its name, handles where it is chosen. Keeps
   no state; all places are pixels of the SVG. ES2019. */
"use strict";
window.paint = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const make = (name, attributes, parent) => {
    const element = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    parent.append(element);
    return element;
  };

  const label = (svg, text, x, y, group) => {
    const [w, h] = [svg.clientWidth, svg.clientHeight];
    const at = { x: Math.min(w - 8, Math.max(8, x)), y: Math.min(h - 6, Math.max(14, y)), class: "draw-label" };
    make("text", { ...at, "text-anchor": x > w - 70 ? "end" : x < 70 ? "start" : "middle" }, group).textContent = text;
  };

  // The arrow points to the right hand of somebody who walks along the line in the picture; flipped, to the left.
  const arrow = (svg, shape, [a, b], group) => {
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
    const turn = shape.flipped ? -1 : 1;
    const [nx, ny] = [(-(b[1] - a[1]) / length) * turn, ((b[0] - a[0]) / length) * turn];
    const [mx, my] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const [tx, ty] = [mx + nx * 34, my + ny * 34];
    make("line", { x1: mx, y1: my, x2: tx, y2: ty, class: "draw-arrow" }, group);
    const wing = (sign) => `${tx - nx * 9 + sign * ny * 6},${ty - ny * 9 - sign * nx * 6}`;
    make("polygon", { points: `${tx},${ty} ${wing(1)} ${wing(-1)}`, class: "draw-head" }, group);
    if (shape.side) label(svg, shape.side, mx + nx * 48, my + ny * 48, group);
  };

  const handles = (shape, group) => {
    const { points } = shape;
    if (!shape.adding && !shape.isLine) {
      points.forEach((a, index) => {
        const b = points[(index + 1) % points.length];
        make("circle", { cx: (a[0] + b[0]) / 2, cy: (a[1] + b[1]) / 2, r: 4, class: "draw-middle" }, group);
      });
    }
    points.forEach(([x, y], index) => {
      const handle = make("g", {
        class: `draw-handle${index === shape.corner ? " draw-here" : ""}`, tabindex: "0", role: "button", "data-corner": index,
        "aria-label": shape.cornerName.replace("{n}", index + 1).replace("{m}", points.length),
      }, group);
      make("circle", { cx: x, cy: y, r: 22, class: "draw-touch" }, handle);
      make("circle", { cx: x, cy: y, r: 7, class: "draw-dot" }, handle);
    });
  };

  // `shape`: points, isLine, look, label, side, flipped, bad (edges that cross), chosen, adding, corner, cornerName.
  return (svg, shape) => {
    const { points } = shape;
    const group = make("g", { class: `draw-shape draw-${shape.look}${shape.chosen ? " draw-chosen" : ""}` }, svg);
    const text = points.map((point) => point.join()).join(" ");
    if (shape.isLine) {
      make("polyline", { points: text, class: "draw-edge" }, group);
      if (points.length === 2) arrow(svg, shape, points, group);
    } else {
      make(points.length > 2 && !shape.adding ? "polygon" : "polyline", { points: text, class: "draw-area" }, group);
      shape.bad.forEach((index) => {
        const [a, b] = [points[index], points[(index + 1) % points.length]];
        make("line", { x1: a[0], y1: a[1], x2: b[0], y2: b[1], class: "draw-crossing" }, group);
      });
    }
    const middle = (axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
    const spot = points.length > 2 ? [middle(0), middle(1)] : [points[0][0], points[0][1] - 8];
    label(svg, shape.label, spot[0], spot[1], group);
    if (shape.chosen) handles(shape, group);
  };
})();
