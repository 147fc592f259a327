import { type AnalysisInput, policiesOf } from '../analysis/analyse.ts';
import { discountsOf } from '../analysis/clumping.ts';
import type { Datapoint, PeriodOfBoth } from '../analysis/datapoint.ts';
import type { AnalysisSettings, GatePolicy } from '../analysis/gate-policy.ts';
import type { SpecGate } from '../specification/gate.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { shareSeries } from '../analysis/share-series.ts';
import type { OwnMinute } from './own-minutes.ts';
import type { Random } from './random.ts';
import { type Regression, splitPoint, type Splitting } from './split-point.ts';

/** What rollouts are rehearsed with: how they are judged, and the past of the service. */
export interface Stage {
  readonly settings: AnalysisSettings & Pick<AnalysisInput, 'gates' | 'budget'>;
  readonly steps: RolloutSpec['steps'];
  /** How long before a rollout its past is read, in seconds. */
  readonly historySeconds: number;
  readonly minutes: readonly OwnMinute[];
}

/** One rehearsed rollout. */
export interface Rehearsed {
  readonly periods: readonly PeriodOfBoth[];
  /** Index of the first period of each step. */
  readonly begins: readonly number[];
}

/** Returns how many periods a rehearsal takes, its past included. */
export function periodsOf({ steps, historySeconds, settings }: Stage): { readonly past: number; readonly all: number } {
  const past = Math.ceil(historySeconds / settings.periodSeconds);
  const bakes = steps.map(({ bake }) => Math.floor(bake / settings.periodSeconds));
  return { past, all: past + bakes.reduce((sum, one) => sum + one, 0) };
}

/** Returns the indexes at which rehearsals begin, their past included, spread evenly over the past of the service; empty where it is too short. */
export function beginnings(stage: Stage, runs: number): readonly number[] {
  const room = stage.minutes.length - periodsOf(stage).all;
  if (room < 0) return [];
  return Array.from({ length: runs }, (_, run) => Math.floor((run * room) / Math.max(1, runs - 1)));
}

/**
 * Rehearses a rollout on real minutes of the service: green gets its weight of the requests of each minute, drawn by chance, and its
 * bad responses by the clumps that the gates see in them, each wholly on one side. So green is as good as blue, unless a regression is
 * added. The period in which the weight changes belongs to no step, as in a real rollout.
 *
 * @param from index of the first minute of the past before it
 */
export function rehearse(stage: Stage, from: number, random: Random, regression?: Regression): Rehearsed {
  const { past } = periodsOf(stage);
  const { periodSeconds } = stage.settings;
  const periods: PeriodOfBoth[] = stage.minutes
    .slice(from, from + past)
    .map(({ point }, index) => ({ at: index * periodSeconds, weight: 0, blue: point, green: {} }));
  const splitting = splittingOf(stage);
  const begins: number[] = [];
  let at = past;
  for (const [step, { weight, bake }] of stage.steps.entries()) {
    const end = at + Math.floor(bake / periodSeconds);
    begins.push(periods.length);
    const own = regression !== undefined && step >= regression.fromStep ? regression : undefined;
    for (let index = at + 1; index < end; index += 1) {
      const point: Datapoint = stage.minutes[from + index]?.point ?? {};
      periods.push({ at: index * periodSeconds, weight, ...splitPoint(point, weight / 100, splitting, random, own) });
    }
    at = end;
  }
  return { periods, begins };
}

const known = new WeakMap<Stage, Splitting>();

/** How the past of a stage is split; worked out once for all of its rehearsals. */
function splittingOf(stage: Stage): Splitting {
  const before = known.get(stage);
  if (before !== undefined) return before;
  const policies = policiesOf(stage.settings);
  const splitting: Splitting = stage.settings.gates.flatMap((gate, index) => {
    const policy = policies[index];
    return policy === undefined ? [] : [{ gate, isCompared: policy.compare, clump: clumpOf(gate, policy, stage) }];
  });
  known.set(stage, splitting);
  return splitting;
}

/** Returns how many bad responses one cause brings, by the exponent that the judge itself learns from these minutes; at least one. */
function clumpOf(gate: SpecGate, policy: GatePolicy, { minutes }: Stage): number {
  if ('value' in gate) return 1;
  const periods = minutes.map(({ at, point }): PeriodOfBoth => ({ at, weight: 0, blue: point, green: {} }));
  const exponents = discountsOf(shareSeries(gate, periods), periods.length - 1, { ...policy, exponents: undefined });
  return Math.max(1, Math.round(1 / Math.max(1e-4, exponents.at(-1) ?? 1)));
}
