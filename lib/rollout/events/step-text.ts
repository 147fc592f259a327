import { formatDuration } from '../../specification/quantity.ts';
import type { RolloutFacts } from '../rollout-facts.ts';

/** Returns what comes after the steps before this index: the step, or the end of the rollout. */
export function stepText({ spec }: Pick<RolloutFacts, 'spec'>, index: number): string {
  const step = spec.steps[index];
  if (step === undefined) return 'Then it is finished: green serves, and blue is kept for a while.';
  return `Step ${index + 1} of ${spec.steps.length} comes next: green gets ${step.weight} % for ${formatDuration(step.bake)}.`;
}

/** Returns the time so many seconds after another, ISO 8601. */
export function later(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString();
}
