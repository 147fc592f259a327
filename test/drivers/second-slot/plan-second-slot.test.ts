import { describe, expect, test } from '@jest/globals';
import { planSecondSlot, type RuleToCopy } from '../../../lib/drivers/second-slot/plan-second-slot.ts';
import { groupArn, listenerArn, slotToCopy } from './slot-to-copy.ts';

const forward = { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupArn, Weight: 1 }] } };
const byHost = [{ Field: 'host-header', HostHeaderConfig: { Values: ['a.example'] }, Values: ['a.example'] }];

function ruleAt(priority: number, changes: Partial<RuleToCopy> = {}): RuleToCopy {
  return {
    arn: `rule-${priority}`,
    isDefault: false,
    priority,
    conditions: byHost,
    actions: [forward],
    listener: listenerArn,
    all: [],
    ...changes,
  };
}

/** The priorities of the new rules, for rules of the service among others of their listener. */
function prioritiesFor(own: readonly number[], others: readonly number[]): Readonly<Record<string, number>> {
  const all = [...own, ...others].map((one) => ruleAt(one));
  const rules = own.map((one) => ruleAt(one, { all }));
  return Object.fromEntries(planSecondSlot(slotToCopy, rules).rules.map(({ before, priority }) => [before, priority]));
}

describe('rules of a second slot', () => {
  test('stand right before those of the first one', () => {
    expect(prioritiesFor([10], [5, 20])).toEqual({ 'rule-10': 9 });
    expect(prioritiesFor([10], [8, 20])).toEqual({ 'rule-10': 9 });
  });

  test('of neighbours stand before all of them, in the same order', () => {
    expect(prioritiesFor([10, 11, 12], [6])).toEqual({ 'rule-10': 7, 'rule-11': 8, 'rule-12': 9 });
  });

  test.each([
    ['behind a rule of another service', [10], [9]],
    ['at the first priority', [1], []],
    ['where neighbours leave too few', [10, 11], [8]],
  ])('have no place %s', (_, own, others) => {
    expect(() => prioritiesFor(own, others)).toThrow(/^No priority is free right before rule rule-1/);
  });

  test('have the conditions of the first, each value once', () => {
    const [rule] = planSecondSlot(slotToCopy, [ruleAt(10)]).rules;

    expect(rule?.conditions).toEqual([{ Field: 'host-header', HostHeaderConfig: { Values: ['a.example'] } }]);
  });

  test('keep clients on one side as long as the first does', () => {
    const sticky = { Enabled: true, DurationSeconds: 90 };
    const actions = [{ ...forward, ForwardConfig: { ...forward.ForwardConfig, TargetGroupStickinessConfig: sticky } }];

    expect(planSecondSlot(slotToCopy, [ruleAt(10, { actions })]).rules[0]).toMatchObject({ stickySeconds: 90 });
    expect(planSecondSlot(slotToCopy, [ruleAt(10)]).rules[0]).not.toHaveProperty('stickySeconds');
  });

  test('of a default action stand behind all others, where one more fits', () => {
    const own = ruleAt(0, { isDefault: true, conditions: [] });
    const plan = (all: readonly RuleToCopy[]) => planSecondSlot(slotToCopy, [{ ...own, all }]).rules[0];

    expect(plan([ruleAt(7), own])).toMatchObject({ priority: 50_000, before: listenerArn });
    expect(plan([ruleAt(49_999)])).toMatchObject({ priority: 50_000 });
    expect(() => plan([ruleAt(50_000)])).toThrow('has the priority 50000: none is free behind it');
  });

  test.each([
    ['signs users in', [{ Type: 'authenticate-oidc' }, forward], 'does more than to forward'],
    ['answers by itself', [{ Type: 'fixed-response' }], 'does more than to forward'],
    [
      'leads elsewhere, too',
      [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupArn }, { TargetGroupArn: 'x' }] } }],
      'forwards to other target groups, too',
    ],
    ['leads elsewhere', [{ Type: 'forward', TargetGroupArn: 'x' }], 'forwards to other target groups, too'],
  ])('are not made where the first %s: a person is told what to do', (_, actions, reason) => {
    expect(() => planSecondSlot(slotToCopy, [ruleAt(10, { actions })])).toThrow(reason);
    expect(() => planSecondSlot(slotToCopy, [ruleAt(10, { actions })])).toThrow('with weight 0 in your infrastructure');
  });

  test('are not made where the first rewrites its requests', () => {
    expect(() => planSecondSlot(slotToCopy, [ruleAt(10, { rewrites: true })])).toThrow('rewrites its requests');
  });

  test('take the old form of an action', () => {
    const actions = [{ Type: 'forward', TargetGroupArn: groupArn }];

    expect(planSecondSlot(slotToCopy, [ruleAt(10, { actions })]).rules[0]).toMatchObject({ first: groupArn });
  });
});

describe('a second target group', () => {
  test.each([
    ['shop', 'shop-b'],
    ['shop-blue', 'shop-green'],
    ['a-name-that-is-thirty-two-long-xx', 'a-name-that-is-thirty-two-long-b'],
  ])('of %s is called %s', (name, second) => {
    const groups = slotToCopy.groups.map((group) => ({ ...group, name }));

    expect(planSecondSlot({ ...slotToCopy, groups }, [ruleAt(10)]).groups[0]?.newName).toBe(second);
  });
});
