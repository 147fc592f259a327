import {
  type Action,
  CreateRuleCommand,
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  ModifyListenerCommand,
  type ModifyListenerCommandInput,
  ModifyRuleCommand,
  type ModifyRuleCommandInput,
  RegisterTargetsCommand,
  TargetGroupNotFoundException,
  type TargetGroupStickinessConfig,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { stateItem } from '../../../lib/storage/dynamodb-items.ts';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import { Refusal } from '../../../lib/rollout/refusal.ts';
import type { TrafficRouter } from '../../../lib/drivers/traffic-router.ts';
import { type Routing, withGreenWeight } from '../../../lib/drivers/rules/routing.ts';
import { openedState } from '../../../lib/rollout/state.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { parametersOf } from '../../contract/state-parameters.ts';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  type FleetUnderTest,
  forward,
  named,
  startTestFleet,
} from '../../fleet/fleet-under-test.ts';
import { answering, startStub, type StubTarget, targetStates } from '../../fleet/stub-target.ts';
import { eventually } from '../../setup/eventually.ts';

let under: FleetUnderTest;
let router: TrafficRouter;
let blue: string;
let green: string;
let listener: { arn: string; port: number; url: string };
let rule: string;
const stubs: StubTarget[] = [];

beforeAll(async () => {
  under = await startTestFleet();
  router = elbTrafficRouter(under.elb);
  const balancer = await createLoadBalancer(under);
  [blue, green] = [await createGroup(under, 'blue'), await createGroup(under, 'green')];
  listener = await createListener(under, balancer, forward([blue, 100], [green, 0]));
  const { Rules } = await under.elb.send(
    new CreateRuleCommand({
      ListenerArn: listener.arn,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', Values: ['/shop/*'] }],
      Actions: [forward([blue, 1])],
    }),
  );
  rule = named(Rules?.[0]?.RuleArn);
});

afterAll(async () => {
  await under.stop();
  await Promise.all(stubs.map((stub) => stub.stop()));
});

beforeEach(async () => {
  await under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [forward([blue, 1])] }));
  await under.elb.send(
    new ModifyListenerCommand({ ListenerArn: listener.arn, DefaultActions: [forward([blue, 100], [green, 0])] }),
  );
});

const actionsOfRule = async () =>
  named((await under.elb.send(new DescribeRulesCommand({ RuleArns: [rule] }))).Rules?.[0]?.Actions);
const defaultActions = async () =>
  named(
    (await under.elb.send(new DescribeListenersCommand({ ListenerArns: [listener.arn] }))).Listeners?.[0]
      ?.DefaultActions,
  );

/** A rule as a team with single sign-on and sticky sessions has it; the client secret is one that the balancer keeps already. */
const guarded = (
  TargetGroupStickinessConfig: TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: 600 },
): Action[] => [
  {
    Type: 'authenticate-oidc',
    Order: 1,
    AuthenticateOidcConfig: {
      Issuer: 'https://id.example.com',
      AuthorizationEndpoint: 'https://id.example.com/authorize',
      TokenEndpoint: 'https://id.example.com/token',
      UserInfoEndpoint: 'https://id.example.com/user',
      ClientId: 'shop',
      UseExistingClientSecret: true,
      AuthenticationRequestExtraParams: { prompt: 'login', 'a b': '&=?' },
      Scope: 'openid email',
    },
  },
  {
    Type: 'authenticate-cognito',
    Order: 2,
    AuthenticateCognitoConfig: {
      UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/p',
      UserPoolClientId: 'c',
      UserPoolDomain: 'd',
    },
  },
  {
    Type: 'forward',
    Order: 3,
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: blue, Weight: 100 },
        { TargetGroupArn: green, Weight: 0 },
      ],
      TargetGroupStickinessConfig,
    },
  },
];

const storedPlan = z.array(
  z.object({
    kind: z.enum(['rule', 'listener']),
    arn: z.string(),
    actions: z.array(z.record(z.string(), z.unknown())),
  }),
);

/** An item of a restore plan as the rollback machine reads it: out of the table's item, through JSON. */
function planned({ kind, arn, actions }: Routing) {
  const event = openedEvent({ restorePlan: [{ kind, arn, actions }] });
  const state = openedState('web-1', '2026-03-01T11:00:00.000Z', event);
  const { restorePlan } = stateItem({ state, sequence: 1, fence: 1 });
  return named(storedPlan.parse(JSON.parse(String(restorePlan)))[0]);
}

describe('reading and writing', () => {
  test('reads rules and listeners in the given order, each with its listener and weights', async () => {
    expect(await router.read([{ listener: listener.arn }, { rule }])).toEqual([
      {
        kind: 'listener',
        arn: listener.arn,
        listenerArn: listener.arn,
        weights: { [blue]: 100, [green]: 0 },
        actions: [expect.objectContaining({ Type: 'forward' })],
      },
      {
        kind: 'rule',
        arn: rule,
        listenerArn: listener.arn,
        weights: { [blue]: 1 },
        actions: [expect.objectContaining({ Type: 'forward' })],
        conditions: [expect.objectContaining({ Field: expect.any(String) })],
        priority: expect.stringMatching(/^\d+$/),
      },
    ]);
  });

  test('finds what is there, and says nothing of what is not', async () => {
    const gone = `${rule.slice(0, -16)}ffffffffffffffff`;
    const noListener = `${listener.arn.slice(0, -16)}ffffffffffffffff`;
    const found = await router.find([{ rule: gone }, { rule }, { listener: noListener }, { listener: listener.arn }]);

    expect(found.map((one) => one?.arn)).toEqual([undefined, rule, undefined, listener.arn]);
    await expect(router.read([{ rule }, { rule: gone }])).rejects.toThrow(`Listener rule ${gone} is not there`);
  });

  test.each(['rule', 'listener'] as const)('shifts the weights of a %s and reads them back', async (kind) => {
    const target = kind === 'rule' ? { rule } : { listener: listener.arn };
    const [before] = await router.read([target]);
    const { arn, actions } = named(before);
    await router.write(kind, arn, withGreenWeight(actions, { blue, green }, 5));

    expect((await router.read([target]))[0]?.weights).toEqual({ [blue]: 95, [green]: 5 });
  });

  test('a shift leaves authentication and stickiness as they were', async () => {
    await under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: guarded() }));
    const [before] = await router.read([{ rule }]);
    await router.write('rule', rule, withGreenWeight(named(before).actions, { blue, green }, 25));
    const [oidc, cognito, forwarding] = await actionsOfRule();

    expect([oidc, cognito]).toEqual(guarded().slice(0, 2));
    expect(forwarding?.ForwardConfig).toEqual({
      TargetGroups: [
        { TargetGroupArn: blue, Weight: 75 },
        { TargetGroupArn: green, Weight: 25 },
      ],
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 600 },
    });
  });

  test('a client secret never comes out of a read; the one that the balancer has is to be used', async () => {
    const [oidc, ...rest] = guarded();
    const told = { ...named(oidc?.AuthenticateOidcConfig), ClientSecret: 'hush', UseExistingClientSecret: false };
    await under.elb.send(
      new ModifyRuleCommand({
        RuleArn: rule,
        Actions: [{ ...oidc, Type: 'authenticate-oidc', AuthenticateOidcConfig: told }, ...rest],
      }),
    );
    const read = JSON.stringify(await router.read([{ rule }]));

    expect(read).not.toContain('hush');
    expect(read).toContain('"UseExistingClientSecret":true');
  });

  test.each([
    ['rule', (arn: string) => [{ rule: arn }]],
    ['listener', (arn: string) => [{ listener: arn }]],
  ])('a %s that is not there is refused with what to correct', async (kind, targets) => {
    const arn =
      kind === 'rule'
        ? rule.replace(/[0-9a-f]{16}$/, '0000000000000000')
        : `${listener.arn.slice(0, -16)}${'0'.repeat(16)}`;
    const reading = router.read(targets(arn));

    await expect(reading).rejects.toBeInstanceOf(Refusal);
    await expect(reading).rejects.toThrow(`${arn} is not there; correct \`traffic\` in the spec`);
  });

  test('what the balancer refuses is passed on, and nothing is changed', async () => {
    const before = await actionsOfRule();
    const unknown = withGreenWeight(
      [{ Type: 'forward' }],
      { blue, green: `${green.slice(0, -16)}${'0'.repeat(16)}` },
      5,
    );

    await expect(router.write('rule', rule, unknown)).rejects.toBeInstanceOf(TargetGroupNotFoundException);
    expect(await actionsOfRule()).toEqual(before);
  });
});

describe('putting back', () => {
  /** A guarded target that serves blue, then a shift to 50 %; answers what was there before. */
  const shifted = async (kind: 'rule' | 'listener') => {
    const target = kind === 'rule' ? { rule } : { listener: listener.arn };
    await (kind === 'rule'
      ? under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: guarded() }))
      : under.elb.send(new ModifyListenerCommand({ ListenerArn: listener.arn, DefaultActions: guarded() })));
    const opened = named((await router.read([target]))[0]);
    await router.write(kind, opened.arn, withGreenWeight(opened.actions, { blue, green }, 50));
    return { target, opened, item: planned(opened) };
  };
  const live = (kind: 'rule' | 'listener') => (kind === 'rule' ? actionsOfRule() : defaultActions());
  /** Group stickiness is off until no client holds a cookie of green any more; state `RestoreStickiness` brings it back. */
  const expectWhole = async ({ target, opened }: Awaited<ReturnType<typeof shifted>>) => {
    const { kind, arn, actions } = opened;
    expect(await live(kind)).toEqual(guarded({ Enabled: false }));
    await router.write(kind, arn, actions);
    expect(await router.read([target])).toEqual([opened]);
    expect(await live(kind)).toEqual(guarded());
  };

  test.each(['rule', 'listener'] as const)('the function restores a %s whole', async (kind) => {
    const before = await shifted(kind);
    const { item } = before;
    await router.write(item.kind, item.arn, item.actions);

    await expectWhole(before);
  });

  // The first way of the rollback: the machine's own call, word for word, since the emulator cannot run it.
  test.each([
    ['RestoreRule', 'rule'],
    ['RestoreListener', 'listener'],
  ] as const)("state %s's own parameters restore a %s whole", async (state, kind) => {
    const before = await shifted(kind);
    const { item } = before;
    const parameters: unknown = parametersOf('rollback', state, { input: { item, rolloutId: 'web-1', fence: 2 } });
    await (kind === 'rule'
      ? under.elb.send(new ModifyRuleCommand(parameters as ModifyRuleCommandInput))
      : under.elb.send(new ModifyListenerCommand(parameters as ModifyListenerCommandInput)));

    await expectWhole(before);
  });

  test("the machine's parameters name nothing but the target and its actions", () => {
    const item = { arn: 'an arn', actions: [] };

    expect(parametersOf('rollback', 'RestoreRule', { input: { item } })).toEqual({ RuleArn: 'an arn', Actions: [] });
    expect(parametersOf('rollback', 'RestoreListener', { input: { item } })).toEqual({
      ListenerArn: 'an arn',
      DefaultActions: [],
    });
  });
});

describe('health and addresses', () => {
  test('counts targets by health, without those that drain', async () => {
    stubs.push(await startStub(answering('well')), await startStub(answering('ill')));
    const [well, ill] = [named(stubs[0]), named(stubs[1])];
    ill.healthStatus = 500;
    await under.elb.send(
      new RegisterTargetsCommand({
        TargetGroupArn: blue,
        Targets: stubs.map(({ port }) => ({ Id: '127.0.0.1', Port: port })),
      }),
    );
    await eventually('one target is healthy and one is not', async () => {
      const states = await targetStates(under, blue);
      return states.get(well.port) === 'healthy' && states.get(ill.port) === 'unhealthy';
    });

    expect(await router.targetHealth(blue)).toEqual({ healthy: 1, unhealthy: 1, total: 2 });
    const leaving = [{ Id: '127.0.0.1', Port: ill.port }];
    await under.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: blue, Targets: leaving }));
    expect(await router.targetHealth(blue)).toEqual({ healthy: 1, unhealthy: 0, total: 1 });
    expect(await router.targetHealth(green)).toEqual({ healthy: 0, unhealthy: 0, total: 0 });
  });

  test('tells where the listener is reached', async () => {
    const { protocol, host, port, isInternal } = await router.entranceOf(listener.arn);

    expect([protocol, port, isInternal]).toEqual(['http', listener.port, false]);
    expect(host).not.toBe('');
  });
});
