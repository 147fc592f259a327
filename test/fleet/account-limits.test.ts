import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CreateRuleCommand, DescribeRulesCommand, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { RequestRates } from '../../local/fleet/api/request-rates.ts';
import { createGroup, createListener, forward, named, startTestFleet } from './fleet-under-test.ts';
import { everything, startFrontedFleet, type FrontedFleet } from './fronted-fleet.ts';

describe('what Elastic Load Balancing grants an account', () => {
  test('are 40 reads and 10 a second more, 20 writes and 3 a second more, each of their own', () => {
    let now = 0;
    const rates = new RequestRates(() => now);
    const admitted = (action: string, calls = 100) =>
      Array.from({ length: calls }, () => rates.admits(action)).filter(Boolean).length;

    expect(admitted('DescribeRules')).toBe(40);
    expect(admitted('DescribeTargetHealth')).toBe(0);
    expect(admitted('ModifyRule', 12)).toBe(12);
    expect(admitted('AddTags')).toBe(8);
    expect(['CreateRule', 'DeleteRule', 'ModifyListener'].map((action) => admitted(action))).toEqual([0, 0, 0]);
    now = 1000;
    expect([admitted('DescribeRules'), admitted('DeleteRule')]).toEqual([10, 3]);
    now = 100_000;
    expect([admitted('DescribeRules'), admitted('ModifyRule')]).toEqual([40, 20]);
  });

  test('is refused with ThrottlingException beyond that, and changes nothing', async () => {
    const under = await startTestFleet({ requestRates: true });
    try {
      const asked = Array.from({ length: 300 }, () => under.elb.send(new DescribeRulesCommand({ RuleArns: ['x'] })));
      const errors = (await Promise.allSettled(asked)).map((one) =>
        one.status === 'rejected' ? String(one.reason) : '',
      );

      expect(errors.filter((error) => error.startsWith('RuleNotFound')).length).toBeGreaterThanOrEqual(40);
      expect(errors.filter((error) => error === 'ThrottlingException: Rate exceeded').length).toBeGreaterThan(0);
    } finally {
      await under.stop();
    }
  });
});

describe('what a load balancer takes', () => {
  let front: FrontedFleet;

  beforeEach(async () => {
    front = await startFrontedFleet();
  });

  afterEach(async () => {
    await front.under.stop();
  });

  const create = (listenerArn: string, priority: number, group: string) =>
    front.under.elb.send(
      new CreateRuleCommand({
        ListenerArn: listenerArn,
        Priority: priority,
        Conditions: everything,
        Actions: [forward([group, 1])],
      }),
    );

  test('are 100 rules on all its listeners together; the 101st is refused', async () => {
    const other = await createListener(front.under, front.loadBalancer, forward([front.blue, 1]));
    for (let rule = 1; rule < 100; rule += 1)
      await create(rule % 2 ? other.arn : front.listener.arn, rule + 50, front.blue);

    await expect(create(other.arn, 1, front.blue)).rejects.toMatchObject({ name: 'TooManyRulesException' });
  });

  test('are 100 different target groups; a rule with the 101st is refused, one that trades a group is not', async () => {
    const groups = [];
    for (let group = 0; group < 98; group += 1) groups.push(await createGroup(front.under, `group-${group}`));
    // Five groups a rule are the most that AWS takes.
    const rules = [];
    for (let first = 0; first < groups.length; first += 5) {
      const { Rules } = await front.under.elb.send(
        new CreateRuleCommand({
          ListenerArn: front.listener.arn,
          Priority: 100 + first,
          Conditions: everything,
          Actions: [forward(...groups.slice(first, first + 5).map((arn) => [arn, 1] as const))],
        }),
      );
      rules.push(named(Rules?.[0]?.RuleArn));
    }
    const refused = { name: 'TooManyUniqueTargetGroupsPerLoadBalancerException' };

    await expect(create(front.listener.arn, 1, front.loose)).rejects.toMatchObject(refused);
    await create(front.listener.arn, 1, front.blue);
    const last = named((await create(front.listener.arn, 2, front.blue)).Rules?.[0]?.RuleArn);
    const modify = (arn: string) =>
      front.under.elb.send(new ModifyRuleCommand({ RuleArn: arn, Actions: [forward([front.loose, 1])] }));
    await expect(modify(last)).rejects.toMatchObject(refused);
    await modify(named(rules.at(-1)));
  });
});
