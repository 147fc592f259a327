import type { RolloutFacts } from './rollout-facts.ts';

/** Returns when all traffic was on blue again; `undefined` where green never had any, or it was not put back. */
export function restorationOf({
  rollbackSince,
  shifts,
}: Pick<RolloutFacts, 'rollbackSince' | 'shifts'>): string | undefined {
  if (rollbackSince === undefined || !shifts.some(({ weight }) => weight > 0)) return undefined;
  return shifts.find(({ at, weight }) => weight === 0 && at >= rollbackSince)?.at;
}
