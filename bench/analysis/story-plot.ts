import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { Outcome } from '../../lib/analysis/judgement.ts';
import { escaped, textAt } from './plot.ts';
import type { Story, StoryMinute } from './stories.ts';

const width = 760;
const left = 76;
const right = width - 20;
const upper = { top: 74, bottom: 254 };
const ribbon = { top: 262, bottom: 274 };
const lower = { top: 330, bottom: 450 };
const colour = { green: '#1b7837', blue: '#2166ac', back: '#b2182b', axis: '#555', grid: '#e4e4e4' } as const;
/** What the gate says, in the bar below the lines. */
const outcomeText: Readonly<Record<Outcome, string>> = { pass: 'passes', hold: 'waits', fail: 'goes back' };
const outcomeColour: Readonly<Record<Outcome, string>> = { pass: '#a6dba0', hold: '#fdb863', fail: '#b2182b' };

/** Weaker than this is drawn as none, stronger as the top of the axis. */
const evidenceAxis = [1, 10, 100, 1000] as const;

/** A story as an SVG document: both versions minute by minute, what the gate said, and where asked for the evidence. */
export function storyPlot(story: Story): string {
  const { title, minutes, hasEvidence } = story;
  const last = Math.max(...minutes.map(({ minute }) => minute), 1);
  const x = scaleLinear([0, last + 1], [left, right]);
  const bottom = hasEvidence ? lower.bottom : ribbon.bottom;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 46}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" fill="white"/>',
    textAt(16, 24, title, 'font-size="15" font-weight="bold"'),
    ...legend(story),
    ...steps(minutes, x, bottom),
    ...values(story, x),
    ...said(minutes, x),
    ...(hasEvidence ? evidence(story, x) : []),
    ...sentBack(story, x, bottom),
    ...x
      .ticks(8)
      .map((tick) => textAt(x(tick), bottom + 18, String(tick), `text-anchor="middle" fill="${colour.axis}"`)),
    textAt((left + right) / 2, bottom + 38, 'minutes since the rollout began', 'text-anchor="middle"'),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

type Scale = (value: number) => number;

function legend({ shows }: Story): readonly string[] {
  const what =
    shows === 'errors' ? 'percent of its responses that failed' : 'seconds that 95 % of its responses took at most';
  const entry = (at: number, fill: string, name: string) =>
    `<circle cx="${at}" cy="42" r="5" fill="${fill}"/>${textAt(at + 10, 46, name)}`;
  return [
    entry(21, colour.green, 'new version'),
    entry(121, colour.blue, 'old version'),
    textAt(220, 46, what, `fill="${colour.axis}"`),
    ...(['pass', 'hold', 'fail'] as const).flatMap((outcome, index) => {
      const at = 540 + 74 * index;
      return [
        `<rect x="${at}" y="37" width="10" height="10" fill="${outcomeColour[outcome]}"/>`,
        textAt(at + 14, 46, outcomeText[outcome], `fill="${colour.axis}"`),
      ];
    }),
  ];
}

/** The part of the traffic that the new version has, and a line where it gets more. */
function steps(minutes: readonly StoryMinute[], x: Scale, bottom: number): readonly string[] {
  return minutes.flatMap(({ minute, weight }, index) => {
    if (minutes[index - 1]?.weight === weight) return [];
    const from = x(Math.max(0, minute - 1));
    const grid = `<line x1="${one(from)}" x2="${one(from)}" y1="${upper.top - 12}" y2="${bottom}" stroke="#bbb" stroke-dasharray="3 3"/>`;
    return [grid, textAt(from + 3, upper.top - 3, `${weight} %`, `fill="${colour.axis}"`)];
  });
}

function values({ minutes, shows }: Story, x: Scale): readonly string[] {
  const highest = Math.max(...minutes.flatMap(({ green = 0, blue = 0 }) => [green, blue]));
  const y = scaleLinear([0, highest * 1.05], [upper.bottom, upper.top]).nice(4);
  const drawn = (side: 'blue' | 'green') => {
    const path = line<StoryMinute>(
      ({ minute }) => one(x(minute + 0.5)),
      (minute) => one(y(minute[side] ?? 0)),
    ).defined((minute) => minute[side] !== undefined)([...minutes]);
    return `<path d="${path ?? ''}" fill="none" stroke="${colour[side]}" stroke-width="2"/>`;
  };
  const unit = shows === 'errors' ? '%' : 's';
  return [...y.ticks(4).flatMap((tick) => level(y(tick), `${tick} ${unit}`)), drawn('blue'), drawn('green')];
}

/** What the gate said after each minute. */
function said(minutes: readonly StoryMinute[], x: Scale): readonly string[] {
  return minutes.map(({ minute, outcome }) => {
    const [from, until] = [x(minute), x(minute + 1)];
    return `<rect x="${one(from)}" y="${ribbon.top}" width="${one(until - from)}" height="${ribbon.bottom - ribbon.top}" fill="${outcomeColour[outcome]}"/>`;
  });
}

function evidence({ minutes, enough }: Story, x: Scale): readonly string[] {
  const [least, , , most] = evidenceAxis;
  const y = scaleLog([least, most], [lower.bottom, lower.top]).clamp(true);
  const path = line<StoryMinute>(
    ({ minute }) => one(x(minute + 0.5)),
    (minute) => one(y(minute.evidence)),
  )([...minutes]);
  return [
    textAt(left, lower.top - 16, 'How rarely a good version would look as bad as this one', `fill="${colour.axis}"`),
    ...evidenceAxis.flatMap((tick) => level(y(tick), tick === 1 ? 'often' : `1 of ${tick}`)),
    `<line x1="${left}" x2="${right}" y1="${one(y(enough))}" y2="${one(y(enough))}" stroke="${colour.back}" stroke-dasharray="6 4"/>`,
    textAt(left + 6, y(enough) - 5, 'rare enough to go back', `fill="${colour.back}"`),
    `<path d="${path ?? ''}" fill="none" stroke="#333" stroke-width="2"/>`,
  ];
}

function sentBack({ backAt }: Story, x: Scale, bottom: number): readonly string[] {
  if (backAt === undefined) return [];
  const at = one(x(backAt + 1));
  return [
    `<line x1="${at}" x2="${at}" y1="${upper.top}" y2="${bottom}" stroke="${colour.back}" stroke-width="2"/>`,
    textAt(at - 6, upper.top + 14, 'goes back', `text-anchor="end" fill="${colour.back}" font-weight="bold"`),
  ];
}

function level(y: number, name: string): readonly string[] {
  return [
    `<line x1="${left}" x2="${right}" y1="${one(y)}" y2="${one(y)}" stroke="${colour.grid}"/>`,
    textAt(left - 8, y + 4, name, `text-anchor="end" fill="${colour.axis}"`),
  ];
}

function one(value: number): number {
  return Math.round(value * 10) / 10;
}
