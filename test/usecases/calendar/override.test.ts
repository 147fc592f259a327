import { describe, expect, test } from '@jest/globals';
import { commandNeeds, commandRollout } from '../../../lib/usecases/people/command-rollout.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { modelSpec } from '../../model/model-world.ts';
import { type Journey, journeyTo, people } from '../journey.ts';

const approvals = { people, required: [] };
const stop = { by: 'Ada', reason: 'the database is moved' };

/** A rollout that a stop holds before its second step. */
async function held(more: Readonly<Record<string, unknown>> = { approvals }, requestedBy = 'Erin'): Promise<Journey> {
  const journey = await journeyTo('stepPassed', { spec: modelSpec(more), requestedBy });
  await journey.world.store.putStop({}, { ...stop, at: journey.world.now().toISOString() });
  journey.world.time += 1000;
  expect(await shift(journey)).toMatchObject({ outcome: 'paused' });
  return journey;
}

const shift = (journey: Journey) => shiftTraffic({ ...journey.owned, step: 1 }, journey.world);
const override = (journey: Journey, by: string, reason?: string) =>
  commandRollout(
    journey.rolloutId,
    'override',
    { by, how: 'command', ...(reason && { reason }) },
    commandNeeds(journey.world),
  );

describe('an override', () => {
  test('by a second person lets the rollout go on, and is in the record', async () => {
    const journey = await held();

    expect(await override(journey, 'ana@example.com', 'a fix')).toMatchObject({ outcome: 'done' });
    expect(await shift(journey)).toMatchObject({ outcome: 'shifted' });
    expect(await journey.events('CalendarOverridden')).toEqual([
      { type: 'CalendarOverridden', by: 'Ana', how: 'command', reason: 'a fix' },
    ]);
  });

  test('does not count for a stop that begins after it', async () => {
    const journey = await held();
    await override(journey, 'Ana', 'a fix');
    journey.world.time += 1000;
    await journey.world.store.putStop({ service: 'web' }, { ...stop, at: journey.world.now().toISOString() });

    expect(await shift(journey)).toMatchObject({ outcome: 'paused' });
  });

  test.each([
    ['the requester', { approvals }, 'Ana', 'Ana', 'a fix', 'Ana requested this rollout'],
    ['the requester by another name', { approvals }, 'ci', 'Cleo', 'a fix', 'Cleo requested this rollout'],
    ['a stranger', { approvals }, 'Erin', 'Mallory', 'a fix', 'takes a second person, whom the spec of web names'],
    ['anyone, where the spec names no people', {}, 'Erin', 'Ana', 'a fix', 'it names no people at all'],
    ['one who does not say why', { approvals }, 'Erin', 'Ana', undefined, 'needs a comment'],
    [
      'one who has not signed in',
      { approvals: { ...approvals, identity: 'verified' } },
      'Erin',
      'Ana',
      'a fix',
      'asks for a sign-in',
    ],
  ])('by %s is refused, and the rollout stays held', async (_, spec, requestedBy, by, reason, said) => {
    const journey = await held(spec, requestedBy);

    expect(await override(journey, by, reason)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(said),
    });
    expect(await shift(journey)).toMatchObject({ outcome: 'paused' });
  });

  test('also opens a freeze of the spec', async () => {
    const journey = await journeyTo('routed', {
      spec: modelSpec({
        approvals,
        windows: [{ name: 'a minute', zone: 'UTC', dates: ['2026-03-01T09:00/2026-03-01T10:01'] }],
      }),
    });
    journey.world.time += 600_000;
    const first = () => shiftTraffic({ ...journey.owned, step: 0 }, journey.world);
    expect(await first()).toMatchObject({ outcome: 'paused' });
    await override(journey, 'Ana', 'a fix');

    expect(await first()).toMatchObject({ outcome: 'shifted' });
  });
});
