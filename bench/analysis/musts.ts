import { upperLimit } from './upper-limit.ts';
import type { Measured, MeasuredShape } from './measure.ts';
import { experiencedName, inPercent, mannWhitneyName, of, oracleName, ours } from './report.ts';
import type { Speed } from './speed.ts';

/** One thing that must hold, what was found, and whether it does. */
export interface Must {
  readonly what: string;
  readonly found: string;
  readonly holds: boolean;
}

/** Healthy rollouts that may be rolled back, and how sure that has to be. */
const most = { share: 0.01, upper: 0.02 };
const bounds = { empty: 0.115, experienced: 0.1, oracle: 1.35, quiet: 0.97, proposed: 0.95, dollars: 0.025 };

type List = readonly MeasuredShape[];
interface Run {
  readonly measured: List;
  readonly runs: number;
}

/** What issue and docs ask of the judge, each with its figure. Rows whose shapes were not measured are left out. */
export function mustsOf(measured: List, runs: number): readonly Must[] {
  const known = measured.filter(({ shape }) => !shape.isHeldOut && shape.isPromised);
  const heldOut = measured.filter(({ shape }) => shape.isHeldOut);
  const healthy = (list: List, sticky: boolean) => list.filter(({ shape }) => shape.healthy && shape.sticky === sticky);
  const large = (list: List) => list.filter(({ shape }) => shape.isLarge);
  const name = (list: List, start: string) => list.filter(({ shape }) => shape.name.startsWith(start));
  return [
    ...alarms('healthy shapes, real ones included', ours, { measured: healthy(known, false), runs }),
    ...alarms('healthy shapes, after five healthy rollouts', experiencedName, {
      measured: healthy(known, false),
      runs,
    }),
    ...holdsInstead({ measured: healthy(known, true), runs }),
    ...alarms('sticky shapes, after five healthy rollouts', experiencedName, { measured: healthy(known, true), runs }),
    ...alarms('held-out healthy shapes', ours, { measured: healthy(heldOut, false), runs }),
    ...alarms('held-out healthy shapes, after five healthy rollouts', experiencedName, {
      measured: heldOut.filter(({ shape }) => shape.healthy),
      runs,
    }),
    ...misses('regressions of three times and more', large(known)),
    ...misses('held-out regressions', large(heldOut)),
    ...badResponses(known.filter(({ shape }) => shape.isLarge && shape.isInMeans)),
    ...promoted(
      '30 requests a minute',
      name(known, 'quiet: 30 a minute').filter(({ shape }) => shape.healthy),
      bounds.quiet,
    ),
    ...promoted(
      '5 requests a minute with the proposed bakes',
      name(known, 'quiet: 5 a minute, proposed'),
      bounds.proposed,
    ),
    ...firstDatapoint(measured),
  ];
}

function worstOf(list: List, value: (one: MeasuredShape) => number): { readonly value: number; readonly name: string } {
  return list.reduce((worst, one) => (value(one) > worst.value ? { value: value(one), name: one.shape.name } : worst), {
    value: 0,
    name: '',
  });
}

function named(name: string): string {
  return name === '' ? '' : ` (${name})`;
}

function alarms(what: string, judge: string, { measured, runs }: Run): readonly Must[] {
  if (measured.length === 0) return [];
  const rolledBack = (one: MeasuredShape) => of(one, judge).rolledBack;
  const { value, name } = worstOf(measured, rolledBack);
  const beyond = measured.filter((one) => rolledBack(one) > most.share).length;
  const upper = upperLimit(Math.round(value * runs), runs);
  const mean = measured.reduce((sum, one) => sum + rolledBack(one), 0) / measured.length;
  return [
    {
      what: `false alarms, ${what}: at most 1 % in each, upper 95 % limit at most 2 %`,
      found: `${inPercent(value)} % at worst${named(name)}, upper limit ${inPercent(upper)} %; ${String(beyond)} of ${String(measured.length)} shapes beyond 1 %, mean ${inPercent(mean)} %`,
      holds: value <= most.share && upper <= most.upper,
    },
  ];
}

/** With an empty record sticky rules ask instead of acting. */
function holdsInstead({ measured }: Run): readonly Must[] {
  if (measured.length === 0) return [];
  const back = worstOf(measured, (one) => of(one, ours).rolledBack);
  const held = worstOf(measured, (one) => of(one, ours).held);
  return [
    {
      what: 'sticky shapes with an empty record: none rolled back (held and asked instead)',
      found: `${inPercent(back.value)} % rolled back at worst, ${inPercent(held.value)} % held at worst${named(held.name)}`,
      holds: back.value === 0,
    },
  ];
}

/** On sticky rules with an empty record a regression may wait for a person: there the hold counts as found. */
function isMissed(one: MeasuredShape): number {
  const { rolledBack, held } = of(one, ours);
  return 1 - rolledBack - (one.shape.sticky ? held : 0);
}

function misses(what: string, measured: List): readonly Must[] {
  if (measured.length === 0) return [];
  const { value, name } = worstOf(measured, isMissed);
  const some = measured.filter((one) => isMissed(one) > 0).map(({ shape }) => shape.name);
  return [
    {
      what: `missed, ${what}: none`,
      found:
        value === 0
          ? `0 of ${String(measured.length)} shapes`
          : `${inPercent(value)} % at worst${named(name)}; ${some.join(', ')}`,
      holds: value === 0,
    },
  ];
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function badResponses(measured: List): readonly Must[] {
  if (measured.length === 0) return [];
  const part = (judge: string, than: string) =>
    geometricMean(measured.map((one) => bad(of(one, judge)) / bad(of(one, than))));
  const rows = [
    ["with an empty record, of the Mann-Whitney judge's by today's steps", part(ours, mannWhitneyName), bounds.empty],
    [
      "after five healthy rollouts, of the Mann-Whitney judge's",
      part(experiencedName, mannWhitneyName),
      bounds.experienced,
    ],
    ["with an empty record, of the oracle's", part(ours, oracleName), bounds.oracle],
  ] as const;
  const least = part(oracleName, mannWhitneyName);
  return rows.map(([what, value, bound], index) => ({
    what: `bad responses ${what}, geometric mean of ${String(measured.length)} shapes: at most ${String(bound)}`,
    found: `${value.toFixed(3)}${index < 2 ? `; the oracle, which knows the true rates, has ${least.toFixed(3)}` : ''}`,
    holds: value <= bound,
  }));
}

/** No judge is compared by nothing. */
function bad({ badResponses: count }: Measured): number {
  return Math.max(count, 0.5);
}

function promoted(what: string, measured: List, least: number): readonly Must[] {
  const [one] = measured;
  if (one === undefined) return [];
  const value = of(one, ours).promoted;
  return [
    {
      what: `promoted, ${what}: at least ${inPercent(least)} %`,
      found: `${inPercent(value)} %`,
      holds: value >= least,
    },
  ];
}

function firstDatapoint(measured: List): readonly Must[] {
  const half = measured.filter(({ shape }) => shape.name.startsWith('half fail') && shape.rate >= 100);
  if (half.length === 0) return [];
  const first = Math.min(...half.map((one) => of(one, ours).atFirst));
  const what = 'half of the responses failing at 100 requests/s and more: decided at the first datapoint';
  return [{ what, found: `${inPercent(first)} %`, holds: first === 1 }];
}

/** What a judgement and a rollout cost, on one core and at list prices. */
export function priceMusts({ evaluationMs, backtested, backtestSeconds, dollars }: Speed): readonly Must[] {
  return [
    {
      what: 'one evaluation, at the end of a rollout with two hours of history: at most 5 ms of CPU',
      found: `${evaluationMs.toFixed(1)} ms (median)`,
      holds: evaluationMs <= 5,
    },
    {
      what: `\`sluice backtest\` of ${String(backtested)} rollouts by the default steps with two hours of history: at most 15 ms of CPU each`,
      found: `${((1000 * backtestSeconds) / backtested).toFixed(1)} ms`,
      holds: backtestSeconds / backtested <= 0.015,
    },
    {
      what: 'the pipeline itself, a rollout by the default spec, at list prices: at most $0.025',
      found: `$${dollars.toFixed(5)}`,
      holds: dollars <= bounds.dollars,
    },
  ];
}
