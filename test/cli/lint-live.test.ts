import {
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  PutScheduledActionCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { awsServiceLook } from '../../lib/drivers/slots/aws-service-look.ts';
import type { ServiceFacts, ServiceLook } from '../../lib/drivers/service-look.ts';
import { cluster, createGroup, forward } from '../fleet/fleet-under-test.ts';
import { register, scalable } from '../fleet/scaling.ts';
import { type FakeCli } from './cli-harness.ts';
import { addRule, cliOn, type LiveService, publishedAt, removeRule, specOf, startLiveService } from './live-service.ts';

let live: LiveService;
let cli: FakeCli;
let look: ServiceLook;

beforeAll(async () => {
  live = await startLiveService();
});

afterAll(() => live.under.stop());

beforeEach(() => {
  cli = cliOn(live);
  look = awsServiceLook(live.under.ecs, live.under.elb, live.scaling);
});

async function lint(text = specOf(live)) {
  cli.files.set('web.yml', text);
  const { code, out, err } = await cli.run('lint web.yml --live');
  // What the file alone leaves unjudged is tested where no AWS is asked.
  return { code, out: out.filter((line) => !line.includes(': hint: ')), err };
}

/** The look with some facts of slot a changed, for what the fleet cannot be. */
function lookingAt(changes: Partial<ServiceFacts>): ServiceLook {
  return {
    ...look,
    services: async (name, names) =>
      (await look.services(name, names)).map(
        (facts, index) => facts && (index === 0 ? { ...facts, ...changes } : facts),
      ),
  };
}

describe('sluice lint --live', () => {
  test('has nothing to say of a service that fits its spec', async () => {
    const judged = `${specOf(live)}preset: web\n`;

    expect(await lint(judged)).toEqual({ code: 0, out: [], err: ['1 spec checked, nothing to report.'] });
  });

  test('says what the file alone tells, too, and nothing live of a file with a mistake', async () => {
    const { code, out } = await lint(specOf(live).replace('container: app', 'container: "a b"'));

    expect(code).toBe(1);
    expect(out).toEqual([expect.stringMatching(/^web\.yml:3:12: container is "a b"/)]);
  });

  test.each([
    ['a cluster that is not there', [`cluster: ${cluster}`, 'cluster: none'], '2:10: ECS has no cluster none'],
    ['a service that is not there', ['service: web-b', 'service: web-c'], '10:14: ECS has no active service'],
    [
      'a container that is not in the definition',
      ['container: app', 'container: proxy'],
      /3:12: .* expected one of app$/,
    ],
    ['swapped target groups', ['service: web-a', 'service: web-b\n    # '], 'both slots name the same ECS service'],
  ])('finds %s', async (_, [from = '', to = ''], expected) => {
    const { code, out } = await lint(specOf(live).replace(from, to));

    expect(code).toBe(1);
    expect(out.join('\n')).toMatch(
      typeof expected === 'string' ? new RegExp(expected.replaceAll('.', '\\.')) : expected,
    );
  });

  test('finds a target group that is not there, and one that nobody registers with', async () => {
    const other = await createGroup(live.under, 'other');
    const gone = `${live.groups.b.slice(0, -16)}${'0'.repeat(16)}`;
    const text = specOf(live).replace(live.groups.a, other).replace(live.groups.b, gone);

    expect((await lint(text)).out).toEqual(
      expect.arrayContaining([
        expect.stringContaining('web.yml:8:18: web-a does not register with this target group (but with: arn:aws:'),
        expect.stringContaining('web.yml:11:18: there is no such target group'),
      ]),
    );
  });

  test('finds a rule and a listener that are not there', async () => {
    const gone = (arn: string) => `${arn.slice(0, -16)}${'0'.repeat(16)}`;
    const text = specOf(live)
      .replace(live.rule, gone(live.rule))
      .replace(`${live.listener}\n`, `${gone(live.listener)}\n`);

    expect((await lint(text)).out).toEqual(
      expect.arrayContaining([
        expect.stringContaining('web.yml:13:15: the load balancer has no such listener'),
        expect.stringContaining('web.yml:14:11: the load balancer has no such rule'),
      ]),
    );
  });

  test.each<[string, Partial<ServiceFacts>, number, string]>([
    ['another deployment controller', { controller: 'CODE_DEPLOY' }, 1, 'web-a is deployed by CODE_DEPLOY'],
    ['a daemon', { scheduling: 'DAEMON' }, 1, 'web-a is scheduled as DAEMON, expected REPLICA'],
    [
      'no load balancer',
      { bindings: [] },
      1,
      'web-a registers with no target group, expected one behind an Application',
    ],
    [
      'Service Connect',
      { otherTraffic: ['Service Connect'] },
      0,
      'warning: web-a is also reached through Service Connect',
    ],
  ])('finds %s', async (_, changes, code, expected) => {
    cli.looks = lookingAt(changes);
    const found = await lint();

    expect(found.code).toBe(code);
    expect(found.out.join('\n')).toContain(expected);
  });

  test('warns of a circuit breaker of ECS that rolls back by itself', async () => {
    const breaker = (rollback: boolean) =>
      new UpdateServiceCommand({
        cluster,
        service: 'web-b',
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
      });
    await live.under.ecs.send(breaker(true));

    expect(await lint()).toMatchObject({
      code: 0,
      out: [expect.stringMatching(/^web\.yml:10:14: warning: the deployment circuit breaker of web-b is on rollback/)],
    });
    await live.under.ecs.send(breaker(false));
  });

  test('finds a rule that lacks a slot, one that authenticates, and stickiness that a rollback cannot outwait', async () => {
    const { under, listener, groups } = live;
    const lacking = await addRule(under, listener, 20, [forward([groups.a, 1])]);
    const sticky = await addRule(under, listener, 21, [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: groups.a, Weight: 100 },
            { TargetGroupArn: groups.b, Weight: 0 },
          ],
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 86_400 },
        },
      },
    ]);
    const { code, out } = await lint(`${specOf(live)}  - rule: ${lacking}\n  - rule: ${sticky}\n`);

    expect(code).toBe(1);
    expect(out).toEqual([
      expect.stringMatching(/^web\.yml:15:11: it does not name a target group of slot b, expected one of each/),
      expect.stringMatching(/^web\.yml:16:11: group stickiness of 1d holds clients .* at most 15m/),
    ]);
    await Promise.all([lacking, sticky].map((rule) => removeRule(under, rule)));
  });

  test('finds rules that forward to a slot and are not in the list, and leaves header rules alone', async () => {
    const { under, listener, groups } = live;
    const forgotten = await addRule(under, listener, 30, [forward([groups.a, 1])]);
    const header = { HttpHeaderName: 'Canary', Values: ['true'] };
    const own = await addRule(
      under,
      listener,
      31,
      [forward([groups.b, 1])],
      [{ Field: 'http-header', HttpHeaderConfig: header }],
    );

    expect((await lint()).out).toEqual([
      expect.stringContaining(`web.yml:13:3: rule ${forgotten} forwards to a slot as well, expected it in this list`),
    ]);
    await Promise.all([forgotten, own].map((rule) => removeRule(under, rule)));
  });

  test('finds a rule without room for one more condition value, or for a priority before it', async () => {
    const { under, listener, groups } = live;
    const both = [forward([groups.a, 100], [groups.b, 0])];
    const full = await addRule(under, listener, 40, both, [
      { Field: 'path-pattern', Values: ['/a', '/b', '/c', '/d', '/e'] },
    ]);
    const first = await addRule(under, listener, 1, both);
    const { code, out } = await lint(`${specOf(live)}  - rule: ${full}\n  - rule: ${first}\n`);

    expect(code).toBe(1);
    expect(out).toEqual([
      expect.stringMatching(/^web\.yml:15:11: its conditions have 5 values of the 5 .*; expected at most 4$/),
      expect.stringMatching(/^web\.yml:16:11: no priority is free before its 1, expected one/),
    ]);
    await Promise.all([full, first].map((rule) => removeRule(under, rule)));
  });

  describe('what scales one slot and not the other', () => {
    const { a, b } = { a: scalable('web-a'), b: scalable('web-b') };
    const night = {
      ScheduledActionName: 'night',
      Schedule: 'cron(0 20 * * ? *)',
      ScalableTargetAction: { MaxCapacity: 2 },
    };
    const once = {
      ScheduledActionName: 'once',
      Schedule: 'at(2031-11-28T00:00:00)',
      ScalableTargetAction: { MinCapacity: 9 },
    };

    test('is found: first the slot, then a scheduled action; one that acts much later is a warning', async () => {
      await register(live.scaling, 'web-a', [1, 6]);
      expect(await lint()).toMatchObject({
        code: 1,
        out: [
          expect.stringMatching(/^web\.yml:10:14: Application Auto Scaling scales web-a and not web-b, expected both/),
        ],
      });

      await register(live.scaling, 'web-b', [1, 6]);
      expect(await lint()).toMatchObject({ code: 0, out: [] });
      await live.scaling.send(new PutScheduledActionCommand({ ...b, ...night }));
      await live.scaling.send(new PutScheduledActionCommand({ ...a, ...once }));
      const { code, out } = await lint();
      expect(code).toBe(1);
      expect(out).toEqual([
        expect.stringMatching(
          /^web\.yml:7:14: web-b has scheduled action night .* web-a has not, .*put-scheduled-action/,
        ),
        expect.stringMatching(/^web\.yml:10:14: warning: web-a has scheduled action once .* web-b has not/),
      ]);

      await live.scaling.send(new PutScheduledActionCommand({ ...a, ...night }));
      await live.scaling.send(new DeleteScheduledActionCommand({ ...a, ScheduledActionName: 'once' }));
      expect(await lint()).toMatchObject({ code: 0, out: [] });
      await Promise.all([a, b].map((one) => live.scaling.send(new DeregisterScalableTargetCommand(one))));
    });

    test('that cannot be asked is a warning', async () => {
      cli.looks = { ...look, scalingOf: () => Promise.reject(new Error('not authorized')) };

      expect(await lint()).toMatchObject({
        code: 0,
        out: [
          expect.stringContaining(
            'Application Auto Scaling could not be asked whether both slots scale alike: not authorized',
          ),
        ],
      });
    });
  });

  test('finds a load balancer that has no room for the rules of a rollout', async () => {
    cli.looks = { ...look, limits: async () => ({ ...(await look.limits()), rulesPerBalancer: 2 }) };

    expect(await lint()).toMatchObject({
      code: 1,
      out: [
        expect.stringMatching(/^web\.yml:13:15: its load balancer has 1 of the 2 rules .* adds 2; expected at most 0$/),
      ],
    });
  });

  test('warns where it is not clear which slot serves, as while a rollout runs', async () => {
    const { under, rule, groups } = live;
    const split = (a: number, b: number) =>
      under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [forward([groups.a, a], [groups.b, b])] }));
    await split(90, 10);

    expect(await lint()).toMatchObject({
      code: 0,
      out: [
        expect.stringMatching(/^web\.yml:13:3: warning: it is not clear which slot serves \(both slots get traffic/),
      ],
    });
    await split(100, 0);
  });

  test('says what each step gathers of too few requests against what it needs, and a bake that would do', async () => {
    cli.metricSource = publishedAt(5 / 60);

    expect(
      await lint(`${specOf(live)}steps:\n  - { weight: 25, bake: 30m }\n  - { weight: 100, bake: 20m }\n`),
    ).toEqual({
      code: 0,
      out: [
        'web.yml:16:25: warning: at the traffic of the last hour the step of 25 % gathers about 33 of the 50 requests that it needs in 30m, so it will be held; write `bake: 43m` for it',
      ],
      err: [],
    });
  });

  test('of traffic that cannot be read says that it is not known whether the steps gather enough', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDenied' });
    cli.metricSource = { read: () => Promise.reject(denied) };

    expect(await lint()).toEqual({
      code: 0,
      out: [
        expect.stringMatching(
          /^web\.yml:1:1: warning: it is not known whether each step gathers the 50 requests that it needs, as the traffic of the last hour could not be read: AWS does not allow it/,
        ),
      ],
      err: [],
    });
  });

  test('prints the same as JSON, and asks in the region of the spec', async () => {
    cli.files.set('web.yml', specOf(live).replace('container: app', 'container: proxy'));
    const { out } = await cli.run('lint web.yml --live --json');

    expect(JSON.parse(out.join(''))).toContainEqual({
      file: 'web.yml',
      line: 3,
      column: 12,
      severity: 'error',
      message: expect.stringContaining('has no container proxy'),
    });
    expect(cli.looked).toEqual([{ region: 'us-east-1' }]);
  });

  test('an account that cannot be asked is one line on stderr', async () => {
    cli.looks = {
      ...look,
      services: () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' })),
    };

    expect(await lint()).toEqual({
      code: 1,
      out: [],
      err: ['error: AWS does not allow it: no Use a role that may, or add this permission to yours.'],
    });
  });
});
