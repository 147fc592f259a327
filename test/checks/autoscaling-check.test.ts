import { describe, expect, test } from '@jest/globals';
import { autoscaling } from '../../lib/checks/autoscaling.ts';
import type { ScheduledAction } from '../../lib/rollout/scheduled-scaling.ts';
import { journeyTo } from '../usecases/journey.ts';
import { altered } from '../usecases/watched-world.ts';

const night = { name: 'night', schedule: 'cron(0 20 * * ? *)', min: 1, max: 2 } as const;
const far = { name: 'sale', schedule: 'at(2031-11-28T00:00:00)', min: 50 } as const;

async function check(blue: readonly ScheduledAction[], green: readonly ScheduledAction[], isSuspended = false) {
  const journey = await journeyTo('opened', {
    prepare: ({ autoscaling: settings }) => {
      for (const service of ['web-a', 'web-b']) {
        const suspended = { scaleIn: false, scaleOut: false, scheduled: isSuspended && service === 'web-a' };
        settings.set(service, { min: 2, max: 6, suspended });
      }
    },
  });
  const world = altered(journey.world, {
    capacity: { scheduledActions: ({ service }) => Promise.resolve(service === 'web-a' ? blue : green) },
  });
  return autoscaling.observe((await journey.stored()).state, world);
}

describe('scheduled actions before a rollout', () => {
  test('that both slots have are no matter', async () => {
    expect(await check([night], [{ ...night, name: 'other-name' }])).toMatchObject({ passed: true });
  });

  test('on blue alone reject it: green would not scale at that hour; what is missing where, and the command', async () => {
    const { passed, saw } = await check([night], []);

    expect(passed).toBe(false);
    expect(saw).toContain(
      'slot a (web-a) has scheduled action night (cron(0 20 * * ? *), at least 1, at most 2), slot b (web-b) has not',
    );
    expect(saw).toContain("--resource-id service/main/web-b --scheduled-action-name 'night'");
  });

  test('on green alone reject it, too: it would scale when blue does not', async () => {
    const { passed, saw } = await check([], [night]);

    expect(passed).toBe(false);
    expect(saw).toContain('slot b (web-b) has scheduled action night');
  });

  test('with other limits on green reject it, and both are named', async () => {
    const { passed, saw } = await check([night], [{ ...night, max: 9 }]);

    expect([passed, saw.match(/has scheduled action/g)]).toEqual([
      false,
      ['has scheduled action', 'has scheduled action'],
    ]);
  });

  test('that do not act within rollout and retention are said, and do not reject it', async () => {
    const { passed, saw } = await check([far], []);

    expect(passed).toBe(true);
    expect(saw).toMatch(/has scheduled action sale \(.*and it does not act before 2026-/);
  });

  test('that are suspended on blue are no matter: green will have them suspended as well', async () => {
    expect(await check([night], [], true)).toMatchObject({ passed: true });
  });
});
