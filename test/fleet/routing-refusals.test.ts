import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateListenerCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  SetRulePrioritiesCommand,
  type Action,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { freePort } from '../../local/process/free-port.ts';
import { createLoadBalancer, forward } from './fleet-under-test.ts';
import { everything, type FrontedFleet, startFrontedFleet } from './fronted-fleet.ts';
import { missing, nameOf } from './refused.ts';

let under: FrontedFleet['under'];
let blue: FrontedFleet['blue'];
let green: FrontedFleet['green'];
let listener: FrontedFleet['listener'];
let rule: FrontedFleet['rule'];
let defaultRule: FrontedFleet['defaultRule'];

beforeAll(async () => {
  ({ under, blue, green, listener, rule, defaultRule } = await startFrontedFleet());
});

afterAll(() => under.stop());

const modifyRule = (...actions: Action[]) => under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: actions }));
const createRule = (priority: number, conditions: RuleCondition[], ...actions: Action[]) =>
  under.elb.send(
    new CreateRuleCommand({ ListenerArn: listener.arn, Priority: priority, Conditions: conditions, Actions: actions }),
  );
const stickyWithoutDuration = (): Action => {
  const action = forward([blue, 1], [green, 1]);
  return { ...action, ForwardConfig: { ...action.ForwardConfig, TargetGroupStickinessConfig: { Enabled: true } } };
};
const fixed = (StatusCode: string): Action => ({ Type: 'fixed-response', FixedResponseConfig: { StatusCode } });

describe('routing that AWS refuses is refused, and nothing changes', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ['a weight of 1000', () => modifyRule(forward([blue, 1000], [green, 0])), 'ValidationError'],
    ['a negative weight', () => modifyRule(forward([blue, -1], [green, 0])), 'ValidationError'],
    ['a weight that is no whole number', () => modifyRule(forward([blue, 99.5], [green, 0.5])), 'ValidationError'],
    ['a group twice', () => modifyRule(forward([blue, 1], [blue, 2])), 'ValidationError'],
    ['no group', () => modifyRule(forward()), 'ValidationError'],
    ['no action', () => modifyRule(), 'ValidationError'],
    [
      'neither actions nor conditions',
      () => under.elb.send(new ModifyRuleCommand({ RuleArn: rule })),
      'ValidationError',
    ],
    ['an unknown group', () => modifyRule(forward([missing(blue), 1])), 'TargetGroupNotFoundException'],
    [
      'an unknown rule',
      () => under.elb.send(new ModifyRuleCommand({ RuleArn: missing(rule), Actions: [forward([blue, 1])] })),
      'RuleNotFoundException',
    ],
    [
      'the default rule',
      () => under.elb.send(new ModifyRuleCommand({ RuleArn: defaultRule, Actions: [forward([blue, 1])] })),
      'OperationNotPermittedException',
    ],
    [
      'two actions that answer',
      () => modifyRule({ ...fixed('503'), Order: 1 }, { ...forward([blue, 1]), Order: 2 }),
      'InvalidLoadBalancerActionException',
    ],
    ['stickiness without a duration', () => modifyRule(stickyWithoutDuration()), 'ValidationError'],
    ['a status no balancer may answer', () => modifyRule(fixed('302')), 'ValidationError'],
    [
      'a redirect to itself',
      () => modifyRule({ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }),
      'InvalidLoadBalancerActionException',
    ],
    ['a priority in use', () => createRule(10, everything, fixed('200')), 'PriorityInUseException'],
    ['a priority of 0', () => createRule(0, everything, fixed('200')), 'ValidationError'],
    ['no condition', () => createRule(20, [], fixed('200')), 'ValidationError'],
    [
      'an unknown condition',
      () => createRule(20, [{ Field: 'moon-phase', Values: ['full'] }], fixed('200')),
      'ValidationError',
    ],
    [
      'six condition values',
      () => createRule(20, [{ Field: 'path-pattern', Values: ['/1', '/2', '/3', '/4', '/5', '/6'] }], fixed('200')),
      'ValidationError',
    ],
    [
      'a taken priority',
      () => under.elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: rule, Priority: 0 }] })),
      'ValidationError',
    ],
    [
      'deleting the default rule',
      () => under.elb.send(new DeleteRuleCommand({ RuleArn: defaultRule })),
      'OperationNotPermittedException',
    ],
    [
      'a listener without actions',
      () => under.elb.send(new ModifyListenerCommand({ ListenerArn: listener.arn, DefaultActions: [] })),
      'ValidationError',
    ],
    [
      'an unknown listener',
      () =>
        under.elb.send(
          new ModifyListenerCommand({ ListenerArn: missing(listener.arn), DefaultActions: [fixed('200')] }),
        ),
      'ListenerNotFoundException',
    ],
  ])('%s', async (_, call, name) => {
    const before = await under.elb.send(new DescribeRulesCommand({ ListenerArn: listener.arn }));

    expect(await nameOf(call())).toBe(name);

    const after = await under.elb.send(new DescribeRulesCommand({ ListenerArn: listener.arn }));
    expect(after.Rules).toEqual(before.Rules);
  });

  test('a group that another load balancer uses', async () => {
    const second = await createLoadBalancer(under, 'second');
    const command = new CreateListenerCommand({
      LoadBalancerArn: second,
      Protocol: 'HTTP',
      Port: await freePort(),
      DefaultActions: [forward([blue, 1])],
    });

    expect(await nameOf(under.elb.send(command))).toBe('TargetGroupAssociationLimitException');
  });
});
