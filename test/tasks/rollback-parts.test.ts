import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { captureEvidence } from '../../lib/tasks/capture-evidence.ts';
import { closeRollback } from '../../lib/tasks/close-rollback.ts';
import { confirmRestored } from '../../lib/tasks/confirm-restored.ts';
import { declareEmergency } from '../../lib/tasks/declare-emergency.ts';
import { healthCheckBlue } from '../../lib/tasks/health-check-blue.ts';
import { removeGreen } from '../../lib/tasks/remove-green.ts';
import { restoreStickiness } from '../../lib/tasks/restore-stickiness.ts';
import { rollbackRequest } from '../../lib/tasks/rollback-request.ts';
import { verifyBlue } from '../../lib/tasks/verify-blue.ts';
import { modelArns } from '../model/model-world.ts';
import { type Journey, journeyTo, request, rollbackTo, startedAt } from './journey.ts';
import { altered } from './watched-world.ts';

async function eventsOf({ world, rolloutId }: Journey) {
  return (await world.store.events(rolloutId, 0)).map(({ event }) => event);
}

const ofType = (events: Awaited<ReturnType<typeof eventsOf>>, type: string) =>
  events.filter((event) => event.type === type);

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
    expect(ofType(await eventsOf(journey), 'RollbackPartSlow')).toEqual([
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
    expect(ofType(await eventsOf(journey), 'BlueNotHealthy')).toHaveLength(1);
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
    expect(ofType(await eventsOf(journey), 'BlueNotHealthy')).toHaveLength(1);
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
    expect(ofType(await eventsOf(journey), 'BlueNotHealthy')).toHaveLength(1);
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
});

const document = z.looseObject({
  tasks: z.array(z.unknown()),
  logs: z.array(z.looseObject({ lines: z.array(z.unknown()) })),
  datapoints: z.array(z.unknown()),
  rulesBefore: z.unknown(),
  rulesAfter: z.unknown(),
  events: z.array(z.unknown()),
  missing: z.array(z.string()),
});

describe('captureEvidence', () => {
  test('keeps tasks, log lines, datapoints and the rules before and after in one document', async () => {
    const journey = await rollbackTo('confirmed');
    journey.world.time += 5000;

    await captureEvidence(journey.owned, journey.world);

    const [[key, kept] = []] = [...journey.world.kept];
    expect(key).toBe(`rollouts/web/${journey.rolloutId}/evidence.json`);
    const read = document.parse(kept);
    expect(read.tasks).toHaveLength(1);
    expect(read.logs[0]?.lines).toHaveLength(1);
    expect(read.datapoints.length).toBeGreaterThan(0);
    expect(read.rulesBefore).toEqual((await journey.stored()).state.restorePlan);
    expect(read.rulesAfter).toMatchObject([{ arn: modelArns.rule }]);
    expect(read.missing).toEqual([]);
    expect(ofType(await eventsOf(journey), 'EvidenceCaptured')).toEqual([
      { type: 'EvidenceCaptured', location: `s3://evidence/${key ?? ''}` },
    ]);
  });

  test('what cannot be had is named, and the rest is kept', async () => {
    const journey = await rollbackTo('confirmed');
    const broken = altered(journey.world, {
      metrics: { read: () => Promise.reject(new Error('CloudWatch is down')) },
      evidence: {
        tasks: () => Promise.reject(new Error('no permission')),
        logs: () => Promise.resolve({ logs: [], missing: [] }),
      },
    });

    expect(await captureEvidence(journey.owned, broken)).toEqual({ outcome: 'incomplete' });

    expect(journey.world.kept.size).toBe(1);
    expect(ofType(await eventsOf(journey), 'EvidenceMissing')).toEqual([
      {
        type: 'EvidenceMissing',
        missing: expect.arrayContaining([
          "green's tasks could not be read: no permission",
          'the newest datapoints could not be read: CloudWatch is down',
        ]),
      },
    ]);
  });

  test('an archive that does not answer is no error either', async () => {
    const journey = await rollbackTo('confirmed');
    const broken = altered(journey.world, { archive: { keep: () => Promise.reject(new Error('no such bucket')) } });

    expect(await captureEvidence(journey.owned, broken)).toEqual({ outcome: 'incomplete' });
    const events = await eventsOf(journey);
    expect(ofType(events, 'EvidenceCaptured')).toEqual([]);
    expect(ofType(events, 'EvidenceMissing')).toHaveLength(1);
  });
});

describe('removeGreen', () => {
  test('says that there is no evidence where nothing tells of any', async () => {
    const journey = await rollbackTo('confirmed');

    await removeGreen({ ...journey.owned, startedAt }, journey.world);

    const types = (await eventsOf(journey)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['EvidenceMissing', 'GreenRemoved']);
  });

  test('its time counts from what came before it in this attempt', async () => {
    const journey = await rollbackTo('confirmed');
    await captureEvidence(journey.owned, journey.world);
    journey.world.time += 3_600_000;
    const retried = journey.world.now().toISOString();
    journey.world.time += 61_000;

    await removeGreen({ ...journey.owned, startedAt: retried }, journey.world);

    expect(ofType(await eventsOf(journey), 'RollbackPartSlow')).toEqual([
      { type: 'RollbackPartSlow', part: 'removeGreen', seconds: 61, budgetSeconds: 60 },
    ]);
  });
});

describe('the budgets', () => {
  test('traffic that comes back late is announced with the restoration', async () => {
    const journey = await rollbackTo('restored');
    journey.world.time = Date.parse(startedAt) + 45_000;

    await confirmRestored({ ...journey.owned, startedAt, request }, journey.world);

    const slow = ofType(await eventsOf(journey), 'RollbackSlow');
    expect(slow).toMatchObject([{ part: 'restore', budgetSeconds: 30 }]);
  });

  test('a rollback that takes longer than the whole budget is closed all the same, and announced', async () => {
    const journey = await rollbackTo('confirmed');
    journey.world.time += 301_000;

    expect(await closeRollback(journey.owned, journey.world)).toMatchObject({ outcome: 'rolledBack' });
    expect(ofType(await eventsOf(journey), 'RollbackSlow')).toMatchObject([{ part: 'whole', budgetSeconds: 300 }]);
  });
});

describe('declareEmergency', () => {
  test('names each rule with what it has and what is wanted, and the command to run by hand', async () => {
    const journey = await journeyTo('shifted');
    journey.claim();
    const error = { Error: 'NotRestored', Cause: '{"errorMessage":"ThrottlingException"}' };

    await declareEmergency({ ...journey.owned, error, request }, journey.world);

    expect(ofType(await eventsOf(journey), 'RollbackRequested')).toMatchObject([request]);
    expect(ofType(await eventsOf(journey), 'TrafficNotRestored')).toEqual([
      {
        type: 'TrafficNotRestored',
        attempt: journey.fence,
        reason: 'NotRestored: ThrottlingException',
        rules: [expect.stringMatching(/^rule arn:.*has \{.*"?:?10.*wanted: all to .*web-a/)],
        command: 'sluice rollback web --direct',
      },
    ]);
  });

  test('a rule that cannot be read is named too, and each further attempt is announced', async () => {
    const journey = await rollbackTo('claimed');
    const deaf = altered(journey.world, { router: { read: () => Promise.reject(new Error('no answer')) } });
    const error = { Error: 'NotRestored', Cause: 'x' };

    await declareEmergency({ ...journey.owned, error, request }, deaf);
    journey.claim();
    await declareEmergency({ ...journey.owned, error, request }, deaf);

    const declared = ofType(await eventsOf(journey), 'TrafficNotRestored');
    expect(declared).toHaveLength(2);
    expect(JSON.stringify(declared)).toContain(`rule ${modelArns.rule} cannot be read (no answer)`);
  });

  test('has the guard try again, and is declared where the guard cannot be moved', async () => {
    const journey = await rollbackTo('claimed');
    const error = { Error: 'NotRestored', Cause: 'x' };
    await declareEmergency({ ...journey.owned, error, request }, journey.world);
    const refuse = () => Promise.reject(new Error('no scheduler'));
    const { time } = journey.world;
    const guard = journey.world.schedules.pending().find(({ name }) => name === `${journey.rolloutId}-guard`);
    journey.claim();
    const without = altered(journey.world, { schedules: { put: refuse, remove: refuse } });

    expect(guard?.at).toEqual(new Date(Math.ceil(time / 1000) * 1000 + 180_000));
    expect(await declareEmergency({ ...journey.owned, error, request }, without)).toEqual({
      outcome: 'declared',
      guard: 'not moved: no scheduler',
    });
    expect(ofType(await eventsOf(journey), 'TrafficNotRestored')).toHaveLength(2);
  });
});

describe('who asked for a rollback, and why', () => {
  test.each([
    ['nothing', {}, 'somebody outside the rollout', 'the rollback machine was started from outside'],
    ['no text', { by: 7, reason: { a: 1 } }, 'somebody outside the rollout', 'the rollback machine was started'],
    ['far too much', { by: 'b'.repeat(5000), reason: 'r'.repeat(50_000) }, 'b'.repeat(200), 'r'.repeat(600)],
  ])('%s is no reason not to roll back', (_, given, by, reason) => {
    const read = rollbackRequest.parse(given);

    expect(read.by).toBe(by);
    expect(read.reason.startsWith(reason)).toBe(true);
    expect(read.reason.length).toBeLessThanOrEqual(600);
  });
});
