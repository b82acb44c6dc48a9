// A recording as one SVG that needs nothing beside it: what is on the screen for a while is a text that is shown for that while.
const cell = { width: 8.4, height: 20 };
const margin = 16;
const style = `
    text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #e6edf3; white-space: pre }
    .bold { font-weight: bold } .dim { fill: #8b949e } .red { fill: #ff7b72 } .green { fill: #3fb950 } .yellow { fill: #e3b341 }
    .blue { fill: #79c0ff } .cyan { fill: #56d4dd }
    .past { visibility: hidden }
    @media (prefers-reduced-motion: reduce) { * { animation: none !important } }`;

/** `frames`: `{ at, rows }`, at in seconds, rows as of a `Screen`. The last one stays, and is what a viewer without animation shows. */
export function drawing(frames, { columns, holdSeconds = 4 }) {
  const height = Math.max(...frames.map(({ rows }) => rows.findLastIndex((runs) => runs.length > 0) + 1));
  const length = frames.at(-1).at + holdSeconds;
  const spans = spansOf(frames);
  const times = [...new Set(spans.map(timeOf))];
  const size = { width: Math.ceil(columns * cell.width) + 2 * margin, height: height * cell.height + 2 * margin };
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}">
  <style>${style}
${times.map((time, index) => animation(time, index, length)).join('\n')}
  </style>
  <rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${spans.map((span) => text(span, times.indexOf(timeOf(span)), frames.length)).join('\n')}
</svg>
`;
}

/** Each row for as long as it does not change, as frames from `first` to before `end`. */
function spansOf(frames) {
  const open = new Map();
  const spans = [];
  for (const [index, { at, rows }] of frames.entries()) {
    for (const row of new Set([...open.keys(), ...rows.keys()])) {
      const runs = rows[row] ?? [];
      const before = open.get(row);
      if (before && JSON.stringify(before.runs) === JSON.stringify(runs)) continue;
      if (before) Object.assign(before, { end: index, until: at });
      open.delete(row);
      if (runs.length === 0) continue;
      const span = { row, runs, first: index, from: at, end: frames.length };
      open.set(row, span);
      spans.push(span);
    }
  }
  return spans;
}

function timeOf({ from, until }) {
  return `${from} ${until ?? ''}`;
}

function animation(time, index, length) {
  const [from, until] = time.split(' ');
  const percent = (seconds) => `${((Number(seconds) / length) * 100).toFixed(2)}%`;
  const begin = Number(from) === 0 ? '0% { visibility: visible }' : `0% { visibility: hidden } ${percent(from)} { visibility: visible }`;
  const end = until === '' ? '' : ` ${percent(until)} { visibility: hidden }`;
  return `    @keyframes k${index} { ${begin}${end} } .k${index} { animation: k${index} ${length.toFixed(1)}s step-end infinite }`;
}

function text({ row, runs, end }, index, count) {
  const y = margin + row * cell.height + 15;
  const parts = runs.map(({ column, text, style: names }) => {
    const indent = text.length - text.trimStart().length;
    const x = (margin + (column + indent) * cell.width).toFixed(1);
    return `<tspan x="${x}"${names === '' ? '' : ` class="${names}"`}>${escaped(text.trimStart())}</tspan>`;
  });
  return `  <text y="${y}" class="k${index}${end < count ? ' past' : ''}">${parts.join('')}</text>`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
