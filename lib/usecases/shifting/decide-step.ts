import type { Analysis } from '../../analysis/judgement.ts';
import { type BakeDecision, decideBake, nextStep } from '../../rollout/bake.ts';
import { delayed, delayEnded } from '../../rollout/delay.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { type ExitReading, heedingExits } from './crashing-green.ts';
import { heedingDeath } from './dead-green.ts';
import { decideWait } from './decide-shift.ts';
import type { DriftOutcome } from './drift.ts';
import { type AlarmReading, heedingAlarms } from './read-alarms.ts';

/** What one evaluation of a step observed. */
export interface StepFacts {
  /** What the gates say; absent where green has no traffic to judge. */
  readonly ofGates?: Analysis | undefined;
  readonly drift: DriftOutcome;
  /** Why green cannot serve; absent where it can. */
  readonly dead?: string | undefined;
  readonly alarms: AlarmReading;
  /** Whether green's tasks end by themselves. */
  readonly exits: ExitReading;
}

/** What a step's evaluation decides. */
export interface StepDecision {
  /** What the gates say, overruled by a dead green, by tasks that end by themselves, and by alarms. */
  readonly analysis: Analysis;
  readonly decision: BakeDecision;
}

/**
 * Decides how a bake goes on: a failing gate goes first, a rollout with drift passes no step, and no step passes for longer than a
 * cap while rules and slots cannot be read.
 */
export function decideStep(
  state: RolloutState,
  facts: StepFacts & { readonly ofGates: Analysis },
  now: Date,
): StepDecision {
  const analysis = overruled(facts.ofGates, facts);
  return { analysis, decision: heedingDrift(facts.drift, decideBake(state, analysis, now), state, now) };
}

/** How a rollout goes on that has passed a step and has not begun the next one. */
export type BetweenDecision =
  | { readonly outcome: 'free'; readonly events: readonly RolloutEvent[] }
  | { readonly outcome: 'held'; readonly reason: string; readonly events: readonly RolloutEvent[] }
  | { readonly outcome: 'rollBack'; readonly reason: string; readonly gate?: string | undefined };

/**
 * Decides whether a rollout between two steps may go on. Green has its share meanwhile, so a failing gate leads back as in a bake.
 * Gates that hold by now keep it from the next step, up to `timeouts.interference`, and without a cap while a person pauses it; a
 * person who ended the step has decided.
 */
export function decideBetweenSteps(state: RolloutState, facts: StepFacts, now: Date): BetweenDecision {
  const { drift } = facts;
  const analysis = facts.ofGates && overruled(facts.ofGates, facts);
  if (analysis?.verdict === 'fail') return { outcome: 'rollBack', reason: analysis.reason, gate: analysis.gate };
  if (drift.outcome === 'rollBack') return { outcome: 'rollBack', reason: drift.reason };
  const isHeld = analysis?.verdict === 'hold' && state.promotion?.step !== state.step;
  if (!isHeld) return { outcome: 'free', events: drift.events };
  const { reason, gate } = analysis;
  if (state.paused !== undefined) return { outcome: 'held', reason, events: drift.events };
  const wait = decideWait(state, nextStep(state), reason, now);
  if (wait.outcome === 'rollBack') return { ...wait, gate };
  return { outcome: 'held', reason, events: [...drift.events, ...wait.events] };
}

function overruled(ofGates: Analysis, { dead, exits, alarms }: StepFacts): Analysis {
  return heedingAlarms(heedingExits(heedingDeath(ofGates, dead), exits), alarms);
}

function heedingDrift(drift: DriftOutcome, decision: BakeDecision, state: RolloutState, now: Date): BakeDecision {
  // What others added to a rule is known to the rollback, too: it may have to do without a function that reads the rule.
  const refreshed = drift.events.filter(({ type }) => type === 'RestorePlanRefreshed');
  if (decision.outcome === 'rollBack') return { ...decision, events: [...refreshed, ...decision.events] };
  if (drift.outcome === 'rollBack') return backFor(drift.reason, refreshed);
  const isUnknown = drift.outcome === 'unknown';
  const delay = isUnknown ? delayed(state, drift.reason, state.spec.timeouts.interference, now) : undefined;
  if (delay?.outcome === 'rollBack') return backFor(delay.reason);
  const events = [...(delay?.events ?? delayEnded(state, now)), ...drift.events];
  if (drift.outcome !== 'free' && decision.outcome !== 'keepBaking') {
    return { outcome: 'keepBaking', waitSeconds: state.spec.period, events };
  }
  return { ...decision, events: [...events, ...decision.events] };
}

function backFor(reason: string, before: readonly RolloutEvent[] = []): BakeDecision {
  const event: RolloutEvent = { type: 'RollbackRequested', reason, by: 'the rollout' };
  return { outcome: 'rollBack', waitSeconds: 1, events: [...before, event] };
}

/** What an evaluation answers where the step was decided before, so that nothing is judged. */
export interface SettledStep {
  readonly outcome: 'rollBack' | 'rolloutPassed' | 'stepPassed';
  readonly waitSeconds: number;
  readonly step: number;
  readonly verdict: Analysis['verdict'];
  readonly reason: string;
}

/** Returns what a repeated call is told whose answer was lost: what was recorded; `undefined` while the step bakes. */
export function settledBefore(state: RolloutState, step: number): SettledStep | undefined {
  const settled = { waitSeconds: state.spec.period, verdict: 'pass', reason: 'decided before' } as const;
  if (state.phase === 'rollingBack') {
    return { ...settled, outcome: 'rollBack', step, verdict: 'fail', reason: state.reason ?? 'rolling back' };
  }
  if (state.phase === 'finishing') return { ...settled, outcome: 'rolloutPassed', step };
  if (state.phase === 'shifting') return { ...settled, outcome: 'stepPassed', step: nextStep(state) };
  return undefined;
}
