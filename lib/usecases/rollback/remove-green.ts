import { driverOf } from '../../drivers/registry.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import type { EventType, RolloutEvent } from '../../rollout/events.ts';
import { presentRules } from '../../drivers/rules/deleted-rules.ts';
import { straysOf } from '../../drivers/rules/left-rules.ts';
import { overrunOf } from '../../rollout/rollback-budget.ts';
import { assertLegal } from '../../rollout/rule-book.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { assertOwned, ownedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import { stopTasks } from '../tasks/stop-tasks.ts';
import { deletedEvent, othersToGreen } from './deleted-event.ts';
import { strayOf } from './rollback-evaluation.ts';
import type { Part } from '../../ports/world.ts';

export const removeGreenInput = ownedInput.extend({
  /** When this attempt of the rollback began. */
  startedAt: z.iso.datetime(),
});

/**
 * State `RemoveGreen`: scales green to zero, once every rule sends everything to blue; draining goes on after it, unless the spec cuts
 * what is open. Where nothing tells of evidence by now, the record says that there is none. Green keeps running where others deleted a
 * rule and another rule of its listener sends requests to green: people are notified.
 * Where ECS itself moves traffic it has to have gone back first: until then a write that was on its way may come.
 * @throws Error where a rule does not send everything to blue any more, as others changed it: that ends the attempt, and the next one restores it
 */
export async function removeGreen(
  input: z.output<typeof removeGreenInput>,
  world: Part<'store' | 'router' | 'runtime' | 'oneOffTasks' | 'now'>,
): Promise<Output> {
  const stored = await trustedRollout(world, input);
  const { state } = stored;
  if (state.phase === 'rolledBack') return removed;
  assertLegal(state, 'GreenRemoved');
  const { spec } = state;
  const live = await world.router.find(trafficOf(spec));
  const [stray] = straysOf(state, presentRules(live));
  if (stray !== undefined)
    throw new Error(`${strayOf(stray)}; green is not removed, another attempt restores the rule.`);
  const toGreen = await othersToGreen(state, live, world);
  await stopTasks(state, world);
  if (toGreen.length > 0) {
    // Users are on green by a rule that others made in place of one that they deleted.
    await record(world, stored, ...deletedEvent(state, live, toGreen));
    return { outcome: 'kept', waitSeconds: 0 };
  }
  await assertOwned(world, input);
  const removal = await driverOf(spec).remove(state, world);
  const began = beganAt(state, input.startedAt);
  if (removal === 'ending') return waiting(began, world.now());
  if (spec.openRequests?.mode === 'cut') await driverOf(spec).cut(state, 'green', 0, world);
  if (state.happened?.GreenRemoved !== undefined) return removed;
  const overrun = overrunOf(state, 'removeGreen', began, world.now());
  await record(world, stored, ...lostEvidence(state), ...overrun, {
    type: 'GreenRemoved',
    ...(removal !== 'ended' && { left: removal.left.slice(0, 600) }),
  });
  return removed;
}

interface Output {
  /** `waiting`: ECS still goes back; the state is entered again. */
  readonly outcome: 'removed' | 'kept' | 'waiting';
  readonly waitSeconds: number;
}

const removed: Output = { outcome: 'removed', waitSeconds: 0 };

/** How long ECS may take to go back before people hear of it. */
const mostSeconds = 900;

function waiting(began: Date, now: Date): Output {
  const seconds = (now.getTime() - began.getTime()) / 1000;
  if (seconds < mostSeconds) return { outcome: 'waiting', waitSeconds: 10 };
  throw new Error(
    `ECS has not gone back within ${String(mostSeconds / 60)} min. Traffic is on blue; another attempt looks again. See the service's deployments in ECS, or close the rollback with sluice close.`,
  );
}

/** What comes right before green is removed, in this attempt or an earlier one. */
const before: readonly EventType[] = [
  'BlueVerified',
  'BlueAnswered',
  'EvidenceCaptured',
  'EvidenceMissing',
  'StickinessRestored',
];

function beganAt({ happened }: RolloutState, startedAt: string): Date {
  const times = before.flatMap((type) => happened?.[type] ?? []);
  return new Date(Math.max(...[startedAt, ...times].map((time) => Date.parse(time))));
}

function lostEvidence({ happened }: RolloutState): readonly RolloutEvent[] {
  if (happened?.EvidenceCaptured !== undefined || happened?.EvidenceMissing !== undefined) return [];
  return [{ type: 'EvidenceMissing', missing: ['all of it: CaptureEvidence did not end'] }];
}
