import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  type Rule,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import { Refusal } from '../../../lib/rollout/refusal.ts';
import type { HeaderRoute, TrafficRouter } from '../../../lib/drivers/traffic-router.ts';
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

let under: FleetUnderTest;
let router: TrafficRouter;
let blue: string;
let green: string;
let listener: { arn: string; url: string };
let stubs: StubTarget[];

beforeAll(async () => {
  under = await startTestFleet();
  router = elbTrafficRouter(under.elb);
  const balancer = await createLoadBalancer(under);
  [blue, green] = [await createGroup(under, 'blue'), await createGroup(under, 'green')];
  listener = await createListener(under, balancer, forward([blue, 1], [green, 0]));
  stubs = await Promise.all(['blue', 'green'].map((name) => startStub(answering(name))));
  await registerHealthy(under, blue, named(stubs[0]));
  await registerHealthy(under, green, named(stubs[1]));
});

afterAll(async () => {
  await under.stop();
  await Promise.all(stubs.map((stub) => stub.stop()));
});

const rules = async (): Promise<readonly Rule[]> =>
  named((await under.elb.send(new DescribeRulesCommand({ ListenerArn: listener.arn }))).Rules);
const ownRules = async () => (await rules()).filter(({ IsDefault }) => IsDefault !== true);
const ruleOf = async (arn: string) => named((await rules()).find(({ RuleArn }) => RuleArn === arn));

async function addRule(priority: number, ...conditions: RuleCondition[]): Promise<string> {
  const { Rules } = await under.elb.send(
    new CreateRuleCommand({
      ListenerArn: listener.arn,
      Priority: priority,
      Conditions: conditions.length > 0 ? conditions : [{ Field: 'path-pattern', Values: [`/${priority}/*`] }],
      Actions: [forward([blue, 1])],
    }),
  );
  return named(Rules?.[0]?.RuleArn);
}

const routeBeside = (besideRule: string | undefined, changes: Partial<HeaderRoute> = {}): HeaderRoute => ({
  listenerArn: listener.arn,
  besideRule,
  header: 'canary',
  value: 'true',
  targetGroup: green,
  rolloutId: 'web-1',
  ...changes,
});

const withHeader: RuleCondition = {
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName: 'canary', Values: ['true'] },
};

afterEach(async () => {
  for (const { RuleArn } of await ownRules()) await under.elb.send(new DeleteRuleCommand({ RuleArn }));
});

describe('opening', () => {
  test('makes a tagged rule right before the one beside it, with its conditions and the header', async () => {
    const base = await addRule(10);
    const arn = await router.openHeaderRoute(routeBeside(base));
    const rule = await ruleOf(arn);
    const { TagDescriptions } = await under.elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }));

    expect(rule.Priority).toBe('9');
    expect(rule.Conditions).toEqual([
      { Field: 'path-pattern', Values: ['/10/*'], PathPatternConfig: { Values: ['/10/*'] } },
      withHeader,
    ]);
    expect(rule.Actions?.[0]?.TargetGroupArn).toBe(green);
    expect(TagDescriptions?.[0]?.Tags).toEqual([{ Key: 'sluice:rollout', Value: 'web-1' }]);
  });

  test('sends requests with the header to green, and nobody else', async () => {
    await router.openHeaderRoute(routeBeside(await addRule(10, { Field: 'path-pattern', Values: ['/shop/*'] })));
    const ask = async (path: string, headers = {}) => (await fetch(`${listener.url}${path}`, { headers })).text();

    expect(await ask('/shop/x', { canary: 'true' })).toBe('green');
    expect(await ask('/shop/x')).toBe('blue');
    expect(await ask('/shop/x', { canary: 'false' })).toBe('blue');
    expect(await ask('/other', { canary: 'true' })).toBe('blue');
  });

  test('keeps every kind of condition of the rule beside it', async () => {
    const conditions: RuleCondition[] = [
      { Field: 'host-header', HostHeaderConfig: { Values: ['shop.example.com'] } },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-tenant', Values: ['a'] } },
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }] } },
      { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
    ];
    const base = await addRule(10, ...conditions);
    const made = await ruleOf(await router.openHeaderRoute(routeBeside(base)));

    expect(made.Conditions).toEqual([...named((await ruleOf(base)).Conditions), withHeader]);
  });

  test('takes the next lower priority where the nearest are taken', async () => {
    const base = await addRule(10);
    await addRule(9);
    await addRule(8);

    expect((await ruleOf(await router.openHeaderRoute(routeBeside(base)))).Priority).toBe('7');
  });

  test('of a default action comes after every other rule', async () => {
    await addRule(50_000);
    await addRule(3);
    const made = await ruleOf(await router.openHeaderRoute(routeBeside(undefined)));

    expect(made.Priority).toBe('49999');
    expect(made.Conditions).toEqual([withHeader]);
  });

  test.each([[1], [2]])('says what to do where no priority is free before rule %s', async (priority) => {
    const base = await addRule(priority);
    if (priority === 2) await addRule(1);
    const before = await rules();

    await expect(router.openHeaderRoute(routeBeside(base))).rejects.toThrow(
      `has no free priority before rule ${base}; give that rule a higher number`,
    );
    expect(await rules()).toEqual(before);
  });

  test('is refused beside a rule that is gone: without its conditions it would take the whole listener', async () => {
    const gone = await addRule(10);
    await under.elb.send(new DeleteRuleCommand({ RuleArn: gone }));

    await expect(router.openHeaderRoute(routeBeside(gone))).rejects.toThrow(Refusal);
    expect(await ownRules()).toEqual([]);
  });

  test('twice finds the rule that it made', async () => {
    const base = await addRule(10, { Field: 'host-header', Values: ['shop.example.com'] });
    const first = await router.openHeaderRoute(routeBeside(base));

    expect(await router.openHeaderRoute(routeBeside(base))).toBe(first);
    expect(await ownRules()).toHaveLength(2);
  });

  test.each([
    ['another rollout', { rolloutId: 'web-2' }],
    ['another value', { value: 'a-secret' }],
    ['another header', { header: 'x-sluice-verify' }],
  ])('never takes the rule of %s for its own', async (_, changes) => {
    const base = await addRule(10);
    const other = await router.openHeaderRoute(routeBeside(base, changes));

    expect(await router.openHeaderRoute(routeBeside(base))).not.toBe(other);
  });

  test('never takes a rule of the team for its own, though it looks the same', async () => {
    const base = await addRule(10);
    const teams = await addRule(5, { Field: 'path-pattern', Values: ['/10/*'] }, withHeader);

    expect(await router.openHeaderRoute(routeBeside(base))).not.toBe(teams);
  });
});

describe('listing', () => {
  beforeEach(async () => {
    await Promise.all(Array.from({ length: 45 }, (_, index) => addRule(100 + index)));
  });

  test('finds the rules of one rollout among more than one call can tell the tags of', async () => {
    const base = await addRule(500);
    const first = await router.openHeaderRoute(routeBeside(base));
    const second = await router.openHeaderRoute(routeBeside(undefined));
    await router.openHeaderRoute(routeBeside(base, { rolloutId: 'web-2' }));

    expect([...(await router.headerRoutesOf(listener.arn, 'web-1'))].sort()).toEqual([first, second].sort());
    const tagged = await router.taggedRoutesOf(listener.arn);
    expect(tagged.map(({ rolloutId }) => rolloutId).sort()).toEqual(['web-1', 'web-1', 'web-2']);
    expect(
      tagged
        .filter(({ rolloutId }) => rolloutId === 'web-1')
        .map(({ arn }) => arn)
        .sort(),
    ).toEqual([first, second].sort());
    expect(await router.headerRoutesOf(listener.arn, 'web-3')).toEqual([]);
  });
});

describe('closing', () => {
  test('takes the rule away, and is content where it is gone', async () => {
    const arn = await router.openHeaderRoute(routeBeside(await addRule(10)));
    await router.closeHeaderRoute(arn);
    await router.closeHeaderRoute(arn);

    expect(await ownRules()).toHaveLength(1);
  });

  test('passes on any other refusal', async () => {
    const fallback = named((await rules()).find(({ IsDefault }) => IsDefault === true)?.RuleArn);

    await expect(router.closeHeaderRoute(fallback)).rejects.toThrow(/cannot be/);
  });
});
