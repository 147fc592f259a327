import { describe, expect, test } from '@jest/globals';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { startWaiting } from '../../../lib/usecases/opening/start-waiting.ts';
import { startDue } from '../../../lib/usecases/watching/start-due.ts';
import { modelSpec } from '../../model/model-world.ts';
import { badImage, goodImage, type Journey, journeyTo, openInput } from '../journey.ts';

const tomorrow = { windows: [{ name: 'tomorrow', zone: 'UTC', dates: ['2026-03-02', '2026-03-09'] }] };
const stop = { by: 'Ada', reason: 'the database is moved', at: '2026-03-01T09:00:00.000Z' };
const closed = () => journeyTo('applied', { spec: modelSpec(tomorrow) });
const ask = ({ world }: Journey, image: string, startedAt: string, more: object = {}) => {
  const input = openInput(image);
  const executionArn = `${input.executionArn}-${startedAt}`;
  return openRollout({ request: { ...input.request, ...more }, startedAt, executionArn }, world);
};
const at = (minute: number) => `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`;

describe('a request outside a window', () => {
  test('waits, is announced with the reason, and starts when the window opens', async () => {
    const journey = await closed();
    const { world } = journey;

    expect(await ask(journey, goodImage, at(0))).toEqual({
      outcome: 'queued',
      reason: 'Waits: no window is open; "tomorrow" opens at 2026-03-02T00:00:00.000Z.',
    });
    expect(await world.store.service('web')).toEqual({ lockedBy: undefined, retention: undefined });
    expect(await startWaiting({ service: 'web', isNews: true }, world)).toEqual({ outcome: 'waits' });
    expect(world.announcements.map(({ type, summary }) => [type, summary])).toEqual([
      [
        'RolloutQueued',
        'web: 412-9f8d111, asked for by Erin, waits: no window is open; "tomorrow" opens at 2026-03-02T00:00:00.000Z.',
      ],
    ]);

    world.time = Date.parse('2026-03-01T23:59:59Z');
    expect(await startDue(world)).toEqual([]);
    world.time = Date.parse('2026-03-02T00:00:00Z');
    expect(await startDue(world)).toEqual(['web']);
    expect(await startDue(world)).toEqual([]);
    expect(world.started.map(({ input }) => input)).toEqual([
      expect.objectContaining({ service: 'web', image: goodImage }),
    ]);
    expect(world.announcements.at(-1)?.summary).toBe('web: rollouts may start, 412-9f8d111 is started.');
  });

  test('is replaced by a newer one of its service, and refused beside it', async () => {
    const journey = await closed();
    await ask(journey, goodImage, at(1));

    expect(await ask(journey, badImage, at(2))).toMatchObject({
      reason: expect.stringContaining(`in place of ${goodImage}`),
    });
    expect(await ask(journey, goodImage, at(0))).toEqual({
      outcome: 'rejected',
      reason: `${badImage} was asked for later and waits for the calendar already.`,
    });
    expect((await journey.world.store.waiting('web'))?.request.image).toBe(badImage);
  });

  test('starts the oldest first', async () => {
    const journey = await closed();
    const { world } = journey;
    await world.store.putSpec({ ...modelSpec(tomorrow), service: 'api' }, 'a test', at(0));
    await ask(journey, goodImage, at(5));
    await ask(journey, goodImage, at(3), { service: 'api' });
    world.time = Date.parse('2026-03-02T08:00:00Z');

    expect(await startDue(world)).toEqual(['api', 'web']);
  });

  test('is started although another one cannot be read, which is said', async () => {
    const journey = await closed();
    const { world } = journey;
    await world.store.putSpec({ ...modelSpec(tomorrow), service: 'api' }, 'a test', at(0));
    await ask(journey, goodImage, at(5));
    world.time = Date.parse('2026-03-02T08:00:00Z');
    const read = world.store.waiting.bind(world.store);
    const broken = 'Item SERVICE#api is not what Sluice writes.';
    world.store.waiting = (service) => (service === 'api' ? Promise.reject(new Error(broken)) : read(service));

    await expect(startDue(world)).rejects.toThrow(`Waiting requests could not be started: api: ${broken}`);
    expect(await world.store.waiting('web')).toBeUndefined();
  });

  test('that is nothing to roll out is refused at once', async () => {
    expect(await ask(await closed(), '999-0000000', at(0))).toMatchObject({ outcome: 'rejected' });
    expect(await ask(await closed(), '', at(0), { image: undefined, sameImage: true })).toEqual({
      outcome: 'rejected',
      reason: expect.stringContaining('No rollout of web may start now: no window is open'),
    });
  });

  test('waits for a rollout first, then for the calendar', async () => {
    const journey = await journeyTo('opened', { spec: modelSpec({ ...tomorrow, windows: undefined }) });
    await journey.world.store.putWaiting({
      ...{ id: 'one', at: at(0), behind: journey.rolloutId, supersedes: false },
      request: { service: 'web', image: badImage, requestedBy: 'Erin' },
    });
    await journey.append({ type: 'RolloutRejected', reason: 'x', results: [] });
    await journey.world.store.putStop({}, stop);

    expect(await startWaiting({ service: 'web', isNews: false }, journey.world)).toEqual({ outcome: 'waits' });
    await journey.world.store.endStop({});
    expect(await startWaiting({ service: 'web', isNews: false }, journey.world)).toEqual({ outcome: 'started' });
  });
});

describe('a request while rollouts are stopped', () => {
  test.each([[{}], [{ service: 'web' }]])('waits until the stop of %j is ended', async (scope) => {
    const journey = await journeyTo('applied');
    await journey.world.store.putStop(scope, stop);
    expect(await ask(journey, goodImage, at(0))).toMatchObject({
      outcome: 'queued',
      reason: expect.stringContaining('stopped by Ada'),
    });
    expect(await startDue(journey.world)).toEqual([]);
    await journey.world.store.endStop(scope);

    expect(await startDue(journey.world)).toEqual(['web']);
  });

  test('waits where nobody can know whether they are', async () => {
    const journey = await journeyTo('applied');
    journey.world.store.unreadableStop = 'Item STOPS is not what Sluice writes.';
    expect(await ask(journey, goodImage, at(0))).toMatchObject({
      outcome: 'queued',
      reason: expect.stringContaining('sluice thaw'),
    });
    await journey.world.store.putStop({}, { ...stop, until: stop.at });

    expect(await startDue(journey.world)).toEqual(['web']);
  });
});
