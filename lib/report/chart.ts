import { html, type Markup } from '../console/html.ts';
import { textInUnit } from '../messages/why.ts';
import type { GateSeries, SeriesPoint } from './gate-series.ts';
import type { RolloutReport } from './report.ts';

const width = 720;
const height = 180;
/** Room for the numbers beside and below. */
const left = 84;
const right = 12;
const top = 10;
const bottom = 24;

/** The time that every chart of a report shows, in milliseconds since the epoch. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** A picture whose two axes are known. */
interface Plane {
  readonly x: (at: string) => number;
  readonly y: (value: number) => number;
}

/** Returns the charts of a report: green's weight, then every gate, all over the same time. */
export function reportCharts({ gates, weights, times }: Pick<RolloutReport, 'gates' | 'weights' | 'times'>): Markup {
  const span = spanOf(gates, weights, times.closedAt);
  if (span === undefined) return html`<p>No traffic was shifted, so there is nothing to draw.</p>`;
  return html`<p>
      Green is the solid line, blue the dashed one; a dot is an evaluation, a dotted vertical line a change of weight.
      The limits to pass and to abort are the dashed horizontal lines.
    </p>
    <div class="charts">${weightChart(weights, span)}${gates.map((gate) => gateChart(gate, span, weights))}</div>`;
}

function spanOf(
  gates: readonly GateSeries[],
  weights: RolloutReport['weights'],
  closedAt: string | undefined,
): Span | undefined {
  const [first] = weights;
  if (first === undefined) return undefined;
  const all = [...gates.flatMap(({ points }) => points), ...weights].map(({ at }) => Date.parse(at));
  const end = closedAt === undefined ? [] : [Date.parse(closedAt)];
  const from = Date.parse(first.at);
  const to = [...all, ...end].reduce((latest, at) => Math.max(latest, at), from);
  return { from, to: Math.max(to, from + 1000) };
}

function weightChart(weights: RolloutReport['weights'], span: Span): Markup {
  const plane = planeOf(span, 0, 100);
  const path = weights.flatMap(({ at, weight }, index) => {
    const before = weights[index - 1]?.weight ?? 0;
    return [point(plane, at, before), point(plane, at, weight)];
  });
  const last = weights.at(-1)?.weight ?? 0;
  const end = `${width - right},${round(plane.y(last))}`;
  const title = "Green's share of the traffic";
  return figure(
    title,
    `${title}, in percent: ${weights.map(({ weight }) => weight).join(', ')}`,
    html`${axes(plane, span, [0, 50, 100], (value) => `${value} %`)}
      <polyline class="green" points="${[...path, end].join(' ')}" />`,
  );
}

function gateChart(gate: GateSeries, span: Span, weights: RolloutReport['weights']): Markup {
  const { name, points, passLimit, abortLimit, unit } = gate;
  const values = points.flatMap(({ green, blue }) => [green ?? 0, blue ?? 0]);
  const most = [...values, passLimit, abortLimit]
    .filter(Number.isFinite)
    .reduce((high, value) => Math.max(high, value), 0);
  const plane = planeOf(span, 0, most === 0 ? 1 : most * 1.05);
  const said = (value: number) => textInUnit(value, unit);
  const title = `Gate ${name}: green and blue, with its limits`;
  return figure(
    title,
    `${points.length} evaluations of ${name}; it passes at ${said(passLimit)} and aborts at ${said(abortLimit)}`,
    html`${axes(plane, span, [0, most / 2, most], said)} ${weights.map(({ at }) => vertical(plane, at))}
    ${limit(plane, passLimit, 'pass-limit')}${limit(plane, abortLimit, 'abort-limit')}
    ${lines(plane, points, 'blue')}${lines(plane, points, 'green')} ${points.map((one) => mark(plane, one))}`,
  );
}

function figure(title: string, description: string, content: Markup): Markup {
  return html`<figure>
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${description}">${content}</svg>
  </figure>`;
}

function planeOf({ from, to }: Span, low: number, high: number): Plane {
  return {
    x: (at) => left + ((Date.parse(at) - from) / (to - from)) * (width - left - right),
    y: (value) => height - bottom - ((Math.min(value, high) - low) / (high - low)) * (height - top - bottom),
  };
}

function axes({ y }: Plane, { from, to }: Span, values: readonly number[], said: (value: number) => string): Markup {
  const minutes = Math.round((to - from) / 60_000);
  return html`${values.map(
      (value) =>
        html`<line class="grid" x1="${left}" x2="${width - right}" y1="${round(y(value))}" y2="${round(y(value))}" />
          <text x="${left - 6}" y="${round(y(value) + 4)}" text-anchor="end">${said(value)}</text>`,
    )}
    <text x="${left}" y="${height - 6}">${new Date(from).toISOString()}</text>
    <text x="${width - right}" y="${height - 6}" text-anchor="end">${minutes} min later</text>`;
}

function vertical({ x }: Plane, at: string): Markup {
  return html`<line class="shift" x1="${round(x(at))}" x2="${round(x(at))}" y1="${top}" y2="${height - bottom}" />`;
}

function limit({ y }: Plane, value: number, name: string): Markup {
  if (!Number.isFinite(value)) return html``;
  return html`<line
    class="${name}"
    x1="${left}"
    x2="${width - right}"
    y1="${round(y(value))}"
    y2="${round(y(value))}"
  />`;
}

/** A value that is not known breaks the line: it is no zero. */
function lines(plane: Plane, points: readonly SeriesPoint[], side: 'green' | 'blue'): readonly Markup[] {
  const runs: string[][] = [[]];
  for (const one of points) {
    const value = one[side];
    if (value === undefined) runs.push([]);
    else runs.at(-1)?.push(point(plane, one.at, value));
  }
  return runs
    .filter((run) => run.length > 0)
    .map((run) => html`<polyline class="${side}" points="${run.join(' ')}" />`);
}

function mark(plane: Plane, { at, green, outcome }: SeriesPoint): Markup {
  if (green === undefined) return html``;
  return html`<circle class="${outcome}" cx="${round(plane.x(at))}" cy="${round(plane.y(green))}" r="2.5" />`;
}

function point({ x, y }: Plane, at: string, value: number): string {
  return `${round(x(at))},${round(y(value))}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
