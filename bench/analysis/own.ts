import { readFile } from 'node:fs/promises';
import { policiesOf } from '../../lib/analysis/analyse.ts';
import { defaultGates } from '../../lib/specification/gate.ts';
import { recordedPeriodSeconds } from '../../lib/analysis/backtest-lines.ts';
import { planOf } from '../../lib/rollout/rollout-plan.ts';
import { plannedCost } from '../../lib/rollout/planned-cost.ts';
import { metricsPerEvaluation } from '../../lib/report/series-per-evaluation.ts';
import type { RolloutSpec } from '../../lib/specification/rollout-spec.ts';
import { bakeNeeded, chosenSteps } from '../../lib/rollout/quiet-steps.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import type { Settings } from './speed.ts';

/** How Sluice judges by default, and the steps that it takes. */
export interface Own {
  readonly settings: Settings;
  /** The steps that it takes where the service has so many requests a second; with the bakes that are proposed for that, where asked for. */
  readonly scheduleAt: (rate: number, hasProposedBakes?: boolean) => Schedule;
  /** What the pipeline itself costs for a rollout by the default gates and steps, at list prices. */
  readonly dollars: number;
  /** The longest warm-up of its gates, in minutes. */
  readonly warmUpMinutes: number;
}

type Step = RolloutSpec['steps'][number];

/** A step with the bake that is proposed for the traffic; the last one also has the time for which it may be held, as nothing follows it. */
function patient(rolloutSpec: RolloutSpec, step: Step, rate: number): Step {
  const bake = Math.max(step.bake, bakeNeeded(rolloutSpec, step, rate) ?? 0);
  return { ...step, bake: step.weight === 100 ? bake + rolloutSpec.timeouts.hold : bake };
}

/** The rollout spec that is measured, from the root of the project. */
export const spec = 'examples/backtest.yml';

/** Reads the gates and the default steps. Throws where the example is no rollout spec any more. */
export async function readOwn(): Promise<Own> {
  const parsed = parseSpec(await readFile(new URL(`../../${spec}`, import.meta.url), 'utf8'), spec);
  if (!parsed.ok) throw new Error(`${spec} is no rollout spec any more; run sluice lint ${spec}`);
  const { gates, minimumRequests, analysis } = parsed.spec;
  const settings = { gates, minimumRequests, periodSeconds: recordedPeriodSeconds, ...analysis };
  const warmUpMinutes = Math.max(...policiesOf(settings).map(({ warmUpPeriods }) => warmUpPeriods));
  const { spec: rolloutSpec } = parsed;
  const cost = plannedCost({
    plan: planOf(rolloutSpec, undefined),
    periodSeconds: rolloutSpec.period,
    lagSeconds: rolloutSpec.lag,
    // What a rollout costs is said of a spec without gates of its own.
    metricsPerEvaluation: metricsPerEvaluation({ ...rolloutSpec, gates: [...defaultGates] }),
  });
  return {
    settings,
    scheduleAt: (rate, hasProposedBakes = false) => {
      const { steps } = chosenSteps(rolloutSpec, rate);
      return scheduleOf(hasProposedBakes ? steps.map((step) => patient(rolloutSpec, step, rate)) : steps);
    },
    warmUpMinutes,
    dollars: cost.reduce((sum, { dollars }) => sum + dollars, 0),
  };
}
