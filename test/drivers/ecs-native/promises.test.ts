import { type DeploymentConfiguration, StopServiceDeploymentCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import * as z from 'zod';
import { ecsNativeDriver } from '../../../lib/drivers/ecs-native/driver.ts';
import { withServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-service-deployments.ts';
import { trafficOf } from '../../../lib/drivers/shapes/layout-of.ts';
import { ecsSlotRuntime } from '../../../lib/drivers/slots/ecs-slot-runtime.ts';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import { openedState } from '../../../lib/rollout/state.ts';
import { restorePlanOf } from '../../../lib/usecases/opening/opened-event.ts';
import { driverContract, type DriverUnderTest } from '../../contract/driver.contract.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { cluster, isSteady, serviceWhere } from '../../fleet/fleet-under-test.ts';
import { pauseAt, startNativeService } from '../../fleet/native-service.ts';
import { modelSpec } from '../../model/model-world.ts';

const halves: DeploymentConfiguration = {
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 },
  lifecycleHooks: [pauseAt(['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'])],
};

/** One ECS service whose CI has begun a deployment, which waits at its first pause. */
async function startAttached(): Promise<DriverUnderTest> {
  const service = await startNativeService();
  const { under, blue, green, rule, listener } = service.front;
  const { taskDefinition = '' } = await serviceWhere(under, 'web', isSteady);
  const spec = modelSpec({
    ...{ driver: 'ecs-native', cluster, container: 'app' },
    slots: { a: { service: 'web', targetGroup: blue }, b: { service: 'web', targetGroup: green } },
    traffic: [{ rule }],
  });
  const deployments = ecsServiceDeployments(under.ecs);
  const router = elbTrafficRouter(under.elb);
  const restorePlan = restorePlanOf(await router.read(trafficOf(spec)));
  const event = openedEvent({ spec, restorePlan, blueTaskDefinition: taskDefinition, blueCount: 1 });
  let deployment = await service.deploy('two', halves);
  await service.pause(deployment);
  const next = (await deployments.read(deployment))?.target.taskDefinition ?? '';
  const orders = `${under.fleet.endpoint}/_fleet/misbehave`;
  return {
    driver: ecsNativeDriver,
    ports: { router, runtime: withServiceDeployments(ecsSlotRuntime(under.ecs), deployments) },
    opened: openedState('web-1', new Date().toISOString(), event),
    next,
    deployForeign: () => service.deploy('slow', halves),
    async again() {
      const newest = (await service.deployments())[0] ?? deployment;
      if ((await service.describe(newest)).finishedAt === undefined)
        await under.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: newest }));
      await service.ended(newest);
      await under.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', taskDefinition: next }));
      deployment = (await service.deployments())[0] ?? deployment;
      await service.pause(deployment);
      return deployment;
    },
    url: listener.url,
    says: { blue: '"one"', green: '"two"' },
    // A driver that starts nothing asks for what others have started.
    calls: { provision: 'ListServiceDeployments', give: 'ContinueServiceDeployment' },
    misbehave: (order) => fetch(orders, { method: 'POST', body: JSON.stringify(order) }),
    outstanding: async () => z.array(z.unknown()).parse(await (await fetch(orders)).json()).length,
    obeyed: () => Promise.resolve(),
    stop: () => under.stop(),
  };
}

driverContract('ecs-native', startAttached, [50, 100]);
