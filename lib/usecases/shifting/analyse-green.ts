import * as z from 'zod';
import { analyse } from '../../analysis/analyse.ts';
import type { PeriodOfBoth } from '../../analysis/datapoint.ts';
import type { Analysis } from '../../analysis/judgement.ts';
import { keepsClients } from '../../drivers/shapes/keeps-clients.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';
import { type BakeDecision, decideBake, nextStep, stepWindow } from '../../rollout/bake.ts';
import { delayed, delayEnded } from '../../rollout/delay.ts';
import { deadGreen, heedingDeath } from './dead-green.ts';
import { hasNews, type KnownPeriods, knownPeriods, metricsOf } from './rollout-periods.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import { heedingAlarms, lookAtAlarms } from './look-at-alarms.ts';
import { decideWait } from './decide-shift.ts';
import { checkDrift, type DriftOutcome } from './drift.ts';
import { decideRollback, ownedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

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

type Needs = Part<'store' | 'metrics' | 'router' | 'runtime' | 'alarms' | 'trail' | 'schedules' | 'now' | 'sleep'>;

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
  const past = alreadyDecided(state, input.step);
  if (past !== undefined) return (await judgedWhileHeld(stored, world)) ?? past;
  if (isUrgent(state.rollback)) {
    // A person has decided against the version that the gates would send traffic back to, or it serves nobody.
    await record(world, stored, { type: 'StepPassed', step: state.step, weight: state.weight });
    const reason = 'a way back that nobody can wait for, not judged';
    return { outcome: 'rolloutPassed', waitSeconds: 1, step: input.step, verdict: 'pass', reason };
  }

  const window = stepWindow(state);
  const [{ analysis: ofGates, known }, { around, dead }, alarms] = await Promise.all([
    look(state, window, world),
    surroundings(state, [state.weight], world),
    lookAtAlarms(state, world),
  ]);
  const analysis = heedingAlarms(heedingDeath(ofGates, dead), alarms);
  const decision = heeding(around, decideBake(state, analysis, world.now()), state, world.now());
  const newest = known?.periods.at(-1);
  const sample: RolloutEvent = {
    type: 'GreenAnalysed',
    step: state.step,
    verdict: analysis.verdict,
    reason: analysis.reason,
    measuredWeight: newest === undefined ? undefined : measuredWeight(newest),
    secondsLeft: Math.max(0, Math.ceil(window.endsAt - world.now().getTime() / 1000)),
    settledUntil: known?.settledUntil,
    datapoints: known === undefined ? undefined : unrecorded(state, known),
    gates: analysis.gates,
  };
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

interface Seen {
  readonly around: DriftOutcome;
  /** Why green is dead; absent where it is not. */
  readonly dead?: string | undefined;
}

/**
 * A rollout that has passed a step may be kept from the next one for long: it is paused, others interfere, blue or green is not
 * ready. Green has its share meanwhile, so a failing gate leads back as in a bake, and gates that hold by now keep it from the next
 * step, up to `timeouts.interference`, unless a person ended the step. `undefined` where nothing speaks against going on.
 */
async function judgedWhileHeld(stored: StoredRollout, world: Needs): Promise<AnalyseGreenOutput | undefined> {
  const { state } = stored;
  if (state.phase !== 'shifting' || isUrgent(state.rollback)) return undefined;
  const next = state.spec.steps[nextStep(state)]?.weight ?? state.weight;
  // A shift that is repeated may have written the next weight; while nothing is shifted, only somebody else has.
  const weights = state.paused === undefined ? [state.weight, next] : [state.weight];
  const [{ around, dead }, alarms] = await Promise.all([
    surroundings(state, weights, world),
    lookAtAlarms(state, world),
  ]);
  const ofGates = state.weight > 0 ? (await look(state, stepWindow(state), world)).analysis : undefined;
  const analysis = ofGates && heedingAlarms(heedingDeath(ofGates, dead), alarms);
  const failed = analysis?.verdict === 'fail' ? analysis : undefined;
  const reason = failed?.reason ?? (around.outcome === 'rollBack' ? around.reason : undefined);
  if (reason !== undefined) return backWhileHeld(stored, reason, failed?.gate, world);
  const isHeld = analysis?.verdict === 'hold' && state.promotion?.step !== state.step;
  if (isHeld) return keptFromStep(stored, analysis, around.events, world);
  if (around.events.length > 0) await record(world, stored, ...around.events);
  return undefined;
}

async function backWhileHeld(
  stored: StoredRollout,
  reason: string,
  gate: string | undefined,
  world: Needs,
): Promise<AnalyseGreenOutput> {
  await decideRollback(world, stored, reason, gate);
  const { step } = stored.state;
  return { outcome: 'rollBack', waitSeconds: 1, step, verdict: 'fail', reason: reason.slice(0, longestReason) };
}

/** Waits for better evidence before the next step; while a person pauses the rollout, without a cap. */
async function keptFromStep(
  from: StoredRollout,
  { reason, gate }: Analysis,
  before: readonly RolloutEvent[],
  world: Needs,
): Promise<AnalyseGreenOutput> {
  const { state } = from;
  const step = nextStep(state);
  const held = { outcome: 'held', events: [] } as const;
  const decision = state.paused === undefined ? decideWait(state, step, reason, world.now()) : held;
  if (decision.outcome === 'rollBack') return backWhileHeld(from, decision.reason, gate, world);
  const events = [...before, ...decision.events];
  const stored = events.length > 0 ? await record(world, from, ...events) : from;
  const waitSeconds = state.spec.period;
  const note = await pushGuard(stored, waitSeconds, world);
  const short = reason.slice(0, longestReason);
  return { outcome: 'keepBaking', waitSeconds, step, verdict: 'hold', reason: short, ...note };
}

/** A failed reading is no finding, but no step passes without one. */
async function surroundings(
  state: RolloutState,
  weights: readonly number[],
  world: Part<'router' | 'runtime' | 'trail' | 'now' | 'sleep'>,
): Promise<Seen> {
  try {
    const [around, dead] = await Promise.all([checkDrift(state, weights, world), deadGreen(state, world)]);
    return { around, dead };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { around: { outcome: 'unknown', events: [], reason: `rules and slots cannot be read: ${said}` } };
  }
}

/**
 * The decision of the gates, heeding what others did: a failing gate goes first, a held rollout passes no step, and no step
 * passes for longer than a cap where nobody knows what others did.
 */
function heeding(around: DriftOutcome, decision: BakeDecision, state: RolloutState, now: Date): BakeDecision {
  // What others added to a rule is known to the rollback, too: it may have to do without a function that reads the rule.
  const refreshed = around.events.filter(({ type }) => type === 'RestorePlanRefreshed');
  if (decision.outcome === 'rollBack') return { ...decision, events: [...refreshed, ...decision.events] };
  if (around.outcome === 'rollBack') return backFor(around.reason, refreshed);
  const isUnknown = around.outcome === 'unknown';
  const delay = isUnknown ? delayed(state, around.reason, state.spec.timeouts.interference, now) : undefined;
  if (delay?.outcome === 'rollBack') return backFor(delay.reason);
  const events = [...(delay?.events ?? delayEnded(state, now)), ...around.events];
  if (around.outcome !== 'free' && decision.outcome !== 'keepBaking') {
    return { outcome: 'keepBaking', waitSeconds: state.spec.period, events };
  }
  return { ...decision, events: [...events, ...decision.events] };
}

function backFor(reason: string, before: readonly RolloutEvent[] = []): BakeDecision {
  const event: RolloutEvent = { type: 'RollbackRequested', reason, by: 'the rollout' };
  return { outcome: 'rollBack', waitSeconds: 1, events: [...before, event] };
}

/** What a repeated call is told: the decision was recorded, its answer was lost. */
function alreadyDecided(state: RolloutState, step: number): AnalyseGreenOutput | undefined {
  const settled = { waitSeconds: state.spec.period, verdict: 'pass', reason: 'decided before' } as const;
  if (state.phase === 'rollingBack') {
    return { ...settled, outcome: 'rollBack', step, verdict: 'fail', reason: state.reason ?? 'rolling back' };
  }
  if (state.phase === 'finishing') return { ...settled, outcome: 'rolloutPassed', step };
  if (state.phase === 'shifting') return { ...settled, outcome: 'stepPassed', step: nextStep(state) };
  return undefined;
}

async function look(
  state: RolloutState,
  step: ReturnType<typeof stepWindow>,
  { metrics, now }: Part<'metrics' | 'now'>,
): Promise<{ readonly analysis: Analysis; readonly known?: KnownPeriods }> {
  const { spec } = state;
  if (step.endsAt > now().getTime() / 1000 && !hasNews(state, now())) {
    // Every series that is asked for costs; what the last look saw is judged already.
    const reason = `no new period of ${spec.period} s at one weight has settled yet, metrics are ${spec.lag} s behind`;
    return { analysis: { verdict: 'hold', reason, gates: [] } };
  }
  let known: KnownPeriods;
  try {
    known = await knownPeriods(state, metricsOf(spec), now(), metrics);
  } catch (error) {
    // A failed query is no verdict on green: it holds, is recorded, and the cap on holding decides in the end.
    const said = error instanceof Error ? error.message : String(error);
    return { analysis: { verdict: 'hold', reason: unreadable(said), gates: [] } };
  }
  const { gates, period: periodSeconds, minimumRequests, budget } = spec;
  const { alpha, tolerance, clumps } = spec.analysis;
  const sticky = state.restorePlan.some(({ actions }) => keepsClients(actions));
  const { learned } = state;
  const settings = { periodSeconds, minimumRequests, alpha, tolerance, clumps, budget, learned, sticky };
  const analysis = analyse({ ...known, gates, step, ...settings });
  if (known.unread === undefined || analysis.verdict === 'fail') return { analysis, known };
  return { analysis: { verdict: 'hold', reason: unreadable(known.unread), gates: analysis.gates }, known };
}

function unreadable(why: string): string {
  return `The metrics could not be read: ${why}`;
}

/** CloudWatch revises a count for some minutes: a period is recorded again while it may still change. */
const revisedPeriods = 5;
/** Most periods that one look records: of blue's past the newest, as an item of the table has a limit. */
const mostRecorded = 240;

function unrecorded({ recordedUntil = 0, spec }: RolloutState, { periods }: KnownPeriods): readonly PeriodOfBoth[] {
  return periods.filter(({ at }) => at >= recordedUntil - revisedPeriods * spec.period).slice(-mostRecorded);
}

function measuredWeight({ blue, green }: PeriodOfBoth): number | undefined {
  const greenRequests = green['requests'] ?? 0;
  const all = (blue['requests'] ?? 0) + greenRequests;
  return all > 0 ? Math.round((1000 * greenRequests) / all) / 10 : undefined;
}
