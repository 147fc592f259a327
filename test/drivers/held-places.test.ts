import { describe, expect, test } from '@jest/globals';
import { heldPlaces } from '../../lib/drivers/shapes/held-places.ts';
import { sharedPlaces } from '../../lib/usecases/ownership/other-holders.ts';
import { modelSpec } from '../model/model-world.ts';

const elb = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const group = (id: string, name = 'web') => `${elb}:targetgroup/${name}/${id}`;
const rule = (id: string, balancer = 'main/50dc6c495c0c9188') =>
  `${elb}:listener-rule/app/${balancer}/f2f7dc8efc522ab2/${id}`;
const listener = (id: string) => `${elb}:listener/app/main/50dc6c495c0c9188/${id}`;

/** A spec that shares nothing with another number. */
const places = (service: string, n: number, more: object = {}) =>
  modelSpec({
    service,
    cluster: 'main',
    slots: {
      a: { service: `${service}-a`, targetGroup: group(`a${n}`) },
      b: { service: `${service}-b`, targetGroup: group(`b${n}`) },
    },
    traffic: [{ rule: rule(`c${n}`) }],
    ...more,
  });

const slotsOf = (service: string, n: number, a: object) => ({
  slots: { a, b: { service: `${service}-b`, targetGroup: group(`b${n}`) } },
});

const shared = async (one: ReturnType<typeof places>, other: ReturnType<typeof places>) => {
  const holders = [{ service: other.service, holds: [...heldPlaces(other).keys()] }];
  const found = await sharedPlaces(one, {
    holders: () => Promise.resolve({ revision: 1, holders }),
    service: () => Promise.resolve({ lockedBy: undefined, retention: undefined }),
    load: () => Promise.resolve(undefined),
  });
  return found.shared[0];
};

describe('what belongs to one service', () => {
  test('services of one cluster behind one listener share nothing', async () => {
    expect(await shared(places('evil', 1), places('web', 2))).toBeUndefined();
    const other = places('evil', 1, { traffic: [{ listener: listener('d1') }] });
    expect(await shared(other, places('web', 2))).toBeUndefined();
  });

  test('a service shares nothing with itself', async () => {
    expect(await shared(places('web', 1), places('web', 1))).toBeUndefined();
  });

  test.each([
    ['a rule', { traffic: [{ rule: rule('c1') }, { rule: rule('c2') }] }, 'listener rule'],
    [
      'a rule by an ARN with another name of its balancer',
      { traffic: [{ rule: rule('c2', 'other/50dc6c495c0c9188') }] },
      'listener rule',
    ],
    ['a target group', slotsOf('evil', 1, { service: 'evil-a', targetGroup: group('a2') }), 'target group'],
    [
      'a target group among several, by an ARN with another name',
      {
        slots: {
          a: { service: 'evil-a', targetGroups: [group('a1'), group('b2', 'harmless')] },
          b: { service: 'evil-b', targetGroups: [group('b1'), group('e1')] },
        },
      },
      'target group',
    ],
    ['an ECS service', slotsOf('evil', 1, { service: 'web-b', targetGroup: group('a1') }), 'ECS service web-b'],
    [
      'an ECS service in other letters',
      { cluster: 'MAIN', ...slotsOf('evil', 1, { service: 'Web-B', targetGroup: group('a1') }) },
      'ECS service Web-B of cluster MAIN',
    ],
  ])('%s of another service is found', async (_, more, what) => {
    expect(await shared(places('evil', 1, more), places('web', 2))).toEqual({
      service: 'web',
      what: expect.stringContaining(what),
    });
  });

  test('the default action of a listener is found', async () => {
    const traffic = [{ listener: listener('d1') }];

    expect((await shared(places('evil', 1, { traffic }), places('web', 2, { traffic })))?.what).toBe(
      `the default action of listener ${listener('d1')}`,
    );
  });

  test('an ECS service of that name in another cluster is another one', async () => {
    const other = { cluster: 'second', ...slotsOf('evil', 1, { service: 'web-a', targetGroup: group('a1') }) };

    expect(await shared(places('evil', 1, other), places('web', 2))).toBeUndefined();
  });

  test('what two versions in one ECS service have is found as well', async () => {
    const native = modelSpec({
      service: 'evil',
      driver: 'ecs-native',
      cluster: 'main',
      steps: [
        { weight: 10, bake: '20m' },
        { weight: 100, bake: '20m' },
      ],
      slots: {
        a: { service: 'web-a', targetGroup: group('a1') },
        b: { service: 'web-a', targetGroup: group('b1') },
      },
      traffic: [{ rule: rule('c1') }],
    });

    expect((await shared(native, places('web', 2)))?.what).toBe('ECS service web-a of cluster main');
  });
});
