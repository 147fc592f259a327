import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  ModifyRuleCommand,
  SetRulePrioritiesCommand,
  type CreateRuleCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { seededRandom } from '../../local/fleet/seeded-random.ts';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  forward,
  named,
  startTestFleet,
  type FleetUnderTest,
} from './fleet-under-test.ts';
import { answering, registerHealthy, startStub, type StubTarget } from './stub-target.ts';
import { failuresIn, sendMany, steadyTraffic, type Seen } from './traffic.ts';

let under: FleetUnderTest;
let blue: string;
let green: string;
let stubs: StubTarget[];
let listener: { arn: string; url: string };

beforeAll(async () => {
  under = await startTestFleet({ random: seededRandom(7) });
  [blue, green] = [await createGroup(under, 'blue'), await createGroup(under, 'green')];
  listener = await createListener(under, await createLoadBalancer(under), forward([blue, 1], [green, 0]));
  stubs = await Promise.all(['blue', 'green'].map((name) => startStub(answering(name))));
  await registerHealthy(under, blue, named(stubs[0]));
  await registerHealthy(under, green, named(stubs[1]));
});

afterAll(async () => {
  await under.stop();
  await Promise.all(stubs.map((stub) => stub.stop()));
});

function shareOf(seen: readonly Seen[], name: string): number {
  return (100 * seen.filter(({ body }) => body === name).length) / seen.length;
}

async function withRule(
  rule: Omit<CreateRuleCommandInput, 'ListenerArn'>,
  run: (ruleArn: string) => Promise<void>,
): Promise<void> {
  const { Rules } = await under.elb.send(new CreateRuleCommand({ ListenerArn: listener.arn, ...rule }));
  const arn = named(Rules?.[0]?.RuleArn);
  try {
    await run(arn);
  } finally {
    await under.elb.send(new DeleteRuleCommand({ RuleArn: arn }));
  }
}

const everything = [{ Field: 'path-pattern', Values: ['/*'] }];

describe('the load balancer', () => {
  test.each([
    [5, 95],
    [25, 75],
    [50, 50],
  ])(
    "gives green %i of 100 requests beside blue's %i, within one point over 10,000",
    async (greenWeight, blueWeight) => {
      await withRule(
        { Priority: 10, Conditions: everything, Actions: [forward([blue, blueWeight], [green, greenWeight])] },
        async () => {
          const seen = await sendMany(listener.url, 10_000, 32);

          expect(failuresIn(seen)).toEqual([]);
          expect(Math.abs(shareOf(seen, 'green') - greenWeight)).toBeLessThanOrEqual(1);
        },
      );
    },
    240_000,
  );

  test('gives nothing to a target group of weight zero', async () => {
    expect(shareOf(await sendMany(listener.url, 500, 8), 'blue')).toBe(100);
  });

  test('answers 503 where all weights are zero', async () => {
    await withRule({ Priority: 10, Conditions: everything, Actions: [forward([blue, 0], [green, 0])] }, async () => {
      const [seen] = await sendMany(listener.url, 1, 1);

      expect(seen).toMatchObject({ status: 503, headers: { server: 'awselb/2.0' } });
    });
  });

  test('sends requests with a header to green and all others by the default action', async () => {
    const canary = [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Canary', Values: ['true'] } }];
    await withRule({ Priority: 1, Conditions: canary, Actions: [forward([green, 1])] }, async () => {
      expect(shareOf(await sendMany(listener.url, 50, 4, { headers: { canary: 'true' } }), 'green')).toBe(100);
      expect(shareOf(await sendMany(listener.url, 50, 4, { headers: { canary: 'false' } }), 'blue')).toBe(100);
      expect(shareOf(await sendMany(listener.url, 50, 4), 'blue')).toBe(100);
    });
  });

  test.each([
    [
      'path-pattern',
      { Field: 'path-pattern', Values: ['/api/v?/*'] },
      { path: '/api/v2/users' },
      { path: '/API/v2/users' },
    ],
    [
      'host-header',
      { Field: 'host-header', Values: ['*.example.com'] },
      { headers: { host: 'WWW.example.com:80' } },
      {},
    ],
    [
      'http-request-method',
      { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } },
      { method: 'POST' },
      {},
    ],
    [
      'query-string',
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'beta', Value: 'y*' }] } },
      { path: '/?a=1&beta=yes' },
      { path: '/?beta=no' },
    ],
  ])('routes by the condition %s', async (_, condition, matching, other) => {
    await withRule({ Priority: 1, Conditions: [condition], Actions: [forward([green, 1])] }, async () => {
      expect(shareOf(await sendMany(listener.url, 1, 1, matching), 'green')).toBe(100);
      expect(shareOf(await sendMany(listener.url, 1, 1, other), 'blue')).toBe(100);
    });
  });

  test.each([
    ['127.0.0.0/8', 'green'],
    ['10.0.0.0/8', 'blue'],
  ])('routes by the address that a request comes from: one of %s goes to %s', async (network, name) => {
    const from = [{ Field: 'source-ip', SourceIpConfig: { Values: [network] } }];
    await withRule({ Priority: 1, Conditions: from, Actions: [forward([green, 1])] }, async () => {
      expect(shareOf(await sendMany(listener.url, 1, 1), name)).toBe(100);
    });
  });

  test('obeys the rule of the lower priority first, also after the priorities changed', async () => {
    const toGreen = { Priority: 20, Conditions: everything, Actions: [forward([green, 1])] };
    const fixed = {
      Type: 'fixed-response' as const,
      FixedResponseConfig: { StatusCode: '418', MessageBody: 'short and stout' },
    };
    await withRule({ Priority: 30, Conditions: everything, Actions: [fixed] }, async (fixedArn) => {
      await withRule(toGreen, async (greenArn) => {
        expect(shareOf(await sendMany(listener.url, 1, 1), 'green')).toBe(100);

        await under.elb.send(
          new SetRulePrioritiesCommand({
            RulePriorities: [
              { RuleArn: fixedArn, Priority: 20 },
              { RuleArn: greenArn, Priority: 30 },
            ],
          }),
        );

        expect(await sendMany(listener.url, 1, 1)).toMatchObject([{ status: 418, body: 'short and stout' }]);
        const { Rules } = await under.elb.send(new DescribeRulesCommand({ ListenerArn: listener.arn }));
        expect(Rules?.map(({ Priority }) => Priority)).toEqual(['20', '30', 'default']);
      });
    });
  });

  test('changes weights between two requests, without a failed one, while many are under way', async () => {
    await withRule(
      { Priority: 10, Conditions: everything, Actions: [forward([blue, 100], [green, 0])] },
      async (ruleArn) => {
        const traffic = steadyTraffic(listener.url, 16, { method: 'POST', body: 'x' });
        for (let change = 0; change < 60; change += 1) {
          const [first, second] = change % 2 === 0 ? [0, 100] : [100, 0];
          await under.elb.send(
            new ModifyRuleCommand({ RuleArn: ruleArn, Actions: [forward([blue, first], [green, second])] }),
          );
          // Answered means in effect: the very next request obeys.
          expect(await sendMany(listener.url, 1, 1)).toMatchObject([{ body: change % 2 === 0 ? 'green' : 'blue' }]);
        }
        const seen = await traffic.stop();

        expect(failuresIn(seen)).toEqual([]);
        expect(seen.length).toBeGreaterThan(100);
      },
    );
  });

  test('redirects', async () => {
    const RedirectConfig = {
      StatusCode: 'HTTP_302' as const,
      Host: 'new.example.com',
      Port: '80',
      Path: '/v2/#{path}',
    };
    const old = [{ Field: 'path-pattern', Values: ['/old'] }];
    await withRule({ Priority: 1, Conditions: old, Actions: [{ Type: 'redirect', RedirectConfig }] }, async () => {
      const [seen] = await sendMany(listener.url, 1, 1, { path: '/old?x=1' });

      expect(seen).toMatchObject({ status: 302, headers: { location: 'http://new.example.com:80/v2/old?x=1' } });
    });
  });

  test('keeps a client with its group while stickiness lasts, whatever the weights say', async () => {
    const sticky = (blueWeight: number, greenWeight: number) => {
      const action = forward([blue, blueWeight], [green, greenWeight]);
      return {
        ...action,
        ForwardConfig: { ...action.ForwardConfig, TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 } },
      };
    };
    await withRule({ Priority: 10, Conditions: everything, Actions: [sticky(0, 1)] }, async (ruleArn) => {
      const [first] = await sendMany(listener.url, 1, 1);
      const cookie = named(first?.headers['set-cookie']?.find((value) => value.startsWith('AWSALBTG='))?.split(';')[0]);
      await under.elb.send(new ModifyRuleCommand({ RuleArn: ruleArn, Actions: [sticky(1, 0)] }));

      expect(shareOf(await sendMany(listener.url, 20, 2, { headers: { cookie } }), 'green')).toBe(100);
      expect(shareOf(await sendMany(listener.url, 20, 2), 'blue')).toBe(100);
    });
  });
});
