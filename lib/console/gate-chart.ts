import { scaleLinear, scaleUtc } from 'd3-scale';
import { line } from 'd3-shape';
import type { GatePoint, GateView } from '../view/gate-view.ts';
import { textInUnit } from '../messages/why.ts';
import { html, type Markup } from './html.ts';

/** Units of the picture: narrow enough that its text can be read on a phone. */
const width = 360;
const height = 150;
const edge = { top: 8, right: 8, bottom: 20, left: 46 };
/** A limit that is further away would press the values together; its number stands beside the chart. */
const furthestLimit = 3;

const outcomes = { pass: 'passes', hold: 'cannot say yet', fail: 'fails' } as const;

/** The series of a gate as a picture, and the same as a table. */
export interface GateChart {
  readonly picture: Markup;
  readonly table: Markup;
}

/**
 * Draws the newest points of a gate: green, blue, the limits and the verdict of each evaluation; `undefined` where there is nothing to
 * draw. The table holds the same numbers for readers that see no picture.
 * @param most points that are drawn
 */
export function gateChart(gate: GateView, most: number): GateChart | undefined {
  const series = gate.series.filter(({ green, blue }) => green !== undefined || blue !== undefined).slice(-most);
  const [first, last] = [series[0], series.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const [from, until] = [Date.parse(first.at), Date.parse(last.at)];
  // One point alone stands in the middle.
  const times = scaleUtc(
    [from - (from === until ? 30_000 : 0), until + (from === until ? 30_000 : 0)],
    [edge.left, width - edge.right],
  );
  const values = scaleLinear([bottomOf(gate, series), topOf(gate, series)], [height - edge.bottom, edge.top]).nice(4);
  const x = ({ at }: GatePoint) => round(times(Date.parse(at)));
  const path = (side: 'green' | 'blue') =>
    line<GatePoint>(x, (point) => round(values(point[side] ?? 0))).defined((point) => point[side] !== undefined)(
      series,
    ) ?? '';
  const [low = 0, high = 0] = values.domain();
  const limit = (value: number, looks: string, name: string) =>
    value < low || value > high
      ? undefined
      : html`<line
          class="${looks}"
          x1="${edge.left}"
          x2="${width - edge.right}"
          y1="${round(values(value))}"
          y2="${round(values(value))}"
          ><title>${name} ${textInUnit(value, gate.unit)}</title></line
        >`;
  const ticks = values
    .ticks(4)
    .map(
      (tick) =>
        html`<text x="${edge.left - 4}" y="${round(values(tick) + 3)}" text-anchor="end"
          >${textInUnit(tick, gate.unit)}</text
        >`,
    );
  const label = `${gate.name}: green ${gate.green}, blue ${gate.blue}; ${gate.limits}. ${series.length} evaluations; the table below has the values.`;
  const picture = html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
    ${bands(series, x)}${ticks}${limit(gate.passLimit, 'limit', 'pass limit')}${limit(gate.abortLimit, 'limit abort', 'abort limit')}
    <path class="blue" d="${path('blue')}" />
    <path class="green" d="${path('green')}" />
    ${dots(series, x, (value) => round(values(value)))}
    <text x="${edge.left}" y="${height - 5}">${clock(first.at)}</text>
    <text x="${width - edge.right}" y="${height - 5}" text-anchor="end">${clock(last.at)} UTC</text>
    <line class="rule" y1="${edge.top}" y2="${height - edge.bottom}" x1="0" x2="0" visibility="hidden" />
  </svg>`;
  return { picture, table: tableOf(series, gate, x) };
}

/** The numbers of the picture; the script finds the evaluation at the pointer by `data-x`. */
function tableOf(series: readonly GatePoint[], gate: GateView, x: (point: GatePoint) => number): Markup {
  const rows = series.map(
    (point) =>
      html`<tr data-x="${x(point)}">
        <td>${clock(point.at)}</td>
        <td>${said(point.green, gate)}</td>
        <td>${said(point.blue, gate)}</td>
        <td>${outcomes[point.outcome]}</td>
      </tr>`,
  );
  return html`<table>
    <thead>
      <tr>
        <th scope="col">UTC</th>
        <th scope="col">green</th>
        <th scope="col">blue</th>
        <th scope="col">verdict</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** A band behind the values for each run of evaluations that said the same, where that is not `pass`. */
function bands(series: readonly GatePoint[], x: (point: GatePoint) => number): readonly Markup[] {
  const half = (left: GatePoint, right: GatePoint | undefined, end: number) =>
    right === undefined ? end : (x(left) + x(right)) / 2;
  return series.flatMap((point, index) => {
    if (point.outcome === 'pass') return [];
    const from = half(point, series[index - 1], edge.left);
    const until = half(point, series[index + 1], width - edge.right);
    return [
      html`<rect
        class="${point.outcome}"
        x="${round(from)}"
        y="${edge.top}"
        width="${round(until - from)}"
        height="${height - edge.top - edge.bottom}"
      />`,
    ];
  });
}

/** A line needs two points: a single one, and the newest, are dots. */
function dots(series: readonly GatePoint[], x: (point: GatePoint) => number, y: (value: number) => number) {
  const last = series.at(-1);
  if (last === undefined) return [];
  return (['blue', 'green'] as const).flatMap((side) => {
    const value = last[side];
    return value === undefined ? [] : [html`<circle class="${side}" cx="${x(last)}" cy="${y(value)}" r="3" />`];
  });
}

function valuesIn(series: readonly GatePoint[]): readonly number[] {
  return series.flatMap(({ green, blue }) => [green, blue].filter((value) => value !== undefined));
}

function topOf({ passLimit, abortLimit }: GateView, series: readonly GatePoint[]): number {
  const top = Math.max(...valuesIn(series), passLimit);
  const within = abortLimit <= top * furthestLimit ? Math.max(top, abortLimit) : top;
  return within > 0 ? within * 1.05 : 1;
}

function bottomOf({ betterHigher, passLimit, abortLimit }: GateView, series: readonly GatePoint[]): number {
  const lowest = Math.min(...valuesIn(series), ...(betterHigher ? [passLimit, abortLimit] : []));
  return betterHigher ? lowest : Math.min(0, lowest);
}

function said(value: number | undefined, { unit }: GateView): string {
  return value === undefined ? 'unknown' : textInUnit(value, unit);
}

function clock(at: string): string {
  return at.slice(11, 19);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
