import { layoutOf } from '../../../lib/drivers/shapes/layout-of.ts';
import { describe, expect, test } from '@jest/globals';
import { pairOf, pairOfRouting, pairsInUse, shareOf } from '../../../lib/drivers/rules/pairs.ts';
import { rolesOf } from '../../../lib/drivers/rules/routing.ts';
import { twoBalancers } from '../../model/two-balancers.ts';

const { spec, a1, a2, b1, b2, rule, listener } = twoBalancers;
const state = { spec, blue: 'a', green: 'b' } as const;
const routing = (weights: Readonly<Record<string, number>>) => ({
  kind: 'rule' as const,
  arn: rule,
  listenerArn: listener,
  actions: [],
  weights,
});

describe('the pair of a rule', () => {
  test('is the one that gets its traffic, whatever other groups stand there with nothing', () => {
    expect(pairOf(state, { [a2]: 100, [b2]: 0, [a1]: 0 })).toEqual({ blue: a2, green: b2 });
    expect(pairOf(state, { [a1]: 0, [b1]: 100 })).toEqual({ blue: a1, green: b1 });
    expect(pairOf({ ...state, blue: 'b', green: 'a' }, { [a1]: 1 })).toEqual({ blue: b1, green: a1 });
  });

  test('is none where nothing is forwarded, or to two pairs', () => {
    expect(pairOf(state, {})).toBeUndefined();
    expect(pairOf(state, { [a1]: 50, [b2]: 50 })).toBeUndefined();
    expect(() => pairOfRouting(state, routing({ [a1]: 50, [b2]: 50 }))).toThrow('no pair of the slots');
  });

  test('tells green of blue', () => {
    expect(shareOf(state, { [a2]: 75, [b2]: 25 })).toBe(25);
    expect(shareOf(state, { [a2]: 75, [b2]: 25, other: 10 })).toBeUndefined();
    expect(shareOf(state, { [a1]: 75, [b2]: 25 })).toBeUndefined();
  });

  test('is in use where a rule of the restore plan forwards to it', () => {
    const plan = (group: string) => [
      { kind: 'rule' as const, arn: rule, actions: [{ Type: 'forward', TargetGroupArn: group }] },
    ];

    expect(pairsInUse({ ...state, restorePlan: plan(a2) })).toEqual([{ blue: a2, green: b2, arn: rule }]);
    expect(pairsInUse({ ...state, restorePlan: [...plan(a1), ...plan(a2), ...plan(a1)] })).toHaveLength(2);
  });
});

describe('the slot that serves', () => {
  test('is told by all of its target groups', () => {
    expect(rolesOf([routing({ [a1]: 1 }), routing({ [a2]: 1, [b2]: 0 })], layoutOf(spec))).toMatchObject({ blue: 'a' });
    expect(rolesOf([routing({ [b1]: 1 }), routing({ [b2]: 1 })], layoutOf(spec))).toMatchObject({
      blue: 'b',
      green: 'a',
    });
  });

  test.each([
    ['both slots serve, each another rule', [routing({ [a1]: 1 }), routing({ [b2]: 1 })], 'both slots get traffic'],
    ['a rule forwards to two groups of one slot', [routing({ [a1]: 1, [a2]: 1 })], 'several target groups of one slot'],
    ['a group of somebody else gets some', [routing({ [a1]: 9, other: 1 })], 'neither slot a nor slot b'],
  ])('is not clear where %s', (_, routings, reason) => {
    expect(rolesOf(routings, layoutOf(spec))).toEqual({ outcome: 'unclear', reason: expect.stringContaining(reason) });
  });
});
