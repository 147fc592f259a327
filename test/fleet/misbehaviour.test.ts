import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { CreateRuleCommand, DescribeRulesCommand, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';
import { eventually } from '../setup/eventually.ts';
import {
  cluster,
  createGroup,
  createListener,
  createLoadBalancer,
  createService,
  forward,
  isSteady,
  named,
  serviceWhere,
  startTestFleet,
  type FleetUnderTest,
} from './fleet-under-test.ts';
import { targetStates } from './stub-target.ts';

let under: FleetUnderTest;
let group: string;
let rule: string;

beforeEach(async () => {
  under = await startTestFleet();
  group = await createGroup(under, 'web');
  const listener = await createListener(under, await createLoadBalancer(under), forward([group, 1]));
  const { Rules } = await under.elb.send(
    new CreateRuleCommand({
      ListenerArn: listener.arn,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['*'] }],
      Actions: [forward([group, 1])],
    }),
  );
  rule = named(Rules?.[0]?.RuleArn);
});

afterEach(async () => {
  await under.stop();
});

async function control(method: string, path: string, body?: object): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${under.fleet.endpoint}/_fleet/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, answer: await response.json() };
}

const weigh = (weight: number) =>
  under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [forward([group, weight])] }));

describe('the fleet misbehaves when it is told to', () => {
  test('by throttling an action so many times, in the words of its service', async () => {
    await control('POST', 'misbehave', { fault: 'throttle', action: 'ModifyRule', times: 2 });
    await control('POST', 'misbehave', { fault: 'throttle', action: 'DescribeServices', times: 1 });

    await expect(weigh(2)).rejects.toMatchObject({ name: 'Throttling' });
    await expect(weigh(3)).rejects.toMatchObject({ name: 'Throttling' });
    await weigh(4);
    await expect(under.ecs.send(new DescribeServicesCommand({ cluster, services: ['x'] }))).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
    const { answer } = await control('GET', 'changes');
    expect(answer).toMatchObject([{}, {}, { kind: 'rule', change: 'modified', weights: { [group]: 4 } }]);
  });

  test('by holding an action that takes effect late, also where its caller is gone by then', async () => {
    await control('POST', 'misbehave', { fault: 'hold', action: 'ModifyRule', holdSeconds: 0.5, times: 1 });
    const impatient = new AbortController();
    const late = under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [forward([group, 7])] }), {
      abortSignal: impatient.signal,
    });
    await eventually('the call is held', async () => {
      const { answer } = await control('GET', 'misbehave');
      return Array.isArray(answer) && answer.length === 0;
    });
    impatient.abort();
    await expect(late).rejects.toThrow();
    await weigh(3);

    const changes = async () => (await control('GET', 'changes')).answer;
    await eventually('the held call has taken effect', async () => {
      const answer = await changes();
      return Array.isArray(answer) && answer.length === 4;
    });
    // Which of the two comes first is the machine's affair.
    const modified = [{ weights: { [group]: 3 } }, { weights: { [group]: 7 } }];
    expect(await changes()).toEqual(
      expect.arrayContaining(modified.map((each): unknown => expect.objectContaining(each))),
    );
  });

  test('by throttling for so many seconds, or until it is called off', async () => {
    await control('POST', 'misbehave', { fault: 'throttle', action: 'ModifyRule', seconds: 3600 });

    await expect(weigh(2)).rejects.toMatchObject({ name: 'Throttling' });
    await expect(weigh(2)).rejects.toMatchObject({ name: 'Throttling' });
    await control('DELETE', 'misbehave');
    await weigh(2);
    expect((await control('GET', 'misbehave')).answer).toEqual([]);
  });

  test('by losing the answer after the effect', async () => {
    await control('POST', 'misbehave', { fault: 'lose-response', action: 'ModifyRule', times: 1 });

    await expect(weigh(7)).rejects.toThrow();
    const { Rules } = await under.elb.send(new DescribeRulesCommand({ RuleArns: [rule] }));
    expect(Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups?.[0]?.Weight).toBe(7);
  });

  test('by ending tasks as they start, until that is called off', async () => {
    await control('POST', 'misbehave', { fault: 'fail-to-start', service: 'web', times: 2 });
    await createService(under, 'web', group, 'one', 1);
    const service = await serviceWhere(under, 'web', isSteady);

    expect(service.deployments?.[0]).toMatchObject({ failedTasks: 2, rolloutState: 'COMPLETED' });
  });

  test.each([
    { fault: 'fail-health', targetGroup: 'web' },
    { fault: 'fail-service-health', service: 'web' },
  ])('by failing health checks of healthy tasks: %j', async (order) => {
    await createService(under, 'web', group, 'one', 1);
    await serviceWhere(under, 'web', isSteady);
    await control('POST', 'misbehave', order);
    await eventually('its target is unhealthy', async () =>
      [...(await targetStates(under, group)).values()].includes('unhealthy'),
    );

    await control('DELETE', 'misbehave');
    await eventually('its target is healthy', async () =>
      [...(await targetStates(under, group)).values()].includes('healthy'),
    );
    expect((await control('GET', 'misbehave')).answer).toEqual([]);
  });

  test('by not reaching a steady state', async () => {
    await control('POST', 'misbehave', { fault: 'slow-steady-state', service: 'web' });
    await createService(under, 'web', group, 'one', 1);
    const waiting = await serviceWhere(under, 'web', ({ runningCount }) => runningCount === 1);
    expect(waiting.deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');

    await control('DELETE', 'misbehave');
    expect((await serviceWhere(under, 'web', isSteady)).runningCount).toBe(1);
  });

  test('and says of an order that it does not know what is wrong with it', async () => {
    expect(await control('POST', 'misbehave', { fault: 'explode' })).toMatchObject({
      status: 400,
      answer: { error: expect.stringContaining('fault') },
    });
    expect(await control('POST', 'misbehave', { fault: 'throttle' })).toMatchObject({
      status: 400,
      answer: { error: expect.stringContaining('action') },
    });
    expect(await control('GET', 'nothing')).toMatchObject({ status: 404 });
  });
});

describe('the fleet tells the truth', () => {
  test('of each change of routing, in order, and counts from zero when asked', async () => {
    const before = Date.now();
    await weigh(5);
    await under.ecs
      .send(new UpdateServiceCommand({ cluster, service: 'nobody', desiredCount: 1 }))
      .catch(() => undefined);
    const { answer } = await control('GET', 'changes');

    expect(answer).toMatchObject([
      { kind: 'listener', change: 'created' },
      { kind: 'rule', change: 'created', arn: rule, weights: { [group]: 1 } },
      { kind: 'rule', change: 'modified', arn: rule, weights: { [group]: 5 }, at: expect.any(Number) },
    ]);
    const times = z
      .array(z.object({ at: z.number() }))
      .parse(answer)
      .map(({ at }) => at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(named(times.at(-1))).toBeGreaterThanOrEqual(before);
    expect(named(times.at(-1))).toBeLessThanOrEqual(Date.now());
    expect((await control('POST', 'stats/reset')).answer).toMatchObject({
      requests: 0,
      failed: 0,
      inFlight: 0,
      targetGroups: {},
    });
    expect((await control('GET', 'health')).answer).toEqual({ status: 'ok' });
  });
});
