import type { Measured, MeasuredShape } from './measure.ts';
import type { Speed } from './speed.ts';

export const ours = 'Sluice';
export const mannWhitneyName = 'Mann-Whitney (Kayenta)';
export const oracleName = 'oracle';
export const experiencedName = 'Sluice, after five rollouts';

/** One thing that must hold, and whether it does. */
export interface Must {
  readonly what: string;
  readonly found: string;
  readonly holds: boolean;
}

function of({ judges }: MeasuredShape, name: string): Measured {
  const found = judges.find(({ judge }) => judge === name);
  if (found === undefined) throw new Error(`No judge is called ${name}.`);
  return found;
}

/** Bad responses that we let through, as a part of those that the Mann-Whitney judge lets through. */
function ratioOf(measured: MeasuredShape): number {
  return of(measured, ours).badResponses / of(measured, mannWhitneyName).badResponses;
}

/** The same of what came after the regression had begun: before it there was nothing to decide. */
function ratioSinceBegin(measured: MeasuredShape): number {
  return of(measured, ours).badSinceBegin / of(measured, mannWhitneyName).badSinceBegin;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Large constant regressions of the first to the last request: what the promise on bad responses is about. */
function isCounted({ shape }: MeasuredShape): boolean {
  return !shape.healthy && shape.isLarge && shape.isPromised && shape.isConstant && shape.isInMeans;
}

/** What docs/analysis.md promises, judged on what was measured. */
export function mustsOf(measured: readonly MeasuredShape[]): readonly Must[] {
  const promised = measured.filter(({ shape }) => shape.isPromised);
  const healthy = promised.filter(({ shape }) => shape.healthy);
  const large = promised.filter(({ shape }) => shape.isLarge);
  const steady = healthy.filter(({ shape }) => !shape.mayHold && shape.rate >= 100);
  const worst = (list: readonly MeasuredShape[], value: (one: Measured) => number) =>
    Math.max(...list.map((one) => value(of(one, ours))));
  const alarms = worst(healthy, ({ rolledBack }) => rolledBack);
  const misses = worst(large, ({ rolledBack }) => 1 - rolledBack);
  const held = worst(steady, ({ promoted }) => 1 - promoted);
  const ratio = geometricMean(measured.filter(isCounted).map(ratioOf));
  const inMeans = large.filter(({ shape }) => shape.isInMeans);
  const all = geometricMean(inMeans.map(ratioOf));
  const since = geometricMean(inMeans.map(ratioSinceBegin));
  const half = measured.filter(({ shape }) => shape.name.startsWith('half fail') && shape.rate >= 100);
  const first = Math.min(...half.map((one) => of(one, ours).atFirst));
  return [
    { what: 'false alarms in every healthy shape: at most 1 %', found: inPercent(alarms), holds: alarms <= 0.01 },
    { what: 'missed regressions of three times and more: none', found: inPercent(misses), holds: misses === 0 },
    {
      what: 'healthy shapes at 100 requests/s and more promoted, outages and waves excepted: at least 97 %',
      found: inPercent(1 - held),
      holds: held <= 0.03,
    },
    {
      what: "bad responses until the decision, geometric mean over those regressions: at most 1/6 of the Mann-Whitney judge's",
      found: `${asPart(ratio)}; with ramps and regressions that begin under load ${asPart(all)}, counted from their beginning ${asPart(since)}`,
      holds: Math.max(ratio, all) <= 1 / 6,
    },
    {
      what: 'half of the responses failing at 100 requests/s and more: decided at the first datapoint',
      found: inPercent(first),
      holds: first === 1,
    },
  ];
}

function asPart(ratio: number): string {
  return `${ratio.toFixed(3)} (1/${(1 / ratio).toFixed(1)})`;
}

/** What docs/analysis.md promises of the price of a judgement, on one core. */
export function speedMusts({ evaluationMs, backtested, backtestSeconds }: Speed): readonly Must[] {
  return [
    {
      what: 'one evaluation, at the end of a rollout with two hours of history: under 5 ms of CPU',
      found: `${evaluationMs.toFixed(1)} ms (median)`,
      holds: evaluationMs < 5,
    },
    {
      what: `\`sluice backtest\` of ${backtested} rollouts by the default steps with two hours of history: under 30 s of CPU`,
      found: `${backtestSeconds.toFixed(1)} s`,
      holds: backtestSeconds < 30,
    },
  ];
}

/** The tables of docs/analysis.md. */
export function tablesOf(measured: readonly MeasuredShape[], wald: (one: MeasuredShape) => number | undefined): string {
  const [promised, harder] = [true, false].map((is) => measured.filter(({ shape }) => shape.isPromised === is));
  return [
    '### Healthy versions: rollouts rolled back (and held), in percent',
    healthyTable(promised ?? []),
    '### Regressions: missed (percent), minutes until the decision, bad responses let through',
    regressionTable(promised ?? [], wald),
    '### Harder than promised',
    'No history of blue at all, bursts so rare that two hours of history often show none, a cold green whose errors triple, errors both clumped and worse.',
    healthyTable(harder ?? []),
    regressionTable(harder ?? [], wald),
  ].join('\n\n');
}

function healthyTable(measured: readonly MeasuredShape[]): string {
  const rows = measured.filter(({ shape }) => shape.healthy);
  return markdown(
    ['shape', ...namesOf(rows)],
    rows.map(({ shape, judges }) => [
      shape.name,
      ...judges.map(({ rolledBack, held }) => inPercent(rolledBack) + (held > 0 ? ` (${inPercent(held)})` : '')),
    ]),
  );
}

function regressionTable(measured: readonly MeasuredShape[], wald: (one: MeasuredShape) => number | undefined): string {
  const rows = measured.filter(({ shape }) => !shape.healthy);
  return markdown(
    [
      'shape',
      "Wald's bound",
      ...namesOf(rows),
      'bad responses against Mann-Whitney (from the beginning of the regression)',
    ],
    rows.map((one) => [
      one.shape.name,
      minutes(wald(one)),
      ...one.judges.map(
        ({ rolledBack, minutes: until, badResponses }) =>
          `${inPercent(1 - rolledBack)} / ${minutes(until)} / ${Math.round(badResponses)}`,
      ),
      ratioOf(one).toFixed(3) + (one.shape.beginsAtWeight > 0 ? ` (${ratioSinceBegin(one).toFixed(3)})` : ''),
    ]),
  );
}

function namesOf(measured: readonly MeasuredShape[]): readonly string[] {
  return measured[0]?.judges.map(({ judge }) => judge) ?? [];
}

function minutes(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(1);
}

/** Without the sign, and without digits that are none. */
export function inPercent(share: number): string {
  return String(Number((share * 100).toFixed(1)));
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}
