import * as z from 'zod';
import type { Analysis } from '../../analysis/judgement.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { type BakeDecision, nextStep, stepWindow } from '../../rollout/bake.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import { decideRollback, ownedInput, record, trustedRollout } from '../ownership/owned-rollout.ts';
import { crashingGreen } from './crashing-green.ts';
import { deadGreen } from './dead-green.ts';
import { decideBetweenSteps, decideStep, settledBefore, type StepFacts } from './decide-step.ts';
import { checkDrift } from './drift.ts';
import { greenAnalysed, judgeGates } from './judge-gates.ts';
import { readAlarms } from './read-alarms.ts';
import { messageOf } from '../../specification/text/message-of.ts';

export const analyseGreenInput = ownedInput.extend({ step: z.int().min(0) });

export interface AnalyseGreenOutput extends GuardNote {
  readonly outcome: BakeDecision['outcome'];
  readonly waitSeconds: number;
  /** The step to go on with: this one while it bakes, the next one when it passed. */
  readonly step: number;
  /** Numbers worth seeing in the console. */
  readonly verdict: Analysis['verdict'];
  readonly reason: string;
}

type Needs = Part<
  'store' | 'metrics' | 'router' | 'runtime' | 'stoppedTasks' | 'alarms' | 'trail' | 'schedules' | 'now' | 'sleep'
>;

/** As much of a reason as the state machine carries. */
const longestReason = 300;

/**
 * State `AnalyseGreen`: reads the metrics of the whole rollout so far, judges green, and decides how the bake goes on. The
 * choice state after it routes on `outcome`; the samples, the verdict and the decision are kept in one transaction.
 */
export async function analyseGreen(
  input: z.output<typeof analyseGreenInput>,
  world: Needs,
): Promise<AnalyseGreenOutput> {
  const stored = await trustedRollout(world, input);
  const { state } = stored;
  const settled = settledBefore(state, input.step);
  if (settled !== undefined) return (await judgedBetweenSteps(stored, world)) ?? settled;
  if (isUrgent(state.rollback)) {
    // A person has decided against the version that the gates would send traffic back to, or it serves nobody.
    await record(world, stored, { type: 'StepPassed', step: state.step, weight: state.weight });
    const reason = 'a rollback that nobody can wait for, not judged';
    return { outcome: 'rolloutPassed', waitSeconds: 1, step: input.step, verdict: 'pass', reason };
  }

  const window = stepWindow(state);
  const [{ analysis: ofGates, known }, ofRules, alarms, exits] = await Promise.all([
    judgeGates(state, window, world),
    driftAndDeath(state, [state.weight], world),
    readAlarms(state, world),
    crashingGreen(state, world),
  ]);
  const { analysis, decision } = decideStep(state, { ...ofRules, ofGates, alarms, exits }, world.now());
  const sample = greenAnalysed(state, window, analysis, known, world.now());
  await record(world, stored, sample, ...decision.events);
  // What is to be rolled back is not kept waiting for its guard.
  const note = decision.outcome === 'rollBack' ? {} : await pushGuard(stored, decision.waitSeconds, world);
  return {
    outcome: decision.outcome,
    waitSeconds: decision.waitSeconds,
    step: decision.outcome === 'stepPassed' ? nextStep(state) : input.step,
    verdict: analysis.verdict,
    reason: analysis.reason.slice(0, longestReason),
    ...note,
  };
}

/**
 * A rollout that has passed a step may be kept from the next one for long: it is paused, others interfere, blue or green is not
 * ready. Green has its share meanwhile, so it is judged on. `undefined` where nothing speaks against going on.
 */
async function judgedBetweenSteps(stored: StoredRollout, world: Needs): Promise<AnalyseGreenOutput | undefined> {
  const { state } = stored;
  if (state.phase !== 'shifting' || isUrgent(state.rollback)) return undefined;
  const step = nextStep(state);
  const next = state.spec.steps[step]?.weight ?? state.weight;
  // A shift that is repeated may have written the next weight; while nothing is shifted, only somebody else has.
  const weights = state.paused === undefined ? [state.weight, next] : [state.weight];
  const [ofRules, alarms, exits] = await Promise.all([
    driftAndDeath(state, weights, world),
    readAlarms(state, world),
    crashingGreen(state, world),
  ]);
  const ofGates = state.weight > 0 ? (await judgeGates(state, stepWindow(state), world)).analysis : undefined;
  const decision = decideBetweenSteps(state, { ...ofRules, ofGates, alarms, exits }, world.now());
  if (decision.outcome === 'rollBack') {
    await decideRollback(world, stored, decision.reason, decision.gate);
    const reason = decision.reason.slice(0, longestReason);
    return { outcome: 'rollBack', waitSeconds: 1, step: state.step, verdict: 'fail', reason };
  }
  const after = decision.events.length > 0 ? await record(world, stored, ...decision.events) : stored;
  if (decision.outcome === 'free') return undefined;
  const waitSeconds = state.spec.period;
  const note = await pushGuard(after, waitSeconds, world);
  const reason = decision.reason.slice(0, longestReason);
  return { outcome: 'keepBaking', waitSeconds, step, verdict: 'hold', reason, ...note };
}

/** What the rules, the slots and green's targets say. A failed reading is no finding, but no step passes without one. */
async function driftAndDeath(
  state: RolloutState,
  weights: readonly number[],
  world: Needs,
): Promise<Pick<StepFacts, 'drift' | 'dead'>> {
  try {
    const [drift, dead] = await Promise.all([checkDrift(state, weights, world), deadGreen(state, world)]);
    return { drift, dead };
  } catch (error) {
    const said = messageOf(error);
    return { drift: { outcome: 'unknown', events: [], reason: `rules and slots cannot be read: ${said}` } };
  }
}
