import {
  DescribeServicesCommand,
  type DeploymentConfiguration,
  type LoadBalancer,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ecsSlotRuntime } from '../../lib/drivers/slots/ecs-slot-runtime.ts';
import { deployment } from '../../lib/checks/deployment.ts';
import { cluster, named } from '../fleet/fleet-under-test.ts';
import { journeyTo } from '../usecases/journey.ts';
import { altered } from '../usecases/watched-world.ts';
import { cliOn, type LiveService, specOf, startLiveService } from './live-service.ts';

let live: LiveService;
beforeAll(async () => {
  live = await startLiveService();
});
afterAll(() => live.under.stop());

/** Updates slot b, as its infrastructure code would. */
async function update(configuration: DeploymentConfiguration, balancer: Partial<LoadBalancer> = {}): Promise<void> {
  await live.under.ecs.send(
    new UpdateServiceCommand({
      ...{ cluster, service: 'web-b', deploymentConfiguration: configuration },
      loadBalancers: [{ targetGroupArn: live.groups.b, containerName: 'app', containerPort: 8080, ...balancer }],
    }),
  );
}
afterEach(() => update({ strategy: 'ROLLING' }));

async function slotB() {
  const { services } = await live.under.ecs.send(new DescribeServicesCommand({ cluster, services: ['web-b'] }));
  return named(services?.[0]);
}

const advanced = () => ({
  alternateTargetGroupArn: live.groups.a,
  productionListenerRule: live.rule,
  roleArn: 'arn:aws:iam::000000000000:role/ecs-moves-traffic',
});
const strategies = [
  { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
  { strategy: 'LINEAR', linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 6 } },
  { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 } },
] as const;

describe.each(strategies)('a service that ECS deploys by $strategy', (configuration) => {
  const { strategy } = configuration;
  const why = `web-b has the deployment strategy ${strategy}`;
  beforeEach(() => update(configuration, { advancedConfiguration: advanced() }));

  test('is described as it was set, and refused by init and lint --live, which say what to change', async () => {
    expect(await slotB()).toMatchObject({
      deploymentConfiguration: { ...configuration, deploymentCircuitBreaker: { enable: true, rollback: false } },
      loadBalancers: [{ targetGroupArn: live.groups.b, advancedConfiguration: advanced() }],
    });
    const cli = cliOn(live);
    cli.files.set('web.yml', specOf(live));

    const linted = await cli.run('lint web.yml --live');
    const initialised = await cli.run(`init --cluster ${cluster} --service web-b`);

    expect(linted).toMatchObject({ code: 1, err: [] });
    expect(linted.out.join('')).toContain(`${why}, by which ECS writes the rule's weights itself; expected ROLLING`);
    expect(initialised).toMatchObject({ code: 1 });
    expect(initialised.err.join('')).toContain(`${why}: ECS writes the rule's weights itself`);
    expect(initialised.err.join('')).toContain('Set deploymentConfiguration.strategy to ROLLING');
  });

  test('is never deployed to, and keeps its setting', async () => {
    const before = await slotB();
    const runtime = ecsSlotRuntime(live.under.ecs);

    await expect(runtime.deploy({ cluster, service: 'web-b' }, before.taskDefinition ?? '', 1)).rejects.toThrow(
      `${why}; set deploymentConfiguration.strategy to ROLLING`,
    );
    expect((await runtime.describe({ cluster, service: 'web-b' }))?.movesTraffic).toBe(
      `the deployment strategy ${strategy}`,
    );
    const journey = await journeyTo('opened');
    const { state } = await journey.stored();
    const inFleet = { ...state, spec: { ...state.spec, cluster } };
    expect(await deployment.observe(inFleet, altered(journey.world, { runtime }))).toEqual({ passed: false, saw: why });
    const { deploymentConfiguration, desiredCount } = await slotB();
    expect([deploymentConfiguration, desiredCount]).toEqual([before.deploymentConfiguration, before.desiredCount]);
  });
});

describe('ECS refuses', () => {
  test.each<[string, DeploymentConfiguration, string]>([
    ['a strategy without what it moves traffic with', { strategy: 'BLUE_GREEN' }, 'advancedConfiguration'],
    [
      'steps of another strategy',
      { strategy: 'ROLLING', linearConfiguration: { stepPercent: 10 } },
      'linearConfiguration is only valid when the deployment strategy is LINEAR',
    ],
    ['a share that is none', { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0 } }, 'canaryPercent'],
  ])('%s', async (_what, configuration, message) => {
    await expect(update(configuration)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
    expect(await slotB()).toMatchObject({ deploymentConfiguration: { strategy: 'ROLLING' } });
  });
});
