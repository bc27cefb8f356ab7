// Layers: each kind of thing that moves, drawn from columns. labs/scene.py says what the kinds and reveals mean.

// Columns of one scene: plain numbers, with rows of `width` numbers a frame where a column has two axes.
class Columns {
  constructor(map, frames) { this.map = map; this.frames = frames; }
  numbers(name) { return this.map[name] ?? EMPTY; }
  at(name, i) { const a = this.numbers(name); return a.length > 1 ? a[i] : a[0]; }
  // [first, past the last) of the entries that a layer shows at a frame; a column of one number goes with any other
  range(layer, frame) {
    if (layer.since) return [this.at(layer.since, frame), this.at(layer.until, frame)];
    return this.span(Math.max(...PLACES.map((place) => this.numbers(layer[place]).length)), layer.reveal, frame);
  }
  span(n, reveal, frame) {
    if (reveal === "past") return [0, Math.min(frame + 1, n)];
    if (reveal === "ahead") return [Math.min(frame, n), n];
    if (reveal === "all") return [0, n];
    const width = Math.max(1, Math.floor(n / this.frames));
    return n === 1 ? [0, 1] : [frame * width, (frame + 1) * width];
  }
}
const PLACES = ["x", "y", "to_x", "to_y", "slope"];
const EMPTY = new Float64Array(0);

function drawLayer(ctx, layer, axes, columns, frame, colors, dark) {
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colors[layer.color] ?? colors.ink;
  ctx.globalAlpha = layer.faint ? 0.6 : 1;
  ctx.lineWidth = layer.size;
  ctx.lineJoin = "round";
  if (layer.dashed) ctx.setLineDash([6, 4]);
  const draw = () => DRAW[layer.kind](ctx, layer, axes, columns, frame, dark, colors);
  if (layer.kind === "dots") draw(); else inside(ctx, axes.box, draw); // a mark on the edge is drawn whole
  if (layer.kind === "dots" && layer.reveal === "now") drawOutside(ctx, layer, axes, columns, frame);
  ctx.restore();
}

const DRAW = {
  line(ctx, layer, axes, columns, frame) {
    const [from, to] = columns.range(layer, frame);
    let pen = false;
    ctx.beginPath();
    for (let i = from; i < to; i++) {
      const x = axes.x.pixel(columns.at(layer.x, i)), y = axes.y.pixel(columns.at(layer.y, i));
      if (Number.isNaN(x + y)) { pen = false; continue; }
      if (pen) ctx.lineTo(x, y); else ctx.moveTo(x, y);
      pen = true;
    }
    ctx.stroke();
  },

  dots(ctx, layer, axes, columns, frame, dark, colors) {
    const [from, to] = columns.range(layer, frame);
    for (let i = from; i < to; i++) {
      const x = axes.x.pixel(columns.at(layer.x, i)), y = axes.y.pixel(columns.at(layer.y, i));
      if (!holds(axes.box, x, y)) continue;
      if (layer.size >= RINGED) disc(ctx, colors.page, x, y, layer.size + 1);
      disc(ctx, ctx.strokeStyle, x, y, layer.size);
    }
  },

  arrow(ctx, layer, axes, columns, frame) {
    const [from, to] = columns.range(layer, frame);
    for (let i = from; i < to; i++) {
      const x0 = axes.x.pixel(columns.at(layer.x, i)), y0 = axes.y.pixel(columns.at(layer.y, i));
      const x1 = axes.x.pixel(columns.at(layer.to_x, i)), y1 = axes.y.pixel(columns.at(layer.to_y, i));
      const length = Math.hypot(x1 - x0, y1 - y0);
      if (!(length > 0.5)) continue;
      const head = Math.min(4 + 2.5 * layer.size, length), ux = (x1 - x0) / length, uy = (y1 - y0) / length;
      segment(ctx, ctx.strokeStyle, x0, y0, x1 - ux * head * 0.7, y1 - uy * head * 0.7);
      ctx.beginPath();
      ctx.moveTo(x1, y1);
      ctx.lineTo(x1 - ux * head - uy * head * 0.45, y1 - uy * head + ux * head * 0.45);
      ctx.lineTo(x1 - ux * head + uy * head * 0.45, y1 - uy * head - ux * head * 0.45);
      ctx.fill();
    }
  },

  tangent(ctx, layer, axes, columns, frame) {
    const [from, to] = columns.range(layer, frame), reach = layer.size / 2;
    ctx.lineWidth = 2;
    for (let i = from; i < to; i++) {
      const x = columns.at(layer.x, i), y = columns.at(layer.y, i), slope = columns.at(layer.slope, i);
      if (!Number.isFinite(x + y + slope)) continue;
      segment(ctx, ctx.strokeStyle, axes.x.pixel(x - reach), axes.y.pixel(y - slope * reach), axes.x.pixel(x + reach), axes.y.pixel(y + slope * reach));
    }
  },

  band(ctx, layer, axes, columns, frame) {
    const [from, to] = columns.range(layer, frame);
    ctx.globalAlpha = 0.22;
    ctx.beginPath();
    for (let i = from; i < to; i++) ctx.lineTo(axes.x.pixel(columns.at(layer.x, i)), axes.y.pixel(columns.at(layer.y, i)));
    for (let i = to - 1; i >= from; i--) ctx.lineTo(axes.x.pixel(columns.at(layer.x, i)), axes.y.pixel(columns.at(layer.to_y, i)));
    ctx.fill();
  },

  image(ctx, layer, axes, columns, frame, dark, colors) {
    const all = columns.numbers(layer.z), [from, to] = layer.reveal === "all" ? [0, all.length] : columns.span(all.length, "now", frame);
    ctx.imageSmoothingEnabled = false; // each number is a field of its own
    const z = all.subarray(from, to), paint = layer.palette.length ? paletteOf(layer.palette.map((role) => colors[role]), colors.page) : shadesOf(SHADES[dark ? "dark" : "light"], z, layer.z_range);
    drawImage(ctx, axes, z, layer.rows, layer.extent, paint);
  },

  label(ctx, layer, axes, columns, frame) {
    const i = columns.numbers(layer.x).length > 1 ? frame : 0;
    const text = fill(layer.text, (name) => columns.at(name, frame));
    ctx.font = "13px system-ui, sans-serif";
    words(ctx, ctx.fillStyle, text, axes.x.pixel(columns.at(layer.x, i)), axes.y.pixel(columns.at(layer.y, i)), "center", "bottom");
  },
};

const RINGED = 3; // pixels: a mark of this size is seen on whatever lies below; smaller ones are beads on a line

function disc(ctx, color, x, y, radius) {
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 7);
  ctx.fill();
}

const holds = (box, x, y) => x > box.left - 1 && x < box.left + box.width + 1 && y > box.top - 1 && y < box.top + box.height + 1;

// A mark that has left the picture is shown by a triangle at the edge, pointing to where it is.
function drawOutside(ctx, layer, axes, columns, frame) {
  const [i] = columns.range(layer, frame), { box } = axes;
  const x = axes.x.pixel(columns.at(layer.x, i)), y = axes.y.pixel(columns.at(layer.y, i));
  if (Number.isNaN(x + y) || holds(box, x, y)) return;
  const px = Math.max(box.left + 9, Math.min(box.left + box.width - 9, x)), py = Math.max(box.top + 9, Math.min(box.top + box.height - 9, y));
  ctx.translate(px, py);
  ctx.rotate(Math.atan2(y - py, x - px));
  ctx.beginPath();
  ctx.moveTo(8, 0);
  ctx.lineTo(-5, -6);
  ctx.lineTo(-5, 6);
  ctx.fill();
}

// Shading from low (deep) to high (pale), or the reverse on a dark page, where pale would glare: of an image, whose
// numbers are to be told apart, and of a ground, on which lines in all colours are to be seen.
const SHADES = { light: [[38, 84, 124], [246, 244, 238]], dark: [[8, 12, 20], [84, 128, 158]] };
const GROUND = { light: [[180, 205, 226], [248, 247, 243]], dark: [[8, 12, 20], [54, 84, 104]] };

function shadesOf([a, b], z, range) {
  const ends = () => [z.reduce((m, v) => Math.min(m, Number.isNaN(v) ? m : v), Infinity), z.reduce((m, v) => Math.max(m, Number.isNaN(v) ? m : v), -Infinity)];
  const [low, high] = range ?? ends();
  return (v) => mix(a, b, high > low ? Math.max(0, Math.min(1, (v - low) / (high - low))) : 0);
}

// Colours by the whole part of a number, paler towards the page by the rest of it.
function paletteOf(inks, page) {
  const [paper, ...known] = [page, ...inks].map((color) => [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16)));
  return (v) => mix(known[Math.floor(v) % known.length], paper, PALEST * (v % 1));
}
const PALEST = 0.8; // of the page's colour
const mix = (a, b, t) => a.map((v, c) => v + t * (b[c] - v));

function drawImage(ctx, axes, z, rows, [left, right, bottom, top], paint) {
  const across = z.length / rows, picture = new ImageData(across, rows);
  for (let i = 0; i < z.length; i++) {
    if (Number.isNaN(z[i])) continue; // left out
    const at = 4 * ((rows - 1 - Math.floor(i / across)) * across + (i % across));
    picture.data.set([...paint(z[i]), 255], at);
  }
  const small = new OffscreenCanvas(across, rows);
  small.getContext("2d").putImageData(picture, 0, 0);
  const x0 = axes.x.pixel(left), y0 = axes.y.pixel(top);
  ctx.drawImage(small, x0, y0, axes.x.pixel(right) - x0, axes.y.pixel(bottom) - y0);
}
