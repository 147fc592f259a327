/** One row of a dot plot: a name, and a value for each series; `undefined` leaves the dot out. */
export interface PlotRow {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
}

export interface Plot {
  readonly title: string;
  readonly axis: string;
  readonly series: readonly string[];
  readonly rows: readonly PlotRow[];
  /** Ticks from left to right; the first and the last are the ends of the axis. */
  readonly ticks: readonly number[];
  /** Where a value lies between the ends, 0..1. */
  readonly scale: (value: number) => number;
  readonly label: (value: number) => string;
}

const colours = ['#0b6e4f', '#c1121f', '#e07a5f', '#8d99ae', '#f2a541', '#3d5a80', '#7b2d8b'] as const;
const legendsInRow = 5;
const left = 380;
const right = 880;
const rowHeight = 19;
const top = 94;

/** A dot plot as an SVG document: a row a shape, a colour a judge. */
export function dotPlot({ title, axis, series, rows, ticks, scale, label }: Plot): string {
  const bottom = top + rows.length * rowHeight;
  const x = (value: number): number => left + (right - left) * Math.min(1, Math.max(0, scale(value)));
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 910 ${bottom + 44}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" fill="white"/>',
    textAt(16, 24, title, 'font-size="15" font-weight="bold"'),
    ...series.map((name, index) => legend(name, index)),
    ...ticks.flatMap((tick) => [
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="${top - 8}" y2="${bottom}" stroke="#ddd"/>`,
      textAt(x(tick), bottom + 16, label(tick), 'text-anchor="middle" fill="#555"'),
    ]),
    textAt((left + right) / 2, bottom + 36, axis, 'text-anchor="middle"'),
    ...rows.flatMap((row, index) => plotRow(row, top + index * rowHeight + rowHeight / 2, x)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function legend(name: string, index: number): string {
  const x = 16 + (index % legendsInRow) * 168;
  const y = 46 + Math.floor(index / legendsInRow) * 20;
  return `<circle cx="${x + 5}" cy="${y}" r="5" fill="${colourOf(index)}"/>${textAt(x + 15, y + 4, name)}`;
}

function plotRow({ name, values }: PlotRow, y: number, x: (value: number) => number): readonly string[] {
  // Ours is drawn last, so that it is never hidden.
  const dots = values.map((value, index) =>
    value === undefined
      ? ''
      : `<circle cx="${x(value).toFixed(1)}" cy="${y}" r="${index === 0 ? 5 : 4}" fill="${colourOf(index)}" fill-opacity="0.85"/>`,
  );
  return [
    textAt(left - 12, y + 4, name, 'text-anchor="end"'),
    `<line x1="${left}" x2="${right}" y1="${y}" y2="${y}" stroke="#f0f0f0"/>`,
    ...dots.toReversed().filter((dot) => dot !== ''),
  ];
}

/** A text of an SVG document. */
export function textAt(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escaped(content)}</text>`;
}

export function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function colourOf(index: number): string {
  return colours[index % colours.length] ?? 'black';
}
