import { StopServiceDeploymentCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import * as z from 'zod';
import { ecsManagedDriver } from '../../../lib/drivers/ecs-managed/driver.ts';
import { withServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-service-deployments.ts';
import { trafficOf } from '../../../lib/drivers/shapes/layout-of.ts';
import { ecsSlotRuntime } from '../../../lib/drivers/slots/ecs-slot-runtime.ts';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import { openedState } from '../../../lib/rollout/state.ts';
import { restorePlanOf } from '../../../lib/usecases/opening/opened-event.ts';
import { driverContract, type DriverUnderTest } from '../../contract/driver.contract.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { cluster, isSteady, registerVersion, serviceWhere } from '../../fleet/fleet-under-test.ts';
import { atOnce, linear, startNativeService } from '../../fleet/native-service.ts';
import { modelSpec } from '../../model/model-world.ts';

/** One ECS service that is set up to move traffic, with nothing under way. */
async function startManaged(): Promise<DriverUnderTest> {
  const service = await startNativeService();
  const { under, blue, green, rule, listener } = service.front;
  const { taskDefinition = '' } = await serviceWhere(under, 'web', isSteady);
  await under.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', deploymentConfiguration: atOnce }));
  const spec = modelSpec({
    ...{ driver: 'ecs-managed', cluster, container: 'app' },
    slots: { a: { service: 'web', targetGroup: blue }, b: { service: 'web', targetGroup: green } },
    traffic: [{ rule }],
    steps: [
      { weight: 50, bake: '5s' },
      { weight: 100, bake: '5s' },
    ],
  });
  const deployments = ecsServiceDeployments(under.ecs);
  const ports = {
    router: elbTrafficRouter(under.elb),
    runtime: withServiceDeployments(ecsSlotRuntime(under.ecs), deployments),
  };
  const restorePlan = restorePlanOf(await ports.router.read(trafficOf(spec)));
  const event = openedEvent({ spec, restorePlan, blueTaskDefinition: taskDefinition, blueCount: 1 });
  const opened = openedState('web-1', new Date().toISOString(), event);
  const next = await registerVersion(under, 'two');
  const orders = `${under.fleet.endpoint}/_fleet/misbehave`;
  return {
    driver: ecsManagedDriver,
    ports,
    opened,
    next,
    deployForeign: () => service.deploy('slow', linear(50)),
    async again() {
      const [newest] = await service.deployments();
      if (newest !== undefined && (await service.describe(newest)).finishedAt === undefined)
        await under.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: newest }));
      if (newest !== undefined) await service.ended(newest);
      const deployment = await ecsManagedDriver.provision(opened, { taskDefinition: next, tasks: 1 }, ports);
      // Green is up: what waits next is the first shift.
      await service.answer(deployment, await service.pause(deployment));
      await service.pause(deployment);
      return deployment;
    },
    url: listener.url,
    says: { blue: '"one"', green: '"two"' },
    calls: { provision: 'UpdateService', give: 'ContinueServiceDeployment' },
    misbehave: (order) => fetch(orders, { method: 'POST', body: JSON.stringify(order) }),
    outstanding: async () => z.array(z.unknown()).parse(await (await fetch(orders)).json()).length,
    obeyed: () => Promise.resolve(),
    stop: () => under.stop(),
  };
}

driverContract('ecs-managed', startManaged, [50, 100]);
