import { describe, expect, test } from '@jest/globals';
import { healthCheckBlue } from '../../lib/usecases/rollback/health-check-blue.ts';
import { runPreCheck } from '../../lib/usecases/checks/run-pre-check.ts';
import type { World } from '../../lib/ports/world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { modelArns, modelSpec } from '../model/model-world.ts';
import { good, twoPushes } from '../statemachines/two-pushes.ts';
import { journeyTo, passedChecks, rollbackTo } from '../usecases/journey.ts';
import { untilVerified } from '../usecases/until-verified.ts';
import { altered } from '../usecases/watched-world.ts';

const answering = (status: number, headers = {}, body = '') => ({
  probe: { get: () => Promise.resolve({ status, milliseconds: 2, headers, body }) },
});

describe('the pre-check of blue’s answer', () => {
  test('passes where blue answers well, and says so in the record', async () => {
    const { owned, world } = await journeyTo('opened');

    expect(await runPreCheck({ ...owned, check: 'answer' }, world)).toMatchObject({ passed: true, answered: true });
  });

  test('quotes the status, where it leads and the start of the body, and names the fix', async () => {
    const { owned, world } = await journeyTo('opened');
    const login = answering(302, { location: 'https://login.example.com/?to=x' }, '<html>\n\u202esign in</html>');

    const { passed, saw } = await runPreCheck({ ...owned, check: 'answer' }, altered(world, login));

    expect(passed).toBe(false);
    expect(saw).toContain(
      'http://127.0.0.1:1/health: status 302 to https://login.example.com/?to=x, "<html> sign in</html>"',
    );
    expect(saw).toContain('verify: { by: targetHealth }');
  });

  test.each([
    ['the spec says target health', modelSpec({ verify: { by: 'targetHealth' } }), false, []],
    ['the load balancer is internal', modelSpec(), true, []],
    ['the rule has its users sign in', modelSpec(), false, [{ Type: 'authenticate-cognito', Order: 1 }]],
  ] as const)('asks nothing where %s', async (_, spec, isInternal, login) => {
    const { owned, world } = await journeyTo('opened', { spec });
    world.actions.set(modelArns.rule, [...login, ...(world.actions.get(modelArns.rule) ?? [])]);
    const entranceOf = () => Promise.resolve({ protocol: 'http', host: 'main.test', port: 80, isInternal } as const);

    const found = await runPreCheck(
      { ...owned, check: 'answer' },
      altered(world, { router: { entranceOf }, ...answering(500) }),
    );
    expect(found.passed).toBe(true);
    expect(found.answered).toBeUndefined();
  });
});

describe('the pre-check of blue’s answer under the maintenance page', () => {
  test('asks nothing: users get the page, and target health decides', async () => {
    const { owned, world } = await journeyTo('opened');
    const order = { wanted: 'on', by: 'Ana', how: 'command', reason: 'the database moves', standing: 'up' } as const;
    const at = world.now().toISOString();
    await world.store.putMaintenance('web', { ...order, at, toldIn: [], listeners: [] }, undefined);

    const found = await runPreCheck({ ...owned, check: 'answer' }, altered(world, answering(503)));

    expect(found).toMatchObject({ passed: true, saw: expect.stringContaining('maintenance page') });
    expect(found.answered).toBeUndefined();
  });
});

describe('a target group whose matcher takes more than 2xx for healthy', () => {
  const matchers = (ofBlue: string, ofGreen = ofBlue) => ({
    healthChecksOf: () =>
      Promise.resolve({ [modelArns.groupA]: { matcher: ofBlue }, [modelArns.groupB]: { matcher: ofGreen } }),
  });
  const checked = async (status: number, router: object) => {
    const { owned, world } = await journeyTo('opened');
    return runPreCheck({ ...owned, check: 'answer' }, altered(world, { router, ...answering(status) }));
  };

  test.each([
    [401, '401'],
    [302, '200-399'],
    [404, '200,404'],
  ])('%i passes with the matcher %s, and is kept in the record', async (status, matcher) => {
    expect(await checked(status, matchers(matcher))).toMatchObject({
      passed: true,
      answered: true,
      accepts: matcher,
      saw: expect.stringContaining(`status ${String(status)}`),
    });
  });

  test.each([
    [500, '200-499'],
    [401, '200-399'],
    [401, '200'],
  ])('%i is refused with the matcher %s', async (status, matcher) => {
    expect(await checked(status, matchers(matcher))).toMatchObject({ passed: false });
  });

  test('a matcher that green does not share is refused, with what to do', async () => {
    const { passed, saw } = await checked(401, matchers('401', '200'));

    expect(passed).toBe(false);
    expect(saw).toContain('give both the same matcher');
  });

  test('where blue answers 2xx nothing else is good, whatever the matcher says', async () => {
    const found = await checked(200, matchers('200-499'));
    expect(found).toMatchObject({ passed: true, answered: true });
    expect(found).not.toHaveProperty('accepts');
  });

  test.each([
    ['401', 'verified'],
    [undefined, 'rollBack'],
  ] as const)('green that answers 401, with %s in the record, is %s', async (accepts, expected) => {
    const [first] = passedChecks;
    const results = [{ name: 'answer', passed: true, answered: true, saw: '', expected: '', ...first, accepts }];
    const journey = await journeyTo('ready', { results });
    const get: World['probe']['get'] = (_, headers) => {
      journey.world.countProbe(headers);
      return Promise.resolve({ status: 401, milliseconds: 1 });
    };
    const world = altered(journey.world, { probe: { get } });

    const looks = await untilVerified(journey.owned, world, (milliseconds) => {
      journey.world.time += milliseconds;
    });

    expect(looks.at(-1)?.outcome).toBe(expected);
  });

  test.each([
    ['401', 'answered'],
    [undefined, 'waiting'],
  ] as const)('after a rollback blue is asked the same, with %s in the record: %s', async (accepts, outcome) => {
    const [first] = passedChecks;
    const results = [{ name: 'answer', passed: true, answered: true, saw: '', expected: '', ...first, accepts }];
    const journey = await rollbackTo('confirmed', 'shifted', () => undefined, { results });

    const look = await healthCheckBlue({ ...journey.owned, since: 'now' }, altered(journey.world, answering(401)));

    expect(look.outcome).toBe(outcome);
  });
});

describe('a rule that the health request does not reach', () => {
  test('by a condition that it does not meet rejects the rollout, with what to write', async () => {
    const { owned, world } = await journeyTo('opened', { spec: modelSpec({ healthPath: '/health' }) });
    const read: World['router']['read'] = async (targets) =>
      (await world.router.read(targets)).map((routing) => ({
        ...routing,
        conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }],
      }));

    const { passed, saw } = await runPreCheck({ ...owned, check: 'answer' }, altered(world, { router: { read } }));

    expect(passed).toBe(false);
    expect(saw).toContain('does not meet path-pattern /api/*');
    expect(saw).toContain('such as /api/health');
  });

  test('because an earlier rule answers it rejects the rollout, too', async () => {
    const { owned, world } = await journeyTo('opened');
    const earlier = { arn: 'earlier', isDefault: false, priority: 3, actions: [] };
    const conditions = [{ Field: 'path-pattern', Values: ['/health'] }];
    const router = { rulesOf: () => Promise.resolve([{ ...earlier, conditions }]) };

    const { passed, saw } = await runPreCheck({ ...owned, check: 'answer' }, altered(world, { router }));

    expect(passed).toBe(false);
    expect(saw).toContain('is answered by rule earlier (priority 3; path-pattern /health)');
  });

  test('for what only the caller’s address decides is asked', async () => {
    const { owned, world } = await journeyTo('opened');
    const conditions = [{ Field: 'source-ip', SourceIpConfig: { Values: ['192.0.2.0/24'] } }];
    const read: World['router']['read'] = async (targets) =>
      (await world.router.read(targets)).map((routing) => ({ ...routing, conditions }));

    const found = await runPreCheck({ ...owned, check: 'answer' }, altered(world, { router: { read } }));

    expect(found).toMatchObject({ passed: true, answered: true });
  });
});

test.each([401, 302, 404])(
  'a health path that blue answers with %s rejects the rollout before anything is changed',
  async (status) => {
    const world = await twoPushes();
    Object.assign(world, { probe: { ...world.probe, ...answering(status).probe } });

    const { end } = await walk('rollout', good, world);

    expect(end).toMatchObject({ error: 'Rejected' });
    expect(await newestRollout(world)).toMatchObject({
      phase: 'rejected',
      reason: expect.stringContaining(`status ${status}`),
    });
    expect((await world.store.service('web')).lockedBy).toBeUndefined();
    expect(world.headerRoutes.size).toBe(0);
  },
);

describe('after a rollback', () => {
  test('a blue that did not answer before is judged by its targets’ health, whatever it answers now', async () => {
    const [first] = passedChecks;
    const results = [{ name: 'answer', passed: true, saw: 'no request', expected: first?.expected ?? '' }];
    const journey = await rollbackTo('confirmed', 'shifted', () => undefined, { results });

    const look = await healthCheckBlue({ ...journey.owned, since: 'now' }, altered(journey.world, answering(401)));

    expect(look.outcome).toBe('answered');
    expect(look.cause).toContain('2 targets of blue are healthy');
  });

  test('one that answered before has to answer again', async () => {
    const journey = await rollbackTo('confirmed');

    const look = await healthCheckBlue({ ...journey.owned, since: 'now' }, altered(journey.world, answering(401)));

    expect(look.outcome).toBe('waiting');
  });
});

describe('the pre-checks of ways that Sluice does not drive', () => {
  test.each(['the deployment strategy LINEAR', 'the deployment controller CODE_DEPLOY'])(
    '%s is refused',
    async (movesTraffic) => {
      const { owned, world } = await journeyTo('opened');
      const { describe: found } = { describe: await world.runtime.describe({ cluster: 'main', service: 'web-a' }) };
      const runtime = { describe: () => Promise.resolve(found && { ...found, movesTraffic }) };

      const { passed, saw } = await runPreCheck({ ...owned, check: 'deployment' }, altered(world, { runtime }));
      expect([passed, saw]).toEqual([false, `web-a has ${movesTraffic}, web-a has ${movesTraffic}`]);
    },
  );

  test('gRPC target groups are refused with both reasons', async () => {
    const { owned, world } = await journeyTo('opened');
    const router = { protocolVersionsOf: () => Promise.resolve({ [modelArns.groupB]: 'GRPC' }) };

    const { passed, saw } = await runPreCheck({ ...owned, check: 'protocol' }, altered(world, { router }));
    expect(passed).toBe(false);
    expect(saw).toContain('no HTTP GET');
    expect(saw).toContain('grpc-status trailer');
  });
});
