import { describe, expect, test } from '@jest/globals';
import {
  hooksForRollouts,
  hooksWithoutRollouts,
  isAttachedTo,
  judgedStages,
  pauseMinutes,
  weightsOfSteps,
} from '../../lib/drivers/attachment.ts';
import type { DeploymentHook } from '../../lib/drivers/deployment-settings.ts';
import { modelArns, modelSpec } from '../model/model-world.ts';

const [before, after] = ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'];

function pause(stages: readonly string[], timeoutMinutes = 300, atTimeout = 'ROLLBACK'): DeploymentHook {
  return { type: 'PAUSE', stages, timeoutMinutes, atTimeout };
}
const works: DeploymentHook = { ...pause([before], 15, 'CONTINUE'), type: 'AWS_LAMBDA', target: 'arn:smoke-test' };

describe('the hooks of a service that rollouts answer', () => {
  test('are one pause before each shift and after the last, beside what the team has', () => {
    const own = pause(['POST_SCALE_UP'], 10);
    expect(hooksForRollouts([works, own], 60)).toEqual([works, own, pause([before, after], 60)]);
    expect(hooksForRollouts([pause([before], 90)], 60)).toEqual([pause([before], 90), pause([after], 60)]);
  });

  test.each([
    ['is too short', pause([before, after], 59)],
    ['is as long as ECS gives a stage', pause([before, after], 1440)],
    ['goes on', pause([before, after], 60, 'CONTINUE')],
  ])('are corrected where a time-out %s', (_, hook) => {
    expect(hooksForRollouts([hook], 60)).toEqual([pause([before, after], 60)]);
  });

  test('are the same the second time, and gone without rollouts', () => {
    const own = pause(['POST_SCALE_UP', before], 60);
    const hooks = hooksForRollouts([works, own], 60);
    if ('found' in hooks) throw new Error(hooks.found);

    expect(hooksForRollouts(hooks, 60)).toEqual(hooks);
    expect(hooksWithoutRollouts(hooks)).toEqual([works, pause(['POST_SCALE_UP'], 60)]);
  });

  test('are gone whole where rollouts began their deployments, also at the stage where green is up', () => {
    const hooks = hooksForRollouts([works], 60, judgedStages);
    if ('found' in hooks) throw new Error(hooks.found);

    expect(hooks).toHaveLength(2);
    expect(hooksWithoutRollouts(hooks)).toEqual([works]);
    expect(hooksWithoutRollouts([pause([...judgedStages, 'POST_TEST_TRAFFIC_SHIFT'])])).toEqual([
      pause(['POST_TEST_TRAFFIC_SHIFT']),
    ]);
  });

  test('are refused beside a pause that lets a version pass unjudged, and where ECS has no room', () => {
    expect(hooksForRollouts([pause(['POST_SCALE_UP'], 60, 'CONTINUE')], 60)).toMatchObject({
      found: expect.stringContaining('goes on when it times out'),
    });
    const full = Array.from({ length: 10 }, () => pause(['POST_SCALE_UP']));
    expect(hooksForRollouts(full, 60)).toMatchObject({ found: expect.stringContaining('ECS allows 10') });
    expect(hooksForRollouts([...full.slice(1), works], 60)).toHaveLength(11);
  });
});

describe('the minutes of a pause', () => {
  const one = { service: 'web', targetGroup: modelArns.groupA };
  const slots = { a: one, b: { ...one, targetGroup: modelArns.groupB } };
  const spec = (fields: object) =>
    modelSpec({ driver: 'ecs-native', slots, steps: [{ weight: 100, bake: '60m' }], ...fields });

  test('cover the longest wait between two answers: a bake with its hold, or what comes before the first shift', () => {
    const timeouts = { hold: '30m', interference: '15m', guard: '3m' };
    expect(pauseMinutes(spec({ timeouts }))).toBe(60 + 30 + 15 + 3);
    const people = ['Ana', 'Ben', 'Cleo'].map((name, index) => ({
      name,
      mail: `${name}@example.com`,
      roles: [['tech-lead', 'product-manager', 'qa'][index]],
    }));
    const approvals = { people, within: '10h' };
    const verifyGreen = '10m';
    expect(pauseMinutes(spec({ timeouts: { ...timeouts, verifyGreen, provisionGreen: '10m' }, approvals }))).toBe(
      600 + 10 + 10 + 15 + 3,
    );
  });

  test('cover no approval where the rollout begins its deployment itself', () => {
    const people = ['tech-lead', 'product-manager', 'qa'].map((role) => ({
      ...{ name: role, mail: `${role}@example.com`, roles: [role] },
    }));
    const minutes = (driver: string) =>
      pauseMinutes(spec({ driver, approvals: { people, within: '10h' }, timeouts: { hold: '30m' } }));

    expect(minutes('ecs-native')).toBeGreaterThan(600);
    expect(minutes('ecs-managed')).toBeLessThan(600);
  });

  test('are none where ECS would end the stage before, with what makes it so long', () => {
    expect(pauseMinutes(spec({ timeouts: { hold: '24h', interference: '15m', guard: '3m' } }))).toEqual({
      found: expect.stringMatching(/last 1d1h18m \(the longest bake 1h, timeouts\.hold 1d,.*ECS ends each stage/),
      fix: 'a shorter timeouts.hold',
    });
  });
});

test.each([
  [{ strategy: 'LINEAR', stepPercent: 30 }, [30, 60, 90, 100]],
  [{ strategy: 'CANARY', stepPercent: 5 }, [5, 100]],
  [{ strategy: 'BLUE_GREEN', stepPercent: 100 }, [100]],
])('the weights of %j', (settings, weights) => {
  expect(weightsOfSteps(settings)).toEqual(weights);
});

test('only a spec whose driver is started by deployments is attached', () => {
  const { cluster, slots } = modelSpec({});
  expect(isAttachedTo(modelSpec({}), { cluster, service: slots.a.service })).toBe(false);
});
