import type { RolloutState } from './state.ts';
import { isUrgent } from './urgent-return.ts';

/**
 * Returns whether checks of `after` are still to be run: once at 100 %, once when the retention ends. A version that comes back in haste
 * is not held up by them.
 */
export function checksLeft({ spec, phase, happened = {}, rollback }: RolloutState): boolean {
  if (spec.after === undefined || isUrgent(rollback)) return false;
  if (phase === 'finishing') return happened.AfterChecksPassed === undefined;
  return (
    phase === 'succeeded' &&
    happened.RetentionChecksPassed === undefined &&
    happened.RetentionChecksFailed === undefined
  );
}
