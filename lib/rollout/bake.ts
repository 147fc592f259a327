import type { Analysis } from '../analysis/judgement.ts';
import type { RolloutEvent } from './events.ts';
import { drillOver } from './drill.ts';
import { pausedMs } from './people-state.ts';
import type { RolloutState } from './state.ts';

/** How a bake goes on after an evaluation. */
export interface BakeDecision {
  readonly outcome: 'keepBaking' | 'awaitDecision' | 'stepPassed' | 'rolloutPassed' | 'rollBack';
  readonly waitSeconds: number;
  readonly events: readonly RolloutEvent[];
}

/** Start, planned end (seconds since the epoch) and weight of the step under way. */
export function stepWindow(state: RolloutState): { startedAt: number; endsAt: number; weight: number } {
  const step = state.spec.steps[state.step];
  if (step === undefined || state.stepStartedAt === undefined) {
    throw new Error(`Rollout ${state.rolloutId} is in no step.`);
  }
  const startedAt = Date.parse(state.stepStartedAt) / 1000;
  return { startedAt, endsAt: startedAt + step.bake, weight: step.weight };
}

/**
 * A failing gate ends the rollout at once, whatever people have said. A person may end the step early, or pause it. A passing
 * gate ends the step when the bake is over. Anything else extends the bake, up to the cap on holding; beyond it, people are
 * asked where the gate says so, and what nobody has decided goes back.
 */
export function decideBake(state: RolloutState, analysis: Analysis, now: Date): BakeDecision {
  const { spec } = state;
  const { endsAt } = stepWindow(state);
  const left = endsAt - now.getTime() / 1000;
  if (analysis.verdict === 'fail') return rollBack(analysis.reason, analysis.gate);
  if (state.paused !== undefined) return keepBaking(spec.period);
  const isPromoted = state.promotion?.step === state.step;
  if (left > 0 && !isPromoted) return keepBaking(Math.min(spec.period, Math.ceil(left)));
  // A drill needs no evidence of a version that serves anyway, and goes no further, whatever people skip.
  if (state.drill !== undefined) return turnBack(state);
  if (isPromoted) return passed(state);

  if (analysis.verdict === 'pass') return passed(state);
  if (state.asked !== undefined) return awaitDecision(state, state.asked, analysis, now);
  const until = new Date((endsAt + spec.timeouts.hold) * 1000 + pausedMs(state, now.toISOString()));
  if (now >= until) {
    if (analysis.afterHold === 'ask') return ask(state, analysis, now);
    return rollBack(
      `Step ${state.step + 1} was held for ${spec.timeouts.hold} s without enough evidence: ${analysis.reason}`,
      analysis.gate,
    );
  }
  const isNews = state.heldSince === undefined;
  return keepBaking(
    spec.period,
    isNews ? [{ type: 'BakeHeld', step: state.step, reason: analysis.reason, until: until.toISOString() }] : [],
  );
}

function passed({ spec, step }: RolloutState): BakeDecision {
  return {
    outcome: step === spec.steps.length - 1 ? 'rolloutPassed' : 'stepPassed',
    waitSeconds: spec.period,
    events: [{ type: 'StepPassed', step, weight: spec.steps[step]?.weight ?? 0 }],
  };
}

/** The step to go on with after the one that has passed. */
export function nextStep({ spec, step, promotion }: RolloutState): number {
  return promotion?.step === step && promotion.full ? spec.steps.length - 1 : step + 1;
}

function ask({ spec, step }: RolloutState, { reason }: Analysis, now: Date): BakeDecision {
  const { decideWithin, people } = spec.approvals;
  const until = new Date(now.getTime() + decideWithin * 1000).toISOString();
  const asked = people.map(({ name }) => name);
  return {
    outcome: 'awaitDecision',
    waitSeconds: spec.period,
    events: [{ type: 'DecisionRequested', step, reason, asked, until }],
  };
}

/** Green keeps its traffic meanwhile, so its gates are judged on. */
function awaitDecision(
  state: RolloutState,
  { until }: NonNullable<RolloutState['asked']>,
  analysis: Analysis,
  now: Date,
): BakeDecision {
  const left = (Date.parse(until) - now.getTime()) / 1000;
  if (left > 0) {
    const waitSeconds = Math.max(1, Math.min(state.spec.period, Math.ceil(left)));
    return { outcome: 'awaitDecision', waitSeconds, events: [] };
  }
  const { decideWithin } = state.spec.approvals;
  return rollBack(
    `Nobody decided within ${decideWithin} s how step ${state.step + 1} goes on: ${analysis.reason}`,
    analysis.gate,
  );
}

function keepBaking(waitSeconds: number, events: readonly RolloutEvent[] = []): BakeDecision {
  return { outcome: 'keepBaking', waitSeconds: Math.max(1, waitSeconds), events };
}

function turnBack(state: RolloutState): BakeDecision {
  return { outcome: 'rollBack', waitSeconds: 1, events: [{ type: 'DrillTurnedBack', reason: drillOver(state) }] };
}

function rollBack(reason: string, gate: string | undefined): BakeDecision {
  return {
    outcome: 'rollBack',
    waitSeconds: 1,
    events: [{ type: 'RollbackRequested', reason, gate, by: 'the rollout' }],
  };
}
