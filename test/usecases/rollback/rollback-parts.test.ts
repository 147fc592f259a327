import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { captureEvidence } from '../../../lib/usecases/rollback/capture-evidence.ts';
import { closeRollback } from '../../../lib/usecases/rollback/close-rollback.ts';
import { confirmRestored } from '../../../lib/usecases/rollback/confirm-restored.ts';
import { declareEmergency } from '../../../lib/usecases/rollback/declare-emergency.ts';
import { removeGreen } from '../../../lib/usecases/rollback/remove-green.ts';
import { rollbackRequest } from '../../../lib/usecases/rollback/rollback-request.ts';
import { modelArns } from '../../model/model-world.ts';
import { journeyTo, request, rollbackTo, startedAt } from '../journey.ts';
import { altered } from '../watched-world.ts';

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
    expect(await journey.events('EvidenceCaptured')).toEqual([
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
    expect(await journey.events('EvidenceMissing')).toEqual([
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
    expect(await journey.events('EvidenceCaptured')).toEqual([]);
    expect(await journey.events('EvidenceMissing')).toHaveLength(1);
  });
});

describe('removeGreen', () => {
  test('says that there is no evidence where nothing tells of any', async () => {
    const journey = await rollbackTo('confirmed');

    await removeGreen({ ...journey.owned, startedAt }, journey.world);

    const types = (await journey.events()).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['EvidenceMissing', 'GreenRemoved']);
  });

  test.each([
    [
      'leads to green',
      { Type: 'forward', TargetGroupArn: modelArns.groupB },
      JSON.stringify({ [modelArns.groupB]: 1 }),
    ],
    ['answers by itself', { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }, 'fixed-response'],
  ])(
    'keeps green where others have made a rule that %s, until the next attempt has restored it',
    async (_, action, has) => {
      const journey = await rollbackTo('confirmed');
      const desired = journey.world.slots.get('web-b')?.desired;
      journey.world.actions.set(modelArns.rule, [action]);

      await expect(removeGreen({ ...journey.owned, startedAt }, journey.world)).rejects.toThrow(
        `${modelArns.rule} was changed after the restoration: it has ${has}; green is not removed, another attempt restores the rule.`,
      );
      expect(desired).toBeGreaterThan(0);
      expect(journey.world.slots.get('web-b')?.desired).toBe(desired);
    },
  );

  test('its time counts from what came before it in this attempt', async () => {
    const journey = await rollbackTo('confirmed');
    await captureEvidence(journey.owned, journey.world);
    journey.world.time += 3_600_000;
    const retried = journey.world.now().toISOString();
    journey.world.time += 61_000;

    await removeGreen({ ...journey.owned, startedAt: retried }, journey.world);

    expect(await journey.events('RollbackPartSlow')).toEqual([
      { type: 'RollbackPartSlow', part: 'removeGreen', seconds: 61, budgetSeconds: 60 },
    ]);
  });
});

describe('the budgets', () => {
  test('traffic that comes back late is announced with the restoration', async () => {
    const journey = await rollbackTo('restored');
    journey.world.time += 45_000;

    await confirmRestored({ ...journey.owned, startedAt, request }, journey.world);

    const slow = await journey.events('RollbackSlow');
    expect(slow).toMatchObject([{ part: 'restore', budgetSeconds: 30 }]);
  });

  test('a rollback that takes longer than the whole budget is closed all the same, and announced', async () => {
    const journey = await rollbackTo('confirmed');
    journey.world.time += 301_000;

    expect(await closeRollback(journey.owned, journey.world)).toMatchObject({ outcome: 'rolledBack' });
    expect(await journey.events('RollbackSlow')).toMatchObject([{ part: 'whole', budgetSeconds: 300 }]);
  });
});

describe('declareEmergency', () => {
  test('names each rule with what it has and what is wanted, and the command to run by hand', async () => {
    const journey = await journeyTo('shifted');
    journey.claim();
    const error = { Error: 'NotRestored', Cause: '{"errorMessage":"ThrottlingException"}' };

    await declareEmergency({ ...journey.owned, error, request }, journey.world);

    expect(await journey.events('RollbackRequested')).toMatchObject([request]);
    expect(await journey.events('TrafficNotRestored')).toEqual([
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

    const declared = await journey.events('TrafficNotRestored');
    expect(declared).toHaveLength(2);
    expect(JSON.stringify(declared)).toContain(`rule ${modelArns.rule} cannot be read (no answer)`);
  });

  test.each([
    [
      ['ElasticLoadBalancingV2.ThrottlingException', 'ThrottlingException'],
      'RestorationThrottled',
      'AWS throttles calls (ElasticLoadBalancingV2.ThrottlingException: Rate exceeded); AWS throttles calls (ThrottlingException: Rate exceeded)',
    ],
    [
      ['Throttling', 'AccessDeniedException'],
      'TrafficNotRestored',
      'AWS throttles calls (Throttling: Rate exceeded); AccessDeniedException: Rate exceeded',
    ],
    [
      ['Lambda.TooManyRequestsException'],
      'TrafficNotRestored',
      'AWS throttles calls (Lambda.TooManyRequestsException: Rate exceeded)',
    ],
    [[], 'TrafficNotRestored', 'NotRestored: []'],
  ])('says what kept traffic where it is: %j', async (names, type, reason) => {
    const journey = await rollbackTo('claimed');
    const errors = names.map((name) => ({ Error: name, Cause: '{"errorMessage":"Rate exceeded"}' }));
    const error = { Error: 'NotRestored', Cause: JSON.stringify(errors) };

    await declareEmergency({ ...journey.owned, error, request }, journey.world);

    expect([
      ...(await journey.events('RestorationThrottled')),
      ...(await journey.events('TrafficNotRestored')),
    ]).toMatchObject([{ type, attempt: journey.fence, reason }]);
  });

  test('has the guard try again, and is declared where the guard cannot be moved', async () => {
    const journey = await rollbackTo('claimed');
    const error = { Error: 'NotRestored', Cause: 'x' };
    await declareEmergency({ ...journey.owned, error, request }, journey.world);
    const refuse = () => Promise.reject(new Error('no scheduler'));
    const { time } = journey.world;
    const guard = journey.world.schedules
      .pending()
      .find(({ name }) => name === `${journey.rolloutId}-g${String(journey.fence)}`);
    journey.claim();
    const without = altered(journey.world, { schedules: { put: refuse, remove: refuse } });

    expect(guard?.at).toEqual(new Date(Math.ceil(time / 1000) * 1000 + 180_000));
    expect(await declareEmergency({ ...journey.owned, error, request }, without)).toEqual({
      outcome: 'declared',
      guard: 'not moved: no scheduler',
    });
    expect(await journey.events('TrafficNotRestored')).toHaveLength(2);
  });
});

describe('who asked for a rollback, and why', () => {
  test.each([
    ['nothing', {}, 'a caller outside the rollout', 'the rollback machine was started from outside'],
    ['no text', { by: 7, reason: { a: 1 } }, 'a caller outside the rollout', 'the rollback machine was started'],
    ['far too much', { by: 'b'.repeat(5000), reason: 'r'.repeat(50_000) }, 'b'.repeat(200), 'r'.repeat(600)],
  ])('%s is no reason not to roll back', (_, given, by, reason) => {
    const read = rollbackRequest.parse(given);

    expect(read.by).toBe(by);
    expect(read.reason.startsWith(reason)).toBe(true);
    expect(read.reason.length).toBeLessThanOrEqual(600);
  });
});
