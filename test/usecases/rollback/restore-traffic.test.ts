import { describe, expect, test } from '@jest/globals';
import { restorationOf } from '../../../lib/drivers/rules/unread-restoration.ts';
import type { RolloutEvent } from '../../../lib/rollout/events.ts';
import { restoreTraffic } from '../../../lib/usecases/rollback/restore-traffic.ts';
import { modelArns } from '../../model/model-world.ts';
import { rollbackTo } from '../journey.ts';
import { altered } from '../watched-world.ts';

interface Given {
  readonly blue: number | 'unread';
  readonly green: number;
  readonly isRead: boolean;
  /** What was recorded of the rollback before. */
  readonly before?: readonly RolloutEvent[];
}

/** The function puts back one rule of a bad green, where so many targets of each side are healthy. */
async function restored({ blue, green, isRead, before = [] }: Given) {
  const journey = await rollbackTo('claimed');
  if (before.length > 0) await journey.append(...before);
  const [item] = restorationOf((await journey.stored()).state);
  if (item === undefined) throw new Error('the plan names no rule');
  const health = (healthy: Given['blue']) =>
    healthy === 'unread'
      ? Promise.reject(new Error('Rate exceeded'))
      : Promise.resolve({ healthy, unhealthy: 2 - healthy, total: 2 });
  const { router } = journey.world;
  const world = altered(journey.world, {
    router: {
      targetHealth: (group: string) => health(group === modelArns.groupB ? green : blue),
      ...(!isRead && { read: () => Promise.reject(new Error('not authorized')) }),
    },
  });
  const input = { ...journey.owned, item: { ...item, actions: [...item.actions] } };
  const outcome = await restoreTraffic(input, world).then(
    () => 'restored',
    (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
  );
  const [rule] = await router.read([{ rule: modelArns.rule }]);
  return { outcome, green: rule?.weights[modelArns.groupB] ?? 0 };
}

describe('restoreTraffic, where the health of blue cannot be asked', () => {
  const before = { type: 'RestorationHeld', attempt: 1, reason: 'it says so', command: 'none' } as const;

  test.each([
    ['leaves traffic on green where blue had no healthy target last', 'blueDown', 'OnlyGreenServes', 10],
    ['moves it to blue where nothing was ever known of it', 'unknown', 'restored', 0],
  ] as const)('%s', async (_, why, outcome, green) => {
    expect(await restored({ blue: 'unread', green: 2, isRead: true, before: [{ ...before, why }] })).toEqual({
      outcome,
      green,
    });
  });
});

describe.each([true, false])('restoreTraffic, where the rule can be read: %s', (isRead) => {
  test('leaves traffic on a green that alone can serve', async () => {
    expect(await restored({ blue: 0, green: 2, isRead })).toEqual({ outcome: 'OnlyGreenServes', green: 10 });
  });

  test.each([
    ['blue can serve', 1, 2],
    ['neither can', 0, 0],
  ])('moves it to blue where %s', async (_, blue, green) => {
    expect(await restored({ blue, green, isRead })).toEqual({ outcome: 'restored', green: 0 });
  });
});
