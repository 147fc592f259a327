import { describe, expect, test } from '@jest/globals';
import { reasonsOf } from '../../../lib/messages/reasons.ts';
import { severityOfEvent } from '../../../lib/rollout/transition.ts';
import { RecordAltered } from '../../../lib/ports/record-altered.ts';
import { answerApproval } from '../../../lib/usecases/people/answer-approval.ts';
import { commandNeeds, commandRollout } from '../../../lib/usecases/people/command-rollout.ts';
import { decide } from '../../../lib/usecases/people/decide.ts';
import { resumeRollout } from '../../../lib/usecases/people/resume-rollout.ts';
import { delayRollout } from '../../../lib/usecases/green/delay-rollout.ts';
import { rolloutThatProves } from '../../../lib/usecases/opening/version-that-served.ts';
import { retireBlue } from '../../../lib/usecases/retirement/retire-blue.ts';
import { scaleDownBlue } from '../../../lib/usecases/retirement/scale-down-blue.ts';
import { removeGreen } from '../../../lib/usecases/rollback/remove-green.ts';
import { requestRollback } from '../../../lib/usecases/rollback/request-rollback.ts';
import { analyseGreen } from '../../../lib/usecases/shifting/analyse-green.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { digestOf, modelArns } from '../../model/model-world.ts';
import { samples } from '../../rollout/sample-events.ts';
import { ana } from '../commanded.ts';
import { type Journey, journeyTo, people, rollbackTo, type Stage, startedAt, withApprovals } from '../journey.ts';

const what = 'Event 2 was changed.';
const forge = ({ world, rolloutId }: Journey, found: Parameters<Journey['world']['store']['mark']>[1]) => {
  world.store.mark(rolloutId, found);
};
const weights = async ({ world }: Journey) => (await world.router.read([{ rule: modelArns.rule }]))[0]?.weights;

describe('a record that was changed outside of the product', () => {
  test.each(['routed', 'stepPassed'] as const)('gives green no traffic after stage %s', async (stage: Stage) => {
    const journey = await journeyTo(stage);
    const before = await weights(journey);
    forge(journey, { altered: what });

    const step = stage === 'routed' ? 0 : 1;
    await expect(shiftTraffic({ ...journey.owned, step }, journey.world)).rejects.toThrow(RecordAltered);
    expect(await weights(journey)).toEqual(before);
  });

  test('sends a rollout with traffic on green back, and people are notified of both', async () => {
    const journey = await journeyTo('shifted');
    forge(journey, { altered: what });
    const error = await analyseGreen({ ...journey.owned, step: 0 }, journey.world).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(RecordAltered);
    const caught = { Error: 'RecordAltered', Cause: String(error) };
    expect(await delayRollout({ ...journey.owned, error: caught }, journey.world)).toMatchObject({
      outcome: 'rollBack',
    });
    expect((await journey.transitions()).slice(-2)).toEqual(['RecordAltered', 'RollbackRequested']);
  });

  test('never keeps traffic from going back, and leaves green’s tasks to people', async () => {
    const journey = await rollbackTo('confirmed', 'shifted', (one) => {
      forge(one, { altered: what });
    });

    expect(Object.keys((await weights(journey)) ?? {})).toEqual([modelArns.groupA]);
    await expect(removeGreen({ ...journey.owned, startedAt }, journey.world)).rejects.toThrow(RecordAltered);
    expect(journey.world.slots.get('web-b')?.desired).toBeGreaterThan(0);
  });

  test.each([
    ['scaleDownBlue', scaleDownBlue],
    ['retireBlue', retireBlue],
  ] as const)('keeps the former blue (%s)', async (_, retire) => {
    const journey = await journeyTo('finished');
    forge(journey, { altered: what });

    await expect(retire({ service: 'web', rolloutId: journey.rolloutId }, journey.world)).rejects.toThrow(
      RecordAltered,
    );
    expect(journey.world.slots.get('web-a')?.desired).toBe(2);
  });

  test('takes no approval, and a rejection still counts', async () => {
    const journey = await journeyTo('checked', { spec: withApprovals() });
    forge(journey, { altered: what });
    const [lead] = withApprovals().approvals.people;
    if (lead === undefined) throw new Error(`nobody of ${people.length}`);

    const approved = await answerApproval(journey.rolloutId, lead, 'approve', { how: 'link' }, journey.world);
    expect(approved).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(what) });
    const rejected = await answerApproval(
      journey.rolloutId,
      lead,
      'reject',
      { how: 'link', reason: 'no' },
      journey.world,
    );
    expect(rejected).toMatchObject({ outcome: 'done', stored: { state: { phase: 'rejected' } } });
  });

  test.each(['BreakGlassUsed', 'CalendarOverridden'] as const)('takes no %s', async (type) => {
    const journey = await journeyTo('checked', { spec: withApprovals() });
    forge(journey, { altered: what });
    const judge = () => ({ outcome: 'counts', events: [samples[type]] }) as const;

    expect(await decide(journey.rolloutId, judge, journey.world)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('It lets no traffic in'),
    });
  });

  test.each([
    ['promote', 'refused'],
    ['abort', 'done'],
  ] as const)('%s is %s', async (command, outcome) => {
    const journey = await journeyTo('shifted');
    forge(journey, { altered: what });

    expect(await commandRollout(journey.rolloutId, command, ana, commandNeeds(journey.world))).toMatchObject({
      outcome,
    });
  });

  test('answers an execution that waits for people with a rollback, whatever its state says', async () => {
    const journey = await journeyTo('checked');
    await journey.world.taskTokens.keep(journey.rolloutId, 'token');
    forge(journey, { altered: what });

    await resumeRollout(
      { rolloutId: journey.rolloutId },
      { store: journey.world.store, waiting: journey.world.taskTokens },
    );
    expect(journey.world.taskTokens.answers).toEqual([
      { outcome: 'rollBack', reason: `The record was changed outside of Sluice: ${what}` },
    ]);
  });

  test('proves no version', async () => {
    const journey = await journeyTo('finished');
    expect(await rolloutThatProves('web', digestOf('b'), journey.world)).toBe(journey.rolloutId);
    forge(journey, { altered: what });

    expect(await rolloutThatProves('web', digestOf('b'), journey.world)).toBeUndefined();
  });
});

describe('a record that could not be checked', () => {
  test('shifts nothing for now, and never keeps traffic from going back', async () => {
    const journey = await rollbackTo('confirmed', 'shifted', async (one) => {
      forge(one, { unchecked: 'throttled' });
      await expect(shiftTraffic({ ...one.owned, step: 1 }, one.world)).rejects.toThrow(
        'could not be checked: throttled',
      );
    });

    expect(Object.keys((await weights(journey)) ?? {})).toEqual([modelArns.groupA]);
  });

  const caught = { Error: 'RecordUnchecked', Cause: 'throttled' };
  const asked = async (journey: Journey) => {
    const { state } = await journey.stored();
    const events = await journey.events('RollbackRequested');
    return events.map((event) => ({ severity: severityOfEvent(event), why: reasonsOf(event, state).join(' ') }));
  };
  const page = { severity: 'critical', why: expect.stringContaining('as Sluice wrote it could not be checked') };

  test('pages where a rollout goes back for that alone, though it can be checked again by then', async () => {
    const journey = await journeyTo('shifted');
    await requestRollback({ ...journey.owned, error: caught }, journey.world);

    expect(await asked(journey)).toEqual([page]);
    expect((await journey.stored()).state.matters).toContainEqual(
      expect.objectContaining({ type: 'RollbackRequested', severity: 'critical' }),
    );
  });

  test('pages where trying again did not help', async () => {
    const journey = await journeyTo('shifted');
    const delay = () => delayRollout({ ...journey.owned, error: caught }, journey.world);
    let { outcome } = await delay();
    for (let tries = 0; outcome !== 'rollBack' && tries < 1000; tries += 1) {
      journey.world.time += 60_000;
      ({ outcome } = await delay());
    }

    expect(await asked(journey)).toEqual([page]);
  });

  test('pages where it goes back for another reason', async () => {
    const journey = await rollbackTo('confirmed', 'shifted', (one) => {
      forge(one, { unchecked: 'throttled' });
    });

    expect(await asked(journey)).toEqual([page]);
  });

  test('does not page where the record was checked', async () => {
    const journey = await rollbackTo('confirmed', 'shifted');
    expect(await asked(journey)).toMatchObject([{ severity: 'warning' }]);
  });
});
