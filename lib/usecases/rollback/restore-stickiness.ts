import { driverOf } from '../../drivers/registry.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { RestoreItem } from '../../rollout/event-shapes.ts';
import { presentRules } from '../../drivers/rules/deleted-rules.ts';
import { isLeft, straysOf } from '../../drivers/rules/left-rules.ts';
import { type Routing, stickySecondsOf, withStickinessOf } from '../../drivers/rules/routing.ts';
import { longestStickiness } from '../../drivers/rules/unread-restoration.ts';
import { newestPlan } from '../../rollout/going-back.ts';
import { type GuardNote, pushAttemptGuard } from '../ownership/guard.ts';
import { assertOwned, type OwnedInput, ownedRollout, recordOnce } from '../ownership/owned-rollout.ts';
import { strayOf, strayRule } from './rollback-evaluation.ts';
import type { Part } from '../../ports/world.ts';

type Output = GuardNote & { readonly outcome: 'waiting' | 'restored'; readonly waitSeconds: number };

/** A wait is cut into pieces, so that the guard hears of it. */
const longestWaitSeconds = 60;

/**
 * State `RestoreStickiness`: once no client can hold a cookie any more that names green, the rules get their own group
 * stickiness back. Until then green keeps running.
 * @throws Error where a rule does not send everything to blue any more, as somebody changed it: that ends the attempt, and the next one restores it
 */
export async function restoreStickiness(
  input: OwnedInput,
  world: Part<'store' | 'router' | 'schedules' | 'now'>,
): Promise<Output> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  const seconds = longestStickiness(state);
  const restoredAt = Date.parse(state.shifts.at(-1)?.at ?? state.openedAt);
  const left = Math.ceil(seconds - (world.now().getTime() - restoredAt) / 1000);
  if (left > 0) {
    const stray = await strayRule(state, world);
    if (stray !== undefined) throw new Error(`${stray}; another attempt restores it.`);
    const waitSeconds = Math.min(left, longestWaitSeconds);
    return { outcome: 'waiting', waitSeconds, ...(await pushAttemptGuard(stored, waitSeconds, world)) };
  }
  const sticky = newestPlan(state).filter(({ actions }) => stickySecondsOf(actions) > 0);
  const live = presentRules(await world.router.find(trafficOf(state.spec)));
  // Whatever stands there would be written again with the stickiness.
  const [stray] = straysOf(state, live);
  if (stray !== undefined) throw new Error(`${strayOf(stray)}; another attempt restores it.`);
  for (const item of sticky) {
    const found = live.find(({ arn }) => arn === item.arn);
    // One that was deleted has no stickiness to get back, and one that forwards nothing heeds no cookie.
    if (found === undefined || isAsPlanned(item, found) || isLeft(state, found)) continue;
    await assertOwned(world, input);
    // Whatever else others have changed meanwhile stays.
    const actions = withStickinessOf(item.actions, found.actions);
    await driverOf(state.spec).restore({ ...item, actions }, world);
  }
  await recordOnce(world, stored, { type: 'StickinessRestored', rules: sticky.length, seconds });
  return { outcome: 'restored', waitSeconds: 0 };
}

function isAsPlanned({ actions }: RestoreItem, found: Routing): boolean {
  return stickySecondsOf(found.actions) === stickySecondsOf(actions);
}
