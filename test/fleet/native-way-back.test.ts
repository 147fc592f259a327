import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DeploymentConfiguration, StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { type Action, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { forward, serviceWhere } from './fleet-under-test.ts';
import { atOnce, linear, type NativeService, pauseAt, startNativeService } from './native-service.ts';
import { failuresIn, steadyTraffic } from './traffic.ts';

let service: NativeService;
beforeEach(async () => {
  service = await startNativeService({ minuteSeconds: 0.2 });
});
afterEach(() => service.front.under.stop());

describe('the rollback of such a deployment', () => {
  const halfWay: DeploymentConfiguration = {
    ...linear(50),
    lifecycleHooks: [pauseAt(['PRE_PRODUCTION_TRAFFIC_SHIFT'])],
  };

  /** Deploys version two and answers one pause: half of the traffic has moved, and the next pause waits. */
  async function atHalf(configuration = halfWay): Promise<{ arn: string; hookId: string }> {
    const arn = await service.deploy('two', configuration);
    await service.answer(arn, await service.pause(arn));
    const hookId = await service.pause(arn);
    expect(await service.weights()).toEqual([50, 50]);
    return { arn, hookId };
  }

  test.each(['an answer', 'a stop'])('is taken after %s, and loses no request', async (by) => {
    const { arn, hookId } = await atHalf();
    const traffic = steadyTraffic(service.url, 2);
    if (by === 'an answer') await service.answer(arn, hookId, 'ROLLBACK');
    else await service.front.under.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn }));
    const end = await service.ended(arn);

    expect(end.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(end.rollback?.serviceRevisionArn).toBe(end.sourceServiceRevisions?.[0]?.arn);
    expect(end.statusReason).toContain(by === 'an answer' ? 'was answered with ROLLBACK' : 'stop request');
    expect(await service.weights()).toEqual([100, 0]);
    await serviceWhere(
      service.front.under,
      'web',
      ({ deployments, runningCount }) => runningCount === 1 && deployments?.length === 1,
    );
    expect(failuresIn(await traffic.stop())).toEqual([]);
    expect(await service.versionsServed()).toEqual(new Set(['one']));
  });

  test.each(['ROLLBACK', 'CONTINUE'] as const)(
    'follows a pause that times out, where that says so: %s',
    async (action) => {
      const hooks = [pauseAt(['POST_SCALE_UP'], 1, action)];
      const end = await service.ended(await service.deploy('two', { ...atOnce, lifecycleHooks: hooks }));

      expect(end.lifecycleHookDetails).toMatchObject([{ status: 'TIMED_OUT', timeoutAction: action }]);
      expect(end.status).toBe(action === 'ROLLBACK' ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL');
    },
  );

  test('is taken from a stage that lasts longer than a day', async () => {
    await service.front.under.stop();
    service = await startNativeService({ minuteSeconds: 0.001 });
    await service.misbehave({ fault: 'stuck-stage', at: 'web POST_SCALE_UP' });
    const end = await service.ended(await service.deploy('two', atOnce));

    expect(end).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'The lifecycle stage POST_SCALE_UP took longer than 24 hours.',
    });
  });

  test('can fail, and then leaves weights and both versions as they are', async () => {
    await service.misbehave({ fault: 'fail-rollback', service: 'web' });
    const { arn, hookId } = await atHalf();
    await service.answer(arn, hookId, 'ROLLBACK');

    expect(await service.ended(arn)).toMatchObject({ status: 'ROLLBACK_FAILED' });
    expect(await service.weights()).toEqual([50, 50]);
    expect(await service.versionsServed()).toEqual(new Set(['one', 'two']));
  });

  test('can be written over once more by a step that was in flight', async () => {
    await service.misbehave({ fault: 'late-write', service: 'web', afterSeconds: 0.5 });
    const { arn, hookId } = await atHalf();
    await service.answer(arn, hookId, 'ROLLBACK');
    await service.ended(arn);
    const changes = async () => {
      const response = await fetch(`${service.front.under.fleet.endpoint}/_fleet/changes`);
      return JSON.stringify(await response.json());
    };
    const written = `"${service.front.green}":50`;
    while ((await changes()).split(written).length < 3) await new Promise((resolve) => setTimeout(resolve, 50));

    expect(await service.weights()).toEqual([50, 50]);
  });

  const action = (Type: 'redirect'): Action => ({ Type, RedirectConfig: { StatusCode: 'HTTP_302', Host: 'x.test' } });
  test.each<[string, (front: NativeService['front']) => Action, string]>([
    [
      'lacks a target group',
      ({ blue }) => forward([blue, 1]),
      'Both targetGroup and alternateTargetGroup must be associated',
    ],
    ['does not forward', () => action('redirect'), 'has actions other than forward'],
  ])('is taken where the rule %s', async (_, actionOf, reason) => {
    const { under, rule } = service.front;
    await under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [actionOf(service.front)] }));

    expect(await service.ended(await service.deploy('two', atOnce))).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: expect.stringContaining(reason),
    });
  });

  test('is taken by the deployment that supersedes another, before it begins', async () => {
    const { arn } = await atHalf();
    const traffic = steadyTraffic(service.url, 2);
    const next = await service.deploy('slow', { ...atOnce, lifecycleHooks: [] });
    const [older, newer] = [await service.ended(arn), await service.ended(next)];

    expect(older).toMatchObject({ status: 'STOPPED', statusReason: 'A new service deployment started.' });
    expect(newer.status).toBe('SUCCESSFUL');
    expect(newer.sourceServiceRevisions).toHaveLength(2);
    expect(failuresIn(await traffic.stop())).toEqual([]);
    expect(await service.versionsServed()).toEqual(new Set(['slow']));
  });
});
