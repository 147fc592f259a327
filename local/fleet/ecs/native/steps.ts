import type { DeploymentConfiguration } from '../model.ts';

/** One move of production traffic to the new revision. */
export interface Step {
  /** Percent that the new revision has from then on. */
  readonly weight: number;
  /** How long ECS waits before the next move; the last one has none, for `bakeTimeInMinutes` follows it. */
  readonly bakeMinutes: number;
}

/** The moves of a strategy: one for BLUE_GREEN, two for CANARY, equal ones for LINEAR, of which the last takes the rest. */
export function stepsOf({
  strategy,
  canaryConfiguration,
  linearConfiguration,
}: DeploymentConfiguration): readonly Step[] {
  const whole: Step = { weight: 100, bakeMinutes: 0 };
  if (strategy === 'CANARY') {
    const { canaryPercent = 5, canaryBakeTimeInMinutes = 10 } = canaryConfiguration ?? {};
    return canaryPercent === 100 ? [whole] : [{ weight: canaryPercent, bakeMinutes: canaryBakeTimeInMinutes }, whole];
  }
  if (strategy !== 'LINEAR') return [whole];
  const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = linearConfiguration ?? {};
  const before = Math.ceil(100 / stepPercent) - 1;
  // Tenths of a percent: sums of floating-point steps would drift.
  const weights = Array.from({ length: before }, (_, index) => Math.round(stepPercent * 10 * (index + 1)) / 10);
  return [...weights.map((weight) => ({ weight, bakeMinutes: stepBakeTimeInMinutes })), whole];
}
