// Answers: the columns for given settings, from the table of the slider under the hand, or from what the kernel said last.

const same = (a, b) => a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((v, i) => v === b[i]));

// A packed set of columns: one buffer of doubles, and where in it each column lies.
function unpack(packed) {
  const raw = packed.data.buffer ? packed.data : new DataView(packed.data);
  const doubles = new Float64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  const columns = {};
  for (const [name, [from, shape]] of Object.entries(packed.columns)) {
    columns[name] = { shape, numbers: doubles.subarray(from, from + shape.reduce((m, n) => m * n, 1)) };
  }
  return columns;
}

class Answers {
  constructor() { this.tables = {}; this.now = null; }

  // {over: [names], positions: [[...] a name], fixed: {...}, columns, data}; `now` is a table over nothing.
  keep(name, packed) { if (packed?.columns) this.tables[name] = { ...packed, columns: unpack(packed) }; else delete this.tables[name]; }

  // The columns for settings, or null if no table here knows them.
  find(values) {
    for (const table of Object.values(this.tables)) {
      if (!Object.entries(table.fixed).every(([name, value]) => same(values[name], value))) continue;
      const places = table.over.map((name, i) => table.positions[i].indexOf(values[name]));
      if (places.every((place) => place >= 0)) return this.row(table, places);
    }
    return null;
  }

  latest() { return this.row(this.tables.now, []); }

  row(table, places) {
    const found = {};
    for (const [name, { shape, numbers }] of Object.entries(table.columns)) {
      const width = shape.slice(places.length).reduce((m, n) => m * n, 1);
      let at = 0;
      places.forEach((place, i) => { at = at * shape[i] + (shape[i] > 1 ? place : 0); });
      found[name] = numbers.subarray(at * width, (at + 1) * width);
    }
    return found;
  }
}
