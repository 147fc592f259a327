import { type DeploymentConfiguration, type LoadBalancer, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { ModifyListenerCommand, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ecsDeploymentHooks } from '../../lib/drivers/ecs-native/ecs-deployment-settings.ts';
import { awsServiceLook } from '../../lib/drivers/slots/aws-service-look.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { cluster, forward, named, serviceWhere } from '../fleet/fleet-under-test.ts';
import { bindings, type NativeService, pauseAt, startNativeService } from '../fleet/native-service.ts';
import { scalingClient } from '../fleet/scaling.ts';
import { FakeCli } from './cli-harness.ts';

jest.setTimeout(120_000);

const quarters: DeploymentConfiguration = {
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 6 },
  bakeTimeInMinutes: 7,
};
const call = `--cluster ${cluster} --service web`;
const file = 'rollouts/web.yml';

let service: NativeService;
let cli: FakeCli;
let endScaling: () => void;

beforeEach(async () => {
  service = await startNativeService();
  const { under, listener, loose } = service.front;
  // Nothing but the production rule leads to the pair.
  await under.elb.send(new ModifyListenerCommand({ ListenerArn: listener.arn, DefaultActions: [forward([loose, 1])] }));
  const scaling = scalingClient(under);
  endScaling = () => {
    scaling.destroy();
  };
  cli = new FakeCli();
  cli.looks = awsServiceLook(under.ecs, under.elb, scaling);
  cli.hooks = ecsDeploymentHooks(under.ecs);
});
afterEach(async () => {
  endScaling();
  await service.front.under.stop();
});

/** Changes how later deployments go; other target groups begin one. */
async function configure(
  deploymentConfiguration: DeploymentConfiguration,
  loadBalancers?: LoadBalancer[],
): Promise<void> {
  const change = { cluster, service: 'web', deploymentConfiguration, ...(loadBalancers && { loadBalancers }) };
  await service.front.under.ecs.send(new UpdateServiceCommand(change));
}

async function configured(): Promise<DeploymentConfiguration> {
  return named((await serviceWhere(service.front.under, 'web', () => true)).deploymentConfiguration);
}

/** A spec of the service that is in force. */
async function applied(): Promise<void> {
  await cli.run(`attach ${call} --yes`);
  expect(await cli.run(`apply ${file}`)).toMatchObject({ code: 0 });
}

describe('sluice attach', () => {
  test('writes the spec first, then the hooks, and then has nothing to do', async () => {
    const own = pauseAt(['POST_SCALE_UP'], 90);
    await configure({ ...quarters, lifecycleHooks: [own] });
    const first = await cli.run(`attach ${call} --yes`);

    expect(first.code).toBe(0);
    expect(first.out.join('\n')).toContain(`Next: sluice lint ${file} --live; then sluice apply ${file}`);
    expect(first.err).toContain('    PAUSE at POST_SCALE_UP: 90 min, then ROLLBACK');
    const parsed = parseSpec(cli.files.get(file) ?? '', file);
    const { front } = service;
    expect(parsed).toMatchObject({
      ok: true,
      spec: {
        driver: 'ecs-native',
        service: 'web',
        container: 'app',
        image: { repository: 'web' },
        slots: { a: { service: 'web', targetGroup: front.blue }, b: { service: 'web', targetGroup: front.green } },
        traffic: [{ rule: front.rule }],
        steps: [25, 50, 75, 100].map((weight) => ({ weight, bake: 360 })),
      },
    });
    // Without the spec a pause would end by its time-out: there is none.
    expect((await configured()).lifecycleHooks).toEqual([own].map(withAction));
    expect((await cli.run(`attach ${call}`)).out[0]).toBe(`${file}: the spec of web, which is not applied yet.`);
    expect(await cli.run(`lint ${file} --live`)).toMatchObject({
      code: 0,
      out: expect.arrayContaining([
        expect.stringContaining('deployments of web do not wait for rollouts as this spec needs it'),
      ]),
    });

    await cli.run(`apply ${file}`);
    cli.answer = 'y';
    const second = await cli.run(`attach ${call}`);
    expect(cli.asked).toEqual(['The hooks of ECS service web are written; that starts no deployment. Go on? [y/N] ']);
    expect(second).toMatchObject({ code: 0, out: [expect.stringMatching(/^The next deployment of ECS service web/)] });
    const pauses = pauseAt(['POST_PRODUCTION_TRAFFIC_SHIFT', 'PRE_PRODUCTION_TRAFFIC_SHIFT'], 54);
    expect(await configured()).toMatchObject({ ...quarters, lifecycleHooks: [own, pauses].map(withAction) });
    expect(await service.deployments()).toEqual([]);

    expect(await cli.run(`attach ${call} --json`)).toMatchObject({ code: 0, err: [] });
    expect((await cli.run(`attach ${call}`)).out).toEqual([expect.stringMatching(/^Nothing to do: /)]);
    const { code, out } = await cli.run(`lint ${file} --live`);
    expect(code).toBe(0);
    expect(out.join('\n')).not.toContain('do not wait for rollouts');
  });

  test('and what it has written makes a deployment wait, until sluice detach takes it away', async () => {
    await configure(quarters);
    await applied();
    await cli.run(`attach ${call} --yes`);
    const waits = await service.deploy('two', await configured());
    await service.pause(waits);
    expect((await service.describe(waits)).lifecycleStage).toBe('PRE_PRODUCTION_TRAFFIC_SHIFT');

    const { code, out } = await cli.run(`detach ${call} --region eu-west-1 --yes`);
    expect({ code, out }).toEqual({ code: 0, out: [expect.stringContaining('wait for no rollout')] });
    expect(out[0]).toMatch(new RegExp(`Attach it again with: sluice attach ${call} --region eu-west-1$`));
    expect((await configured()).lifecycleHooks).toEqual([]);
    expect((await service.describe(waits)).status).toBe('IN_PROGRESS');
    expect((await cli.run(`detach ${call}`)).out).toEqual([expect.stringMatching(/^Nothing to do: /)]);
  });

  test('is not needed where rollouts begin the deployments: lint asks for the pair and the rule alone', async () => {
    await configure(quarters);
    await cli.run(`attach ${call} --yes`);
    const steps = 'steps: [{ weight: 50, bake: 20m }, { weight: 100, bake: 20m }]\n';
    const written = (cli.files.get(file) ?? '').replace(/^steps:(?:.*\n)(?: {2}.*\n)*/m, steps);
    cli.files.set(file, written.replace('driver: ecs-native', 'driver: ecs-managed'));
    const good = await cli.run(`lint ${file} --live`);
    expect(good.out.join('\n')).not.toMatch(/do not wait|the weights are|ROLLING/);
    expect(good.code).toBe(0);

    await cli.run(`apply ${file}`);
    const attached = await cli.run(`attach ${call} --yes`);
    expect(attached).toMatchObject({
      code: 1,
      err: [expect.stringContaining('Rollouts of web begin the deployments')],
    });
    expect((await configured()).lifecycleHooks ?? []).toEqual([]);

    await configure({ strategy: 'ROLLING' });
    const rolling = await cli.run(`lint ${file} --live`);
    expect(rolling).toMatchObject({ code: 1 });
    expect(rolling.out.join('\n')).toContain('the ECS service has the deployment strategy ROLLING');
  });

  test('does nothing that nobody has agreed to', async () => {
    await configure(quarters);
    const unasked = await cli.run(`attach ${call}`);
    expect(unasked).toMatchObject({ code: 1, out: [] });
    expect(unasked.err.at(-1)).toContain('there is no terminal to confirm at');
    expect(cli.files.size).toBe(0);

    await applied();
    cli.answer = 'n';
    expect(await cli.run(`attach ${call}`)).toMatchObject({ code: 1, out: [] });
    expect((await configured()).lifecycleHooks ?? []).toEqual([]);
  });

  test.each([
    ['its strategy', { strategy: 'ROLLING' }, /strategy is ROLLING.*; expected .*LINEAR, CANARY or BLUE_GREEN/],
    ['too many steps', { ...quarters, linearConfiguration: { stepPercent: 4 } }, /makes 25 steps.*of 5 or more/],
    ['parts of percents', { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 2.5 } }, /expected a whole/],
  ] as const)('names what does not fit, with what to change: %s', async (_, configuration, says) => {
    await configure(configuration);
    const { code, out, err } = await cli.run(`attach ${call} --yes`);

    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err.join('\n')).toMatch(says);
    expect(cli.files.size).toBe(0);
  });

  test('names a pair that ECS could not shift', async () => {
    const { under, rule, blue, green, loose } = service.front;
    const plain = bindings(service.front).map(({ advancedConfiguration: _, ...others }) => others);
    await configure({ strategy: 'ROLLING' }, plain);
    expect((await cli.run(`attach ${call}`)).err.join('\n')).toMatch(
      /has no alternateTargetGroupArn, no productionListenerRule, no roleArn; expected all three/,
    );

    await configure(quarters, bindings(service.front));
    await under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [forward([blue, 100], [loose, 0])] }));
    expect((await cli.run(`attach ${call}`)).err.join('\n')).toContain(`does not name ${green}, and ECS refuses`);
  });

  test('does not attach by a spec with other steps than those of ECS', async () => {
    await configure(quarters);
    await applied();
    await configure({ ...quarters, linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 6 } });
    const { code, err } = await cli.run(`attach ${call} --yes`);

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('the weights are 25, 50, 75, 100, expected those of the ECS service (50, 100)');
    expect(await cli.run(`lint ${file} --live`)).toMatchObject({ code: 1 });
  });

  test('leaves files of others alone', async () => {
    await configure(quarters);
    cli.files.set(file, 'mine');
    expect(await cli.run(`attach ${call} --yes`)).toMatchObject({ code: 1, out: [] });
    expect(cli.files.get(file)).toBe('mine');
    expect(await cli.run(`attach ${call} --yes --spec other.yml`)).toMatchObject({ code: 0 });
  });

  test('writes no hooks over those that others have written meanwhile', async () => {
    await configure({ ...quarters, lifecycleHooks: [pauseAt(['POST_SCALE_UP'], 90)] });
    const hooks = ecsDeploymentHooks(service.front.under.ecs);

    await expect(hooks.replace({ cluster, service: 'web' }, [], [])).rejects.toThrow('Somebody else has changed');
    expect((await configured()).lifecycleHooks).toHaveLength(1);
  });
});

/** As ECS describes a hook that names no action. */
function withAction(hook: ReturnType<typeof pauseAt>) {
  const { timeoutInMinutes } = hook.timeoutConfiguration;
  return { ...hook, timeoutConfiguration: { timeoutInMinutes, action: 'ROLLBACK' } };
}
