import type { Analysis } from '../analysis/judgement.ts';
import type { RolloutEvent } from './events.ts';
import type { RolloutState } from './state.ts';

/** How a bake goes on after a look. */
export interface BakeDecision {
  readonly outcome: 'keepBaking' | 'stepPassed' | 'rolloutPassed' | 'rollBack';
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
 * A failing gate ends the rollout at once. A passing one ends the step when the bake is over. Anything else extends the bake,
 * up to the cap on holding; beyond it, what could not be shown to be good goes back.
 */
export function decideBake(state: RolloutState, analysis: Analysis, now: Date): BakeDecision {
  const { spec } = state;
  const { endsAt, weight } = stepWindow(state);
  const left = endsAt - now.getTime() / 1000;
  if (analysis.verdict === 'fail') return rollBack(analysis.reason, analysis.gate);
  if (left > 0) return keepBaking(Math.min(spec.period, Math.ceil(left)));

  if (analysis.verdict === 'pass') {
    const isLast = state.step === spec.steps.length - 1;
    return {
      outcome: isLast ? 'rolloutPassed' : 'stepPassed',
      waitSeconds: spec.period,
      events: [{ type: 'StepPassed', step: state.step, weight }],
    };
  }
  const until = new Date((endsAt + spec.timeouts.hold) * 1000);
  if (now >= until) {
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

function keepBaking(waitSeconds: number, events: readonly RolloutEvent[] = []): BakeDecision {
  return { outcome: 'keepBaking', waitSeconds: Math.max(1, waitSeconds), events };
}

function rollBack(reason: string, gate: string | undefined): BakeDecision {
  return {
    outcome: 'rollBack',
    waitSeconds: 1,
    events: [{ type: 'RollbackRequested', reason, gate, by: 'the rollout' }],
  };
}
