import { replay } from '../analysis/replay.ts';
import { seeded } from './random.ts';
import { beginnings, rehearse, type Stage } from './rehearsal.ts';

/** How rollouts of a version that is like blue would end. */
export interface HealthyRehearsals {
  readonly runs: number;
  readonly rolledBack: number;
  readonly held: number;
  /** By what decided, a gate or `budget`. */
  readonly byGate: Readonly<Record<string, { readonly rolledBack: number; readonly held: number }>>;
}

/**
 * Rehearses rollouts of a version that is as good as blue, by the code that judges live ones. What is rolled back is a false alarm; what is held at its
 * end would have asked, or gone back at the end of its hold. The rehearsals overlap, so they are no independent samples.
 *
 * @returns `undefined` where the past is shorter than one rollout
 */
export function healthyRehearsals(stage: Stage, runs: number, seed: number): HealthyRehearsals | undefined {
  const starts = beginnings(stage, runs);
  if (starts.length === 0) return undefined;
  const byGate: Record<string, { rolledBack: number; held: number }> = {};
  let [rolledBack, held] = [0, 0];
  for (const [run, from] of starts.entries()) {
    const { periods } = rehearse(stage, from, seeded(seed, run));
    const { decision, gate = 'rollout' } = replay({ ...stage.settings, periods });
    if (decision === 'promote') continue;
    const of = (byGate[gate] ??= { rolledBack: 0, held: 0 });
    if (decision === 'roll-back') {
      rolledBack += 1;
      of.rolledBack += 1;
    } else {
      held += 1;
      of.held += 1;
    }
  }
  return { runs: starts.length, rolledBack, held, byGate };
}
