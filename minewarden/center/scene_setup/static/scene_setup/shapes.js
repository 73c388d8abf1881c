/* Shapes as text and as points: zones, lines and masks in fractions of the picture. No page is touched here. ES2019. */
"use strict";
window.shapes = (() => {
  const ROUND = 1000;
  const round = (part) => Math.round(Math.min(1, Math.max(0, part)) * ROUND) / ROUND;

  // "0.1,0.2; 0.3,0.4" as [[0.1, 0.2], [0.3, 0.4]]; null where it is none.
  const parse = (text) => {
    const corners = text.replace(/；/g, ";").replace(/，/g, ",").split(";").map((part) => part.trim()).filter(Boolean);
    const points = corners.map((corner) => corner.split(/[,/\s]+/).map(Number));
    const good = points.every((point) => point.length === 2 && point.every((part) => part >= 0 && part <= 1));
    return good ? points : null;
  };
  const format = (points) => points.map((point) => point.map((part) => String(round(part))).join(",")).join("; ");

  const side = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const meet = (a, b, c, d) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;

  // The indices of edges of a polygon that cross another one; an edge goes from its corner to the next.
  const crossing = (points) => {
    const bad = new Set();
    const next = (index) => points[(index + 1) % points.length];
    for (let one = 0; one < points.length; one += 1) {
      for (let other = one + 2; other < points.length; other += 1) {
        if (one === 0 && other === points.length - 1) continue; // they share a corner
        if (meet(points[one], next(one), points[other], next(other))) { bad.add(one); bad.add(other); }
      }
    }
    return bad;
  };

  const inside = (points, x, y) => {
    let odd = false;
    points.forEach((point, index) => {
      const [x1, y1] = point;
      const [x2, y2] = points[(index + 1) % points.length];
      if ((y1 > y) !== (y2 > y) && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
    });
    return odd;
  };

  // How far a point is from the edge a–b, all in screen pixels.
  const distance = (x, y, a, b) => {
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const along = Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(x - a[0] - along * dx, y - a[1] - along * dy);
  };

  return { parse, format, round, crossing, inside, distance };
})();
