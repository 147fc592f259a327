import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import { httpProbe } from '../../../lib/platform/http-probe.ts';
import { addRule } from '../../cli/live-service.ts';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  createService,
  type FleetUnderTest,
  forward,
  isSteady,
  serviceWhere,
  startTestFleet,
} from '../../fleet/fleet-under-test.ts';
import { digestOf, modelSpec } from '../../model/model-world.ts';
import { type Journey, journeyTo } from '../../usecases/journey.ts';
import { untilVerified } from '../../usecases/until-verified.ts';
import { altered } from '../../usecases/watched-world.ts';

let under: FleetUnderTest;
let [a, b, other, balancer] = ['', '', '', ''];

beforeAll(async () => {
  under = await startTestFleet();
  [a, b, other] = [
    await createGroup(under, 'web-a'),
    await createGroup(under, 'web-b'),
    await createGroup(under, 'other'),
  ];
  balancer = await createLoadBalancer(under);
  // A target group that no rule names takes no targets.
  await listenerWith();
  await createService(under, 'other', other, 'one', 1);
  await serviceWhere(under, 'other', isSteady);
});
afterAll(() => under.stop());

const tag = 'two';
const split = () => forward([a, 100], [b, 0]);
const path = (value: string): RuleCondition => ({ Field: 'path-pattern', Values: [value] });

/** A listener whose other requests another service answers well on every path, unless a test says otherwise. */
async function listenerWith(actions: Action = forward([other, 1])): Promise<string> {
  return (await createListener(under, balancer, actions)).arn;
}

/** The product's verification of green on real rules, with the looks' pauses in virtual time; `realPauseMs` is what a rule has to become live. */
async function verification(rule: string, more: Readonly<Record<string, unknown>> = {}, realPauseMs = 5) {
  const router = elbTrafficRouter(under.elb);
  const slots = { a: { service: 'web-a', targetGroup: a }, b: { service: 'web-b', targetGroup: b } };
  const spec = modelSpec({ slots, traffic: [{ rule }], timeouts: { verifyGreen: '90s' }, ...more });
  const journey: Journey = await journeyTo('ready', {
    spec,
    image: tag,
    prepare: (world) => {
      world.addImage(tag, digestOf('d'));
      world.groups.set(a, 'web-a');
      world.groups.set(b, 'web-b');
    },
    route: (world) => {
      const TargetGroups = [
        { TargetGroupArn: a, Weight: 100 },
        { TargetGroupArn: b, Weight: 0 },
      ];
      world.actions.set(rule, [{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups } }]);
    },
  });
  const { world } = journey;
  // What green's target group counts is what its tasks were asked: none where it has no task.
  const metrics = { read: () => Promise.resolve([]) };
  const pass = (milliseconds: number) => {
    world.time += milliseconds;
    return Promise.resolve();
  };
  const looks = await untilVerified(
    journey.owned,
    altered(world, { router, probe: httpProbe({ isLocal: true }), metrics, sleep: pass }),
    async (milliseconds) => {
      await pass(milliseconds);
      await new Promise((resolve) => setTimeout(resolve, realPauseMs));
    },
  );
  const left = await router.headerRoutesOf((await router.read([{ rule }]))[0]?.listenerArn ?? '', journey.rolloutId);
  return { outcome: looks.at(-1)?.outcome, reason: (await journey.stored()).state.reason, left };
}

const proofs: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['a version in the body', { verify: { bodyField: 'version' } }],
  ['counts', {}],
];

describe.each(proofs)('a green without any task, with %s as proof, is not verified', (_, verify) => {
  test.each<[string, RuleCondition[]]>([
    ['by path, where another service answers the health path', [path('/api/*')]],
    ['by host', [{ Field: 'host-header', Values: ['shop.example.com'] }]],
    ['by a host with a wildcard', [{ Field: 'host-header', Values: ['*.example.com'] }]],
    ['by method', [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } }]],
    ['by query string', [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }] } }]],
    ['by a header', [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-tenant', Values: ['one-*'] } }]],
    ['by source address', [{ Field: 'source-ip', SourceIpConfig: { Values: ['192.0.2.0/24'] } }]],
    ['that takes every path', [path('/*')]],
  ])('a rule %s', async (_, conditions) => {
    const rule = await addRule(under, await listenerWith(), 10, [split()], conditions);

    const { outcome, reason, left } = await verification(rule, verify);

    expect(outcome).toBe('rollBack');
    expect(reason).toMatch(/^(Green did not answer well|Nothing proved within)/);
    expect(left).toEqual([]);
  });

  test('an earlier rule of the team answers the health path', async () => {
    const listener = await listenerWith();
    const fixed = { StatusCode: '200', ContentType: 'application/json', MessageBody: '{"version":"one"}' };
    await addRule(under, listener, 5, [{ Type: 'fixed-response', FixedResponseConfig: fixed }], [path('/health')]);
    const rule = await addRule(under, listener, 10, [split()], [path('/*')]);

    expect((await verification(rule, verify)).outcome).toBe('rollBack');
  });

  test('the default action answers 404 beside a rule by host', async () => {
    const missing = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } } as const;
    const rule = await addRule(
      under,
      await listenerWith(missing),
      10,
      [split()],
      [{ Field: 'host-header', Values: ['shop.example.com'] }],
    );

    expect((await verification(rule, verify)).outcome).toBe('rollBack');
  });
});

describe('a green that runs', () => {
  beforeAll(async () => {
    await addRule(under, await listenerWith(), 10, [split()]);
    await createService(under, 'web-b', b, tag, 1);
    await serviceWhere(under, 'web-b', isSteady);
  });

  test.each<[string, RuleCondition[], string]>([
    ['by path', [path('/health*')], '/health'],
    ['by host: the request names it', [{ Field: 'host-header', Values: ['shop.example.com'] }], '/health'],
    [
      'by query string, with a health path that has it',
      [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }] } }],
      '/health?v=2',
    ],
    [
      'by a header',
      [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-tenant', Values: ['one'] } }],
      '/health',
    ],
  ])('is verified behind a rule %s', async (_, conditions, healthPath) => {
    const rule = await addRule(under, await listenerWith(), 10, [split()], conditions);

    const { outcome, reason } = await verification(rule, { verify: { bodyField: 'version' }, healthPath }, 1000);

    expect(reason).toBeUndefined();
    expect(outcome).toBe('verified');
  });

  test('is verified beside a login', async () => {
    const login: Action = {
      Type: 'authenticate-cognito',
      Order: 1,
      AuthenticateCognitoConfig: {
        UserPoolArn: 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abcdefghi',
        UserPoolClientId: 'client',
        UserPoolDomain: 'shop',
      },
    };
    const rule = await addRule(under, await listenerWith(), 10, [login, { ...split(), Order: 2 }], [path('/*')]);

    const { outcome } = await verification(rule, { verify: { bodyField: 'version' } }, 1000);

    expect(outcome).toBe('verified');
  });
});
