import { leastHealthy, type TargetHealth } from '../../drivers/traffic-router.ts';
import { pairsInUse } from '../../drivers/rules/pairs.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';

/**
 * What target health says of the two sides: a side can serve with one healthy target in each of its target groups in use.
 * `onlyGreenServes`: blue cannot, and green can, or nothing tells whether it can.
 */
export type Serving =
  | { readonly outcome: 'blueServes' | 'neitherServes' }
  | { readonly outcome: 'onlyGreenServes'; readonly saw: string }
  | { readonly outcome: 'unknown'; readonly saw: string };

/**
 * Reads which side can serve. Health that cannot be read is `unknown`, unless what could be read decides it: a blue that serves
 * gets traffic whatever green is, a green that does not serve keeps none, and a blue that does not serve gets none from a green that
 * cannot be asked.
 */
export async function servingSides(state: RolloutState, world: Part<'router'>): Promise<Serving> {
  const pairs = pairsInUse(state);
  const of = (side: 'blue' | 'green') =>
    healthOf(
      pairs.map((pair) => pair[side]),
      world,
    );
  const [blue, green] = await Promise.all([of('blue'), of('green')]);
  if (typeof blue !== 'string' && blue.healthy > 0) return { outcome: 'blueServes' };
  if (typeof green !== 'string' && green.healthy === 0) return { outcome: 'neitherServes' };
  if (typeof blue === 'string') return { outcome: 'unknown', saw: `target health cannot be read (${blue})` };
  const ofGreen =
    typeof green === 'string'
      ? `those of green cannot be asked (${green})`
      : `${green.healthy} of ${green.total} of green`;
  return { outcome: 'onlyGreenServes', saw: `0 of ${blue.total} targets of blue are healthy, ${ofGreen}` };
}

/** The target group with the fewest healthy targets, or why that cannot be known: one without any decides it by itself. */
async function healthOf(groups: readonly string[], { router }: Part<'router'>): Promise<TargetHealth | string> {
  const answers = await Promise.allSettled(groups.map((group) => router.targetHealth(group)));
  const read = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const refused = answers.find((answer) => answer.status === 'rejected');
  if (refused === undefined || read.some(({ healthy }) => healthy === 0)) return leastHealthy(read);
  return refused.reason instanceof Error ? refused.reason.message : String(refused.reason);
}
