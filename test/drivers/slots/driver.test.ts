import { CreateRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';
import { slotsDriver } from '../../../lib/drivers/slots/driver.ts';
import { ecsSlotRuntime } from '../../../lib/drivers/slots/ecs-slot-runtime.ts';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import { trafficOf, workloadOf } from '../../../lib/drivers/shapes/layout-of.ts';
import { openedState } from '../../../lib/rollout/state.ts';
import { restorePlanOf } from '../../../lib/usecases/opening/opened-event.ts';
import { drawnRuleDelay } from '../../../local/fleet/balancer/rule-propagation.ts';
import { seededRandom } from '../../../local/fleet/seeded-random.ts';
import { driverContract, type DriverUnderTest } from '../../contract/driver.contract.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import {
  cluster,
  createGroup,
  createListener,
  createLoadBalancer,
  createService,
  forward,
  isSteady,
  named,
  registerVersion,
  serviceWhere,
  startTestFleet,
} from '../../fleet/fleet-under-test.ts';
import { eventually } from '../../setup/eventually.ts';
import { modelSpec } from '../../model/model-world.ts';

const change = z.object({ nodesAt: z.array(z.number().nullable()) });

/** Two slots behind one rule, whose changes each node of the balancer obeys after a time of its own. */
async function startSlots(): Promise<DriverUnderTest> {
  const under = await startTestFleet({ ruleDelay: drawnRuleDelay, drawDelay: seededRandom(12) });
  const groups = { a: await createGroup(under, 'web-a'), b: await createGroup(under, 'web-b') };
  const split = forward([groups.a, 100], [groups.b, 0]);
  const listener = await createListener(under, await createLoadBalancer(under), split);
  const { Rules } = await under.elb.send(
    new CreateRuleCommand({
      ListenerArn: listener.arn,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
      Actions: [split],
    }),
  );
  await createService(under, 'web-a', groups.a, 'one', 2);
  await createService(under, 'web-b', groups.b, 'one', 0);
  const { taskDefinition = '' } = await serviceWhere(under, 'web-a', isSteady);
  const spec = modelSpec({
    cluster,
    container: 'app',
    slots: {
      a: { service: 'web-a', targetGroup: groups.a },
      b: { service: 'web-b', targetGroup: groups.b },
    },
    traffic: [{ rule: named(Rules?.[0]?.RuleArn) }],
  });
  const router = elbTrafficRouter(under.elb);
  const restorePlan = restorePlanOf(await router.read(trafficOf(spec)));
  const event = openedEvent({ spec, restorePlan, blueTaskDefinition: taskDefinition });
  const runtime = ecsSlotRuntime(under.ecs);
  const foreign = await registerVersion(under, 'slow');
  const orders = `${under.fleet.endpoint}/_fleet/misbehave`;
  return {
    driver: slotsDriver,
    ports: { router, runtime },
    opened: openedState('web-1', new Date().toISOString(), event),
    next: await registerVersion(under, 'two'),
    deployForeign: () => runtime.deploy(workloadOf(spec, 'b'), foreign, 2),
    url: listener.url,
    says: { blue: '"one"', green: '"two"' },
    calls: { provision: 'UpdateService', give: 'ModifyRule' },
    misbehave: (order) => fetch(orders, { method: 'POST', body: JSON.stringify(order) }),
    outstanding: async () => z.array(z.unknown()).parse(await (await fetch(orders)).json()).length,
    obeyed: () =>
      eventually('every node obeys', async () => {
        const [last] = z
          .array(change)
          .parse(await (await fetch(`${under.fleet.endpoint}/_fleet/changes`)).json())
          .slice(-1);
        return last?.nodesAt.every((at) => at !== null) === true;
      }),
    stop: under.stop,
  };
}

driverContract('slots', startSlots, [1, 25, 50, 100]);
