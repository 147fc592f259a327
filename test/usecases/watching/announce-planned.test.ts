import { beforeEach, describe, expect, test } from '@jest/globals';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { holdForCalendar } from '../../../lib/usecases/shifting/hold-for-calendar.ts';
import { announcePlanned } from '../../../lib/usecases/watching/announce-planned.ts';
import { startDue } from '../../../lib/usecases/watching/start-due.ts';
import { describeEvent } from '../../../lib/rollout/transition.ts';
import type { ReleaseEvent, ReleaseOpened } from '../../../lib/releases/release-events.ts';
import { modelSpec } from '../../model/model-world.ts';
import { badImage, goodImage, type Journey, journeyTo, openInput } from '../journey.ts';

const windows = [
  { name: 'night', zone: 'UTC', dates: ['2026-03-04T02:00/2026-03-04T04:00', '2026-03-11T02:00/2026-03-11T04:00'] },
];
const stop = { by: 'Ada', reason: 'the database is moved', at: '2026-03-01T09:00:00.000Z' };
const spec = (more: object = {}) => modelSpec({ windows, notifications: { announce: '24h' }, ...more });

let journey: Journey;
const sweep = async () => announcePlanned(await startDue(journey.world), journey.world);
const goTo = (at: string) => {
  journey.world.time = Date.parse(at);
};
const ask = (image: string, startedAt: string) => {
  const input = openInput(image);
  const executionArn = `${input.executionArn}-${startedAt}`;
  return openRollout({ request: input.request, startedAt, executionArn }, journey.world);
};
/** What the record of the newest rollout says of planned work, in words. */
const said = async () => {
  const { state } = await journey.stored();
  const events = (await journey.world.store.events(journey.rolloutId, 0)).filter(({ event }) =>
    event.type.startsWith('PlannedWork'),
  );
  return events.map(({ event }) => describeEvent(event, state));
};

/** A service whose last rollout was rejected, so that its lock is free, and which waits for its window by now. */
beforeEach(async () => {
  journey = await journeyTo('opened', { spec: modelSpec() });
  await journey.append({ type: 'RolloutRejected', reason: 'x', results: [] });
  await journey.world.store.putSpec(spec(), 'a test', '2026-03-01T10:00:00.000Z');
  goTo('2026-03-01T10:30:00Z');
  await ask(goodImage, '2026-03-01T10:30:00.000Z');
});

const planned =
  'Planned: traffic of web moves to 412-9f8d111 in steps from 2026-03-04 02:00 UTC on; the window closes at 2026-03-04 04:00 UTC.';

describe('a request that waits for its window', () => {
  test('is announced once, as long ahead as the spec says', async () => {
    expect(await sweep()).toEqual([]);
    goTo('2026-03-03T01:59:59Z');
    expect(await sweep()).toEqual([]);
    goTo('2026-03-03T02:00:00Z');
    expect(await sweep()).toEqual([{ service: 'web', outcome: 'announced' }]);
    expect(await sweep()).toEqual([]);
    goTo('2026-03-04T01:55:00Z');
    expect(await sweep()).toEqual([]);

    expect(await said()).toEqual([planned]);
  });

  test('is announced by nobody without announce', async () => {
    await journey.world.store.putSpec(modelSpec({ windows }), 'a test', '2026-03-01T11:00:00.000Z');
    goTo('2026-03-03T03:00:00Z');
    await sweep();

    expect(await said()).toEqual([]);
  });

  test('is told of again where another image takes its place, and not where the same one does', async () => {
    goTo('2026-03-03T03:00:00Z');
    await sweep();
    await ask(goodImage, '2026-03-03T03:10:00.000Z');
    await sweep();
    await ask(badImage, '2026-03-03T03:20:00.000Z');
    await sweep();
    await sweep();

    expect(await said()).toEqual([
      planned,
      'Planned work has changed: traffic of web moves to 413-b4dc0de in steps from 2026-03-04 02:00 UTC on; the window closes at 2026-03-04 04:00 UTC. Announced before: 412-9f8d111 at 2026-03-04 02:00 UTC.',
    ]);
  });

  test('is told of again where a stop moves it to the next window, and is withdrawn where nobody knows when', async () => {
    goTo('2026-03-03T03:00:00Z');
    await sweep();
    await journey.world.store.putStop({}, { ...stop, until: '2026-03-05T08:00:00.000Z' });
    await sweep();
    await journey.world.store.putStop({}, stop);
    await sweep();
    await sweep();

    expect(await said()).toEqual([
      planned,
      expect.stringContaining(
        'from 2026-03-11 02:00 UTC on; the window closes at 2026-03-11 04:00 UTC. Announced before',
      ),
      expect.stringMatching(
        /^Planned work is withdrawn: web does not get 412-9f8d111 at 2026-03-11 02:00 UTC: all rollouts are stopped by Ada/,
      ),
    ]);
  });

  test('stays announced where a stop cannot be read', async () => {
    goTo('2026-03-03T03:00:00Z');
    await sweep();
    journey.world.store.unreadableStop = 'Item STOPS is not what Sluice writes.';

    expect(await sweep()).toEqual([]);
    expect(await said()).toEqual([planned]);
  });

  test('is withdrawn when it is cancelled', async () => {
    goTo('2026-03-03T03:00:00Z');
    await sweep();
    const waiting = await journey.world.store.waiting('web');
    await journey.world.store.endWaiting('web', waiting?.id ?? '');

    expect(await sweep()).toEqual([{ service: 'web', outcome: 'withdrawn' }]);
    expect(await sweep()).toEqual([]);
    expect((await said())[1]).toMatch(/the request that waited for it was cancelled/i);
  });

  test('is not withdrawn when it starts, and is forgotten once it has traffic', async () => {
    goTo('2026-03-03T03:00:00Z');
    await sweep();
    goTo('2026-03-04T02:00:10Z');
    expect(await sweep()).toEqual([]);
    goTo('2026-03-04T02:05:10Z');
    expect(await sweep()).toEqual([]);

    expect(await said()).toEqual([planned]);
    expect(await journey.world.store.plannedWorks()).toHaveLength(1);
  });

  test('is withdrawn when it was started and refused', async () => {
    goTo('2026-03-03T03:00:00Z');
    await sweep();
    goTo('2026-03-04T02:00:10Z');
    await sweep();
    journey.world.running.clear();
    goTo('2026-03-04T02:05:10Z');
    await sweep();

    expect((await said())[1]).toMatch(/It was started and opened no rollout/);
  });

  test('is told once where the call dies between its two writes, or two calls run at once', async () => {
    goTo('2026-03-03T03:00:00Z');
    const { store } = journey.world;
    const append = store.append.bind(store);
    store.append = () => Promise.reject(new Error('the function died'));
    await expect(sweep()).rejects.toThrow('Planned work could not be announced: web: the function died');
    store.append = append;
    await Promise.all([sweep(), sweep(), sweep()]);

    expect(await said()).toEqual([planned]);
  });
});

describe('where something of one service cannot be read', () => {
  const broken = 'Item SERVICE#api is not what Sluice writes.';

  /** A service whose name comes first, and which waits for its window too. */
  beforeEach(async () => {
    const { store } = journey.world;
    await store.putSpec({ ...spec(), service: 'api' }, 'a test', '2026-03-01T10:00:00.000Z');
    const request = { service: 'api', image: goodImage, requestedBy: 'Erin' };
    const closed = { kind: 'window', reason: 'no window is open' };
    await store.putWaiting({
      ...{ id: 'two', at: '2026-03-01T09:00:00.000Z', request, closed },
      ...{ behind: 'the calendar', supersedes: false },
    });
    goTo('2026-03-03T03:00:00Z');
  });

  test.each(['spec', 'waiting'] as const)('its %s keeps none of the others from being announced', async (what) => {
    const { store } = journey.world;
    const read = store[what].bind(store);
    Object.assign(store, {
      [what]: (service: string) => (service === 'api' ? Promise.reject(new Error(broken)) : read(service)),
    });

    await expect(announcePlanned([], journey.world)).rejects.toThrow(
      `Planned work could not be announced: api: ${broken}`,
    );
    expect(await said()).toEqual([planned]);
  });

  test('its request is not withdrawn, as nobody knows that it is gone', async () => {
    await announcePlanned([], journey.world);
    const { store } = journey.world;
    Object.assign(store, { waiting: () => Promise.reject(new Error(broken)) });

    await expect(announcePlanned([], journey.world)).rejects.toThrow(`web: ${broken}`);
    expect(await said()).toEqual([planned]);
  });

  test('reads each spec once', async () => {
    const { store } = journey.world;
    const read = store.spec.bind(store);
    const asked: string[] = [];
    store.spec = (service) => {
      asked.push(service);
      return read(service);
    };
    await announcePlanned([], journey.world);

    expect(asked.toSorted()).toEqual(['api', 'web']);
  });
});

describe('a rollout that the calendar holds', () => {
  test('is announced in its own record, and withdrawn when it is taken back', async () => {
    journey = await journeyTo('routed', { spec: modelSpec({ notifications: { announce: '24h' } }) });
    await journey.world.store.putStop({}, { ...stop, until: '2026-03-01T20:00:00.000Z' });
    const held = await holdForCalendar(await journey.stored(), 0, journey.world);
    expect(held.outcome).toBe('held');
    await sweep();
    await sweep();
    expect(await said()).toEqual([
      'Planned: traffic of web moves to 412-9f8d111 in steps from 2026-03-01 20:00 UTC on.',
    ]);

    await journey.append({ type: 'RollbackRequested', reason: 'a person said so', by: 'Ana' });
    await sweep();
    await sweep();
    expect((await said()).slice(1)).toEqual([expect.stringMatching(/^Planned work is withdrawn: .*a person said so/)]);
  });
});

describe('a member of a release that its window holds', () => {
  const releaseId = 'checkout-20260303-220000-abcdef';
  const opened: ReleaseOpened = {
    ...{ type: 'ReleaseOpened', releaseId, release: 'checkout', onFailure: 'stop', requestedBy: 'ana' },
    ...{ traceId: 'trace', executionArn: 'arn:release' },
    members: ['web', 'auth'].map((service) => ({
      ...{ service, digest: `sha256:${'c'.repeat(64)}`, after: [], needs: {}, unchanged: false },
      ...(service === 'web' && { tag: '414-1234567' }),
    })),
  };
  const tell = async (at: string, ...events: readonly ReleaseEvent[]) => {
    const stored = await journey.world.releases.load(releaseId);
    if (stored === undefined) throw new Error('No release is open.');
    await journey.world.releases.append(stored, events, at);
  };

  beforeEach(async () => {
    const waiting = await journey.world.store.waiting('web');
    await journey.world.store.endWaiting('web', waiting?.id ?? '');
    goTo('2026-03-03T22:00:00Z');
    await journey.world.releases.open(opened, '2026-03-03T22:00:00.000Z');
  });

  test('is announced once it is held, and withdrawn with the release', async () => {
    expect(await sweep()).toEqual([]);
    await tell('2026-03-03T22:00:10.000Z', { type: 'MemberHeld', service: 'web', reason: 'no window is open' });
    expect(await sweep()).toEqual([{ service: 'web', outcome: 'announced' }]);
    expect(await sweep()).toEqual([]);
    expect(await said()).toEqual([planned.replace('412-9f8d111', '414-1234567')]);

    await tell('2026-03-03T23:00:00.000Z', {
      ...{ type: 'ReleaseTurned', direction: 'stop', by: 'Ana (signed in)', reason: 'orders fail' },
    });
    expect(await sweep()).toEqual([{ service: 'web', outcome: 'withdrawn' }]);
    expect((await said())[1]).toContain(`Release ${releaseId} does not roll it out: orders fail`);
  });

  test('is not withdrawn when it begins, nor where its release cannot be read', async () => {
    await tell('2026-03-03T22:00:10.000Z', { type: 'MemberHeld', service: 'web', reason: 'no window is open' });
    await sweep();
    const load = journey.world.releases.load.bind(journey.world.releases);
    journey.world.releases.load = () => Promise.reject(new Error('written by a newer version'));
    await expect(sweep()).rejects.toThrow(`${releaseId}: written by a newer version`);
    journey.world.releases.load = load;
    goTo('2026-03-04T02:00:10Z');
    await tell('2026-03-04T02:00:10.000Z', { type: 'MemberBegun', service: 'web', execution: 'web-1' });

    expect(await sweep()).toEqual([]);
    expect(await said()).toHaveLength(1);
  });
});
