import type { Phase } from '../rollout/phase.ts';

const endings: Readonly<Partial<Record<Phase, string>>> = {
  succeeded: 'it succeeded',
  rejected: 'it was rejected',
  rolledBack: 'it was rolled back',
};

/** How a rollout that has ended did so, as a person says it; that it runs, of one that does. */
export function howItEnded(phase: Phase): string {
  return endings[phase] ?? 'it runs';
}
