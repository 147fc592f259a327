import type { RestoreItem } from '../rollout/events.ts';
import { type Routing, stickySecondsOf } from '../rollout/routing.ts';
import { longestStickiness } from '../rollout/way-back.ts';
import { type GuardNote, pushGuard } from './guard.ts';
import { assertOwned, type OwnedInput, ownedRollout, recordOnce } from './owned-rollout.ts';
import { strayRule } from './rollback-look.ts';
import type { Part } from './world.ts';

type Output = GuardNote & { readonly outcome: 'waiting' | 'restored'; readonly waitSeconds: number };

/** A wait is cut into pieces, so that the guard hears of it. */
const longestWaitSeconds = 60;

/**
 * State `RestoreStickiness`: once no client can hold a cookie any more that names green, the rules get their own group
 * stickiness back. Until then green keeps running.
 * @throws Error where a rule sends something to green meanwhile, as somebody changed it: that ends the attempt, and the next one restores it
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
    return { outcome: 'waiting', waitSeconds, ...(await pushGuard(state, waitSeconds, world)) };
  }
  const sticky = state.restorePlan.filter(({ actions }) => stickySecondsOf(actions) > 0);
  const live = await world.router.read(state.spec.traffic);
  for (const item of sticky) {
    if (isAsPlanned(item, live)) continue;
    await assertOwned(world, input);
    await world.router.write(item.kind, item.arn, item.actions);
  }
  await recordOnce(world, stored, { type: 'StickinessRestored', rules: sticky.length, seconds });
  return { outcome: 'restored', waitSeconds: 0 };
}

function isAsPlanned({ arn, actions }: RestoreItem, live: readonly Routing[]): boolean {
  const found = live.find((routing) => routing.arn === arn);
  return found !== undefined && stickySecondsOf(found.actions) === stickySecondsOf(actions);
}
