import http from 'node:http';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { DescribeRulesCommand, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';
import { drawnRuleDelay, RulePropagation } from '../../local/fleet/balancer/rule-propagation.ts';
import type { Listener } from '../../local/fleet/elb/model.ts';
import type { RouteTable } from '../../local/fleet/elb/route-table.ts';
import { seededRandom } from '../../local/fleet/seeded-random.ts';
import { eventually } from '../setup/eventually.ts';
import { forward, named } from './fleet-under-test.ts';
import { startFrontedFleet } from './fronted-fleet.ts';
import { answering, registerHealthy, startStub } from './stub-target.ts';
import { send } from './traffic.ts';

const change = z.object({ at: z.number(), nodesAt: z.array(z.number().nullable()) });

describe('a changed rule, node by node', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  /** A listener as far as its nodes are concerned. */
  function listenerOf(...nodes: Listener['nodes'][number][]): Listener {
    const loadBalancer: Listener['loadBalancer'] = {
      ...{ arn: 'lb', name: 'lb', dimension: 'app/lb/1', scheme: 'internal', vpcId: 'vpc', subnets: [] },
      ...{ securityGroups: [], createdAt: new Date(), tags: new Map(), attributes: new Map() },
    };
    return { arn: 'listener', tags: new Map(), loadBalancer, port: 80, rules: [], nodes };
  }
  const tableOf = (body: string): RouteTable => [
    { matches: () => true, route: { type: 'fixed-response', status: 200, contentType: 'text/plain', body } },
  ];
  const bodyOf = ({ table }: Listener['nodes'][number]) => {
    const route = table[0]?.route;
    return route?.type === 'fixed-response' ? route.body : undefined;
  };

  test('is obeyed between 2 and 10 s later, and never by both nodes at once', () => {
    const random = seededRandom(5);
    for (let run = 0; run < 500; run += 1) {
      const listener = listenerOf({ table: [], version: 0 }, { table: [], version: 0 });
      const started = Date.now();
      const times = new RulePropagation(drawnRuleDelay, random).carry(listener, tableOf('new'));

      jest.advanceTimersByTime(1999);
      expect(times).toEqual([null, null]);
      jest.advanceTimersByTime(8001);
      const delays = times.map((at) => (at ?? Number.NaN) - started);
      for (const delay of delays) expect(delay >= 2000 && delay <= 10_000).toBe(true);
      expect(Math.abs((delays[0] ?? 0) - (delays[1] ?? 0))).toBeGreaterThan(100);
      expect(listener.nodes.map(bodyOf)).toEqual(['new', 'new']);
    }
  });

  test('is not undone by an older one that arrives after it, and brings the older one with it', () => {
    const [first, second] = [
      { table: tableOf('old'), version: 0 },
      { table: tableOf('old'), version: 0 },
    ];
    const shares = [1, 0.5, 0.25, 0.75];
    const propagation = new RulePropagation({ from: 0, to: 8 }, () => named(shares.shift()));
    const listener = listenerOf(first, second);
    const started = Date.now();
    const older = propagation.carry(listener, tableOf('older'));
    const newer = propagation.carry(listener, tableOf('newer'));

    jest.advanceTimersByTime(2000);
    expect([first, second].map(bodyOf)).toEqual(['newer', 'old']);
    jest.advanceTimersByTime(2000);
    expect([first, second].map(bodyOf)).toEqual(['newer', 'older']);
    jest.advanceTimersByTime(10_000);
    expect([first, second].map(bodyOf)).toEqual(['newer', 'newer']);
    expect([older, newer].map((times) => times.map((at) => (at ?? 0) - started))).toEqual([
      [2000, 4000],
      [2000, 6000],
    ]);
  });
});

describe('the load balancer behind one name', () => {
  test('describes a new weight at once, while its nodes obey it one after the other', async () => {
    // Shares of the range: the first node obeys after 0.1 s, the second one not before this test is over.
    const shares = [0, 1, 0, 1];
    const front = await startFrontedFleet({
      ruleDelay: { from: 0.1, to: 300 },
      drawDelay: () => named(shares.shift()),
    });
    const stubs = await Promise.all(['blue', 'green'].map((name) => startStub(answering(name))));
    const agents = [1, 2].map(() => new http.Agent({ keepAlive: true, maxSockets: 1 }));
    try {
      await registerHealthy(front.under, front.blue, named(stubs[0]));
      await registerHealthy(front.under, front.green, named(stubs[1]));
      const ask = async () => {
        const answers = [];
        for (const agent of agents) answers.push((await send(front.listener.url, agent)).body);
        return answers;
      };
      expect(await ask()).toEqual(['blue', 'blue']);

      const actions = [forward([front.blue, 0], [front.green, 1])];
      await front.under.elb.send(new ModifyRuleCommand({ RuleArn: front.rule, Actions: actions }));
      const { Rules } = await front.under.elb.send(new DescribeRulesCommand({ RuleArns: [front.rule] }));
      const weights = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight);
      await eventually('the first node obeys', async () => (await ask())[0] === 'green');

      expect(weights).toEqual([0, 1]);
      expect(await ask()).toEqual(['green', 'blue']);
      const recorded: unknown = await (await fetch(`${front.under.fleet.endpoint}/_fleet/changes`)).json();
      const last = named(z.array(change).parse(recorded).at(-1));
      expect(last.nodesAt).toEqual([expect.any(Number), null]);
      expect((last.nodesAt[0] ?? 0) - last.at).toBeGreaterThan(90);
    } finally {
      for (const agent of agents) agent.destroy();
      await front.under.stop();
      await Promise.all(stubs.map((stub) => stub.stop()));
    }
  });
});
