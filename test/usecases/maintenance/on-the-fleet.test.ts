import http from 'node:http';
import { CreateRuleCommand, DescribeRulesCommand, type Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drawnRuleDelay } from '../../../local/fleet/balancer/rule-propagation.ts';
import { elbMaintenanceRules } from '../../../lib/drivers/slots/elb-maintenance-rules.ts';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import { keepMaintenance, type MaintenanceWorld } from '../../../lib/usecases/maintenance/keep-maintenance.ts';
import { orderMaintenance } from '../../../lib/usecases/maintenance/order-maintenance.ts';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  type FleetUnderTest,
  forward,
  named,
  startTestFleet,
} from '../../fleet/fleet-under-test.ts';
import { answering, registerHealthy, startStub, type StubTarget } from '../../fleet/stub-target.ts';
import { type Seen, send } from '../../fleet/traffic.ts';
import { MemoryRolloutStore } from '../../model/memory-rollout-store.ts';
import { defaultSpec } from '../../model/model-world.ts';
import { eventually } from '../../setup/eventually.ts';

const page = '<meta http-equiv="refresh" content="5">We are moving the database.';

let under: FleetUnderTest;
let stubs: Readonly<Record<'web' | 'neighbour', StubTarget>>;
let listener: { readonly arn: string; readonly url: string };
let rule: string;
let world: MaintenanceWorld & { readonly store: MemoryRolloutStore };
let time = Date.parse('2026-03-01T10:00:00Z');
const agent = new http.Agent({ keepAlive: true });
/** What the neighbour's users got that was not an answer of the neighbour. */
const wrong: Seen[] = [];
let asking: Promise<void>;
let stopAsking = false;

const ask = (host: string, path = '/') => send(listener.url, agent, { path, headers: { host } });
const askWeb = async (path = '/') => {
  const { status, body } = await ask('shop.example.com', path);
  return [status, body];
};

async function addRule(priority: number, host: string, group: string): Promise<string> {
  const { Rules } = await under.elb.send(
    new CreateRuleCommand({
      ListenerArn: listener.arn,
      Priority: priority,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [host] } }],
      Actions: [forward([group, 1])],
    }),
  );
  return named(Rules?.[0]?.RuleArn);
}

const ownRules = async (): Promise<readonly Rule[]> => {
  const { Rules = [] } = await under.elb.send(new DescribeRulesCommand({ ListenerArn: listener.arn }));
  return Rules.filter(({ IsDefault }) => IsDefault !== true);
};

beforeAll(async () => {
  // Nodes follow as those of AWS do.
  under = await startTestFleet({ ruleDelay: drawnRuleDelay });
  const balancer = await createLoadBalancer(under);
  const [a, b, neighbour] = [
    await createGroup(under, 'web-a'),
    await createGroup(under, 'web-b'),
    await createGroup(under, 'neighbour'),
  ];
  listener = await createListener(under, balancer, forward([neighbour, 1]));
  await addRule(9, 'other.example.com', neighbour);
  rule = await addRule(10, 'shop.example.com', a);
  await addRule(11, '*.example.com', neighbour);
  stubs = { web: await startStub(answering('web')), neighbour: await startStub(answering('neighbour')) };
  await registerHealthy(under, a, stubs.web);
  await registerHealthy(under, neighbour, stubs.neighbour);
  const store = new MemoryRolloutStore();
  const slots = { a: { service: 'web-a', targetGroup: a }, b: { service: 'web-b', targetGroup: b } };
  const maintenance = { page, open: ['/status/*'], endAfter: '5m' };
  await store.putSpec(defaultSpec({ slots, traffic: [{ rule }], maintenance }), 'Ana', '2026-03-01T09:00:00Z');
  world = {
    store,
    router: elbTrafficRouter(under.elb),
    maintenanceRules: elbMaintenanceRules(under.elb),
    installation: { stage: 'production', region: 'us-east-1', pagesUrl: undefined },
    now: () => new Date(time),
  };
  await eventually('the service answers', async () => (await ask('shop.example.com')).body === 'web');
  const askNeighbours = async () => {
    while (!stopAsking) {
      for (const host of ['other.example.com', 'blog.example.com', 'elsewhere.test']) {
        const seen = await ask(host);
        if (seen.status !== 200 || seen.body !== 'neighbour') wrong.push(seen);
      }
    }
  };
  asking = askNeighbours();
});

afterAll(async () => {
  stopAsking = true;
  await asking;
  agent.destroy();
  await under.stop();
  await Promise.all(Object.values(stubs).map((stub) => stub.stop()));
});

const order = (wanted: 'on' | 'off', keep = false) =>
  orderMaintenance(
    { wanted, service: 'web', reason: 'the database moves', keep, closed: false },
    { user: 'Ana', caller: { principal: 'arn:aws:iam::111122223333:user/ana', standing: 'one', why: '' } },
    {
      store: world.store,
      now: world.now,
      keepMaintenance: async (service) => named((await keepMaintenance({ service, sweep: false }, world)).kept[0]),
    },
  );
const look = () => keepMaintenance({ sweep: false }, world);
const minutes = (count: number) => {
  time += count * 60_000;
};

describe('the maintenance page behind a listener that others share', () => {
  test('goes up for the service alone, leaves its open paths, and comes down by itself once its targets stay healthy', async () => {
    expect(await order('on')).toMatchObject({ outcome: 'done', standing: 'up' });
    await eventually('users get the page', async () => (await askWeb())[0] === 503);

    const answer = await ask('shop.example.com', '/cart?id=1');
    expect([answer.status, answer.body]).toEqual([503, page]);
    expect(answer.headers['content-type']).toBe('text/html');
    expect(answer.headers['retry-after']).toBeUndefined();
    expect(await askWeb('/status/live')).toEqual([200, 'web']);
    expect((await ownRules()).map(({ Priority }) => Number(Priority))).toEqual([7, 8, 9, 10, 11]);

    minutes(4);
    await look();
    stubs.web.healthStatus = 500;
    await eventually('the target is unhealthy', async () => {
      const [found] = await world.router.find([{ rule }]);
      const [group = ''] = Object.keys(found?.weights ?? {});
      return (await world.router.targetHealth(group)).healthy === 0;
    });
    minutes(4);
    await look();
    expect((await world.store.maintenance('web'))?.record).toMatchObject({ wanted: 'on', standing: 'up' });

    stubs.web.healthStatus = 200;
    await eventually('the target is healthy', async () => {
      await look();
      return (await world.store.maintenance('web'))?.record.healthySince !== undefined;
    });
    minutes(5);
    await look();
    await eventually('users reach the service', async () => (await askWeb())[1] === 'web');
    expect((await ownRules()).map(({ Priority }) => Number(Priority))).toEqual([9, 10, 11]);
    expect((await world.store.maintenance('web'))?.record).toMatchObject({ wanted: 'off', by: 'Sluice' });
  });

  test('stays where a person asked for it, and rules without a record are swept away', async () => {
    minutes(10);
    await look();
    await order('on', true);
    minutes(60);
    await look();
    expect((await world.store.maintenance('web'))?.record).toMatchObject({ wanted: 'on', keep: true });

    world.store.forgetMaintenance('web');
    expect((await keepMaintenance({ sweep: true }, world)).swept).toHaveLength(2);
    await eventually('users reach the service', async () => (await askWeb())[1] === 'web');
    expect(await ownRules()).toHaveLength(3);
  });

  test('no request of a neighbour failed all the while', () => {
    expect(wrong).toEqual([]);
  });
});
