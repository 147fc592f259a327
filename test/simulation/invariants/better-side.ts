import type { RuleChange } from '../aws/balancer.ts';
import { ecsLate } from '../aws/one-service-of.ts';
import type { Process } from '../aws/process.ts';
import { rolloutOf, shareOf, type Truth, type Watch } from './watch.ts';

/** Between the health that a decision saw and its write lie at most a function, a few states, and their retries. */
const underWay = 60_000;

/**
 * After a change of a rule: the product gives no side more traffic that has had no healthy target for a minute, while the other
 * side has had some for as long.
 */
export function checkSide(change: RuleChange, by: Process | undefined, truth: Truth, watch: Watch): void {
  const state = rolloutOf(by, truth.table);
  if (by === undefined || by.name === ecsLate || state === undefined) return;
  const { spec, blue, green } = state;
  for (const [to, from] of [
    [blue, green],
    [green, blue],
  ] as const) {
    const [gains, loses] = [spec.slots[to], spec.slots[from]];
    const more = shareOf(gains, change.after) - shareOf(gains, change.before);
    if (more <= 0 || !hasBeen(gains.targetGroup, false, truth) || !hasBeen(loses.targetGroup, true, truth)) continue;
    const side = to === blue ? 'blue' : 'green';
    const said = `${by.name} gave ${side}, which has no healthy target, ${String(Math.round(more))} % more`;
    watch.break('users go to a side that can serve', said);
  }
}

/** True where a target group had healthy targets at every moment in question, or at none. */
function hasBeen(targetGroup: string, healthy: boolean, { clock, slots }: Truth): boolean {
  for (let ago = 0; ago <= underWay; ago += 1000) {
    if (slots.healthy(targetGroup, clock.now() - ago).healthy > 0 !== healthy) return false;
  }
  return true;
}
