import type { RolloutState } from '../rollout/state.ts';

/** One step of a rollout. */
export interface StepView {
  readonly weight: number;
  readonly bakeSeconds: number;
  readonly standing: 'passed' | 'now' | 'failed' | 'ahead' | 'skipped';
  /** When green got this weight; `undefined` where it never did, ISO 8601. */
  readonly startedAt: string | undefined;
}

/** Returns the steps of a rollout in their order. */
export function stepsOf(state: RolloutState): readonly StepView[] {
  return state.spec.steps.map(({ weight, bake }, index) => ({
    weight,
    bakeSeconds: bake,
    standing: stateOfStep(index, weight, state),
    startedAt: state.shifts.find((shift) => shift.weight === weight)?.at,
  }));
}

function stateOfStep(index: number, weight: number, state: RolloutState): StepView['standing'] {
  const { phase, step, shifts } = state;
  const hadTraffic = shifts.some((shift) => shift.weight === weight);
  if (index < step || phase === 'succeeded') return hadTraffic ? 'passed' : 'skipped';
  if (index > step) return 'ahead';
  if (phase === 'rollingBack' || phase === 'rolledBack') return 'failed';
  // The step before is under way until the next one has its traffic.
  return phase === 'shifting' || phase === 'finishing' ? 'passed' : 'now';
}
