import { describe, expect, test } from '@jest/globals';
import { healthCheckBlue } from '../../../lib/usecases/rollback/health-check-blue.ts';
import { restoreStickiness } from '../../../lib/usecases/rollback/restore-stickiness.ts';
import { verifyBlue } from '../../../lib/usecases/rollback/verify-blue.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { declared } from '../../statemachines/emergency-scenarios.ts';
import { rollbackTo, stickyActions } from '../journey.ts';
import { altered } from '../watched-world.ts';

describe('verifyBlue', () => {
  test('more time than its budget is announced once, and it looks on', async () => {
    const journey = await rollbackTo('confirmed');
    const since = journey.world.now().toISOString();
    const sick = altered(journey.world, {
      router: { targetHealth: () => Promise.resolve({ healthy: 0, unhealthy: 2, total: 2 }) },
    });
    journey.world.time += 130_000;

    const looks = [
      await verifyBlue({ ...journey.owned, since }, sick),
      await verifyBlue({ ...journey.owned, since }, sick),
      await verifyBlue({ ...journey.owned, since }, journey.world),
    ];

    expect(looks.map(({ outcome }) => outcome)).toEqual(['waiting', 'waiting', 'healthy']);
    expect(looks.map((look) => look.since)).toEqual([since, since, since]);
    expect(await journey.events('RollbackPartSlow')).toEqual([
      { type: 'RollbackPartSlow', part: 'verifyBlue', seconds: 130, budgetSeconds: 120 },
    ]);
  });

  test('ends the attempt after ten minutes, and says what is wrong with blue', async () => {
    const journey = await rollbackTo('confirmed');
    const sick = altered(journey.world, {
      router: { targetHealth: () => Promise.resolve({ healthy: 1, unhealthy: 1, total: 2 }) },
    });
    const since = journey.world.now().toISOString();
    journey.world.time += 601_000;

    const { outcome, cause } = await verifyBlue({ ...journey.owned, since }, sick);

    expect(outcome).toBe('unhealthy');
    expect(cause).toContain('1 of 2 targets of blue are healthy, 2 expected');
    expect(await journey.events('BlueNotHealthy')).toHaveLength(1);
  });

  test.each([
    ['none is healthy, and the spec wants an emergency', { emergency: {} }, 0, 'unhealthy'],
    ['one is healthy', { emergency: {} }, 1, 'waiting'],
    ['the spec leaves emergencies to people', { emergency: { automatic: false } }, 0, 'waiting'],
    ['the spec says nothing of emergencies', {}, 0, 'waiting'],
  ])('after the wait of an emergency, where %s', async (_, more, healthy, outcome) => {
    const journey = await rollbackTo('confirmed', 'shifted', () => undefined, { spec: modelSpec(more) });
    const sick = altered(journey.world, {
      router: { targetHealth: () => Promise.resolve({ healthy, unhealthy: 2 - healthy, total: 2 }) },
    });
    const since = journey.world.now().toISOString();
    journey.world.time += 59_000;
    expect(await verifyBlue({ ...journey.owned, since }, sick)).toMatchObject({ outcome: 'waiting' });
    journey.world.time += 2_000;
    expect(await verifyBlue({ ...journey.owned, since }, sick)).toMatchObject({ outcome });
  });

  test('an attempt beside an emergency that has begun has its ten minutes', async () => {
    const journey = await rollbackTo('confirmed', 'shifted', () => undefined, { spec: modelSpec({ emergency: {} }) });
    await declared(journey.world);
    const sick = altered(journey.world, {
      router: { targetHealth: () => Promise.resolve({ healthy: 0, unhealthy: 2, total: 2 }) },
    });
    const since = journey.world.now().toISOString();
    journey.world.time += 300_000;
    expect(await verifyBlue({ ...journey.owned, since }, sick)).toMatchObject({ outcome: 'waiting' });
  });

  test('a rule that somebody changes after the restoration is seen', async () => {
    const journey = await rollbackTo('confirmed');
    journey.world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupB }]);

    const { outcome, cause } = await verifyBlue({ ...journey.owned, since: 'now' }, journey.world);

    expect(outcome).toBe('waiting');
    expect(cause).toContain(`${modelArns.rule} was changed after the restoration`);
  });

  test('a rule that stays changed ends the attempt at once, so that the next one restores it', async () => {
    const journey = await rollbackTo('confirmed');
    const since = journey.world.now().toISOString();
    journey.world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupB }]);
    journey.world.time += 31_000;

    expect(await verifyBlue({ ...journey.owned, since }, journey.world)).toMatchObject({ outcome: 'unhealthy' });
    expect(await journey.events('BlueNotHealthy')).toHaveLength(1);
  });
});

describe('healthCheckBlue', () => {
  test('asks on the health path as users do, without a header of its own', async () => {
    const journey = await rollbackTo('confirmed');
    const asked: [string, unknown][] = [];
    const world = altered(journey.world, {
      probe: {
        get: (url, headers) => {
          asked.push([url, headers]);
          return Promise.resolve({ status: 200, milliseconds: 2 });
        },
      },
    });

    expect(await healthCheckBlue({ ...journey.owned, since: 'now' }, world)).toMatchObject({ outcome: 'answered' });
    expect(asked).toEqual(Array.from({ length: 3 }, () => ['http://127.0.0.1:1/health', {}]));
    expect(journey.world.headerRoutes.size).toBe(0);
  });

  test('where the rule authenticates its users, blue is reached by a private header, and the rule for it is gone after', async () => {
    const journey = await rollbackTo('confirmed');
    const plan = journey.world.actions.get(modelArns.rule) ?? [];
    journey.world.actions.set(modelArns.rule, [{ Type: 'authenticate-cognito', Order: 1 }, ...plan]);
    const opened: string[] = [];
    const world = altered(journey.world, {
      router: {
        openHeaderRoute: (route) => {
          opened.push(`${route.targetGroup} ${route.value}`);
          return journey.world.router.openHeaderRoute(route);
        },
      },
      probe: {
        get: (_, headers) => Promise.resolve({ status: headers['x-sluice-verify'] ? 200 : 302, milliseconds: 2 }),
      },
    });

    expect(await healthCheckBlue({ ...journey.owned, since: 'now' }, world)).toMatchObject({ outcome: 'answered' });
    expect(opened).toEqual([expect.stringMatching(new RegExp(`^${modelArns.groupA} word`))]);
    expect(journey.world.headerRoutes.size).toBe(0);
  });

  test('answers that are not good are waited for, then end the attempt', async () => {
    const journey = await rollbackTo('confirmed');
    const world = altered(journey.world, { probe: { get: () => Promise.resolve({ status: 503, milliseconds: 2 }) } });
    const since = journey.world.now().toISOString();

    const first = await healthCheckBlue({ ...journey.owned, since: 'now' }, world);
    journey.world.time += 601_000;
    const last = await healthCheckBlue({ ...journey.owned, since }, world);

    expect([first.outcome, last.outcome]).toEqual(['waiting', 'silent']);
    expect(last.cause).toContain('status 503');
    expect(await journey.events('BlueNotHealthy')).toHaveLength(1);
  });

  test('end the attempt at once where they are green’s, as somebody changed a rule, once every look would show that', async () => {
    const journey = await rollbackTo('confirmed');
    const world = altered(journey.world, { probe: { get: () => Promise.resolve({ status: 503, milliseconds: 2 }) } });
    const since = journey.world.now().toISOString();
    journey.world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupB }]);

    const first = await healthCheckBlue({ ...journey.owned, since: 'now' }, world);
    journey.world.time += 31_000;
    const second = await healthCheckBlue({ ...journey.owned, since }, world);

    expect([first.outcome, second.outcome]).toEqual(['waiting', 'silent']);
    expect(second.cause).toContain(`${modelArns.rule} was changed after the restoration`);
  });
});

describe('restoreStickiness', () => {
  test('waits in pieces, and ends the attempt where somebody sends traffic to green meanwhile', async () => {
    const journey = await rollbackTo('confirmed', 'shifted', undefined, { sticky: 600 });
    const first = await restoreStickiness(journey.owned, journey.world);
    journey.world.time += 60_000;
    journey.world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupB }]);

    expect(first).toMatchObject({ outcome: 'waiting', waitSeconds: 60 });
    await expect(restoreStickiness(journey.owned, journey.world)).rejects.toThrow(
      `${modelArns.rule} was changed after the restoration`,
    );
  });

  test('writes no weights of others: a rule that sends some to green ends the attempt once no cookie is left', async () => {
    const journey = await rollbackTo('confirmed', 'shifted', undefined, { sticky: 600 });
    const half = [modelArns.groupA, modelArns.groupB].map((TargetGroupArn) => ({ TargetGroupArn, Weight: 50 }));
    const byOthers = [{ Type: 'forward', ForwardConfig: { TargetGroups: half } }];
    journey.world.time += 700_000;
    journey.world.actions.set(modelArns.rule, byOthers);

    await expect(restoreStickiness(journey.owned, journey.world)).rejects.toThrow(
      `${modelArns.rule} was changed after the restoration`,
    );
    expect(journey.world.actions.get(modelArns.rule)).toEqual(byOthers);
  });

  test('a page that others put in the place of both slots ends the attempt, so that the next one leads the rule to blue', async () => {
    const journey = await rollbackTo('confirmed', 'shifted', undefined, { sticky: 600 });
    journey.world.time += 700_000;
    journey.world.actions.set(modelArns.rule, [page]);

    await expect(restoreStickiness(journey.owned, journey.world)).rejects.toThrow(
      `${modelArns.rule} was changed after the restoration: it has fixed-response; another attempt restores it.`,
    );
    expect(journey.world.actions.get(modelArns.rule)).toEqual([page]);
  });

  test('leaves a page in the place of both slots and an OpenID login, which nobody but a person can give back', async () => {
    const journey = await rollbackTo('confirmed', 'shifted', undefined, {
      sticky: 600,
      route: ({ actions }) => actions.set(modelArns.rule, [login, ...stickyActions(600)]),
    });
    journey.world.time += 700_000;
    journey.world.actions.set(modelArns.rule, [page]);
    const writesNothing = altered(journey.world, { router: { write: () => Promise.reject(new Error('written')) } });

    const { outcome } = await restoreStickiness(journey.owned, writesNothing);

    expect(outcome).toBe('restored');
  });
});

const page = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } };
const login = {
  Type: 'authenticate-oidc',
  AuthenticateOidcConfig: { ClientId: 'shop', Issuer: 'https://id.example.com' },
};
