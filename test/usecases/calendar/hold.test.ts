import { describe, expect, test } from '@jest/globals';
import { calendarFields } from '../../../lib/specification/calendar.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { type Journey, journeyTo } from '../journey.ts';
import { useCases } from '../use-cases.ts';

/** The model begins on 2026-03-01 at 10:00. */
const later = (minutes: number) => new Date(Date.parse('2026-03-01T10:00:00Z') + minutes * 60_000).toISOString();
const until = (minutes: number) => ({
  windows: [
    { name: 'this morning', zone: 'UTC', dates: [`2026-03-01T08:00/${later(minutes).slice(0, 16)}`, '2026-03-02'] },
  ],
});
const firstStep = (journey: Journey) => shiftTraffic({ ...journey.owned, step: 0 }, journey.world);
const secondStep = (journey: Journey) => shiftTraffic({ ...journey.owned, step: 1 }, journey.world);
const stop = { by: 'Ada', reason: 'the database is moved', at: later(0) };
const green = modelArns.groupB;

/** A rollout whose first step has passed, an hour later: its window has ended. */
async function afterWindow(spec: Readonly<Record<string, unknown>> = {}): Promise<Journey> {
  const journey = await journeyTo('stepPassed', { spec: modelSpec({ ...until(30), ...spec }) });
  journey.world.time += 3_600_000;
  return journey;
}

describe('a rollout that meets the end of its window', () => {
  test('holds at its weight until the next one opens, and says so once', async () => {
    const journey = await afterWindow();
    for (const _ of [1, 2]) {
      expect(await secondStep(journey)).toEqual({ outcome: 'paused', waitSeconds: 1 });
      journey.world.time += 60_000;
    }
    expect(journey.world.weights()[green]).toBe(10);
    expect(await journey.events('CalendarHeld')).toEqual([
      {
        type: 'CalendarHeld',
        step: 1,
        kind: 'window',
        reason: 'no window is open; "this morning" opens at 2026-03-02T00:00:00.000Z',
        opensAt: '2026-03-02T00:00:00.000Z',
        until: expect.stringMatching(/^2026-03-01T23:0/),
      },
    ]);
  });

  test('goes on where it opens in time', async () => {
    const journey = await afterWindow({ timeouts: { calendar: '1d' } });
    await secondStep(journey);
    journey.world.time = Date.parse('2026-03-02T00:00:00Z');

    expect(await secondStep(journey)).toMatchObject({ outcome: 'shifted', weight: 50 });
    expect(await journey.transitions()).toEqual(expect.arrayContaining(['CalendarHeld', 'CalendarOpened']));
    expect((await journey.stored()).state.calendarHold).toBeUndefined();
  });

  test('is rolled back where it is held for too long', async () => {
    const journey = await afterWindow({ timeouts: { calendar: '1h' } });
    await secondStep(journey);
    journey.world.time += 3_599_000;
    expect(await secondStep(journey)).toMatchObject({ outcome: 'paused' });
    journey.world.time += 1000;

    expect(await secondStep(journey)).toMatchObject({ outcome: 'rollBack' });
    expect((await journey.stored()).state.reason).toContain('Step 2 was held for 3600 s: no window is open');
  });

  test('is held for no longer altogether, whatever lets it go on in between', async () => {
    const journey = await journeyTo('stepPassed', { spec: modelSpec({ timeouts: { calendar: '2h' } }) });
    await journey.world.store.putStop({}, stop);
    await secondStep(journey);
    journey.world.time += 3_600_000;
    await journey.world.store.endStop({});
    expect(await secondStep(journey)).toMatchObject({ outcome: 'shifted' });
    await journey.append({ type: 'StepPassed', step: 1, weight: 50 });
    await journey.world.store.putStop({}, stop);
    await shiftTraffic({ ...journey.owned, step: 2 }, journey.world);

    const inAnHour = new Date(journey.world.time + 3_600_000).toISOString();
    expect((await journey.events('CalendarHeld')).at(-1)).toMatchObject({ until: inAnHour });
  });

  test('finishes, where the spec says so', async () => {
    const journey = await afterWindow({ atWindowEnd: 'finish' });

    expect(await secondStep(journey)).toMatchObject({ outcome: 'shifted', weight: 50 });
  });

  test('goes back, where the spec says so', async () => {
    const journey = await afterWindow({ atWindowEnd: 'rollBack' });

    expect(await secondStep(journey)).toMatchObject({ outcome: 'rollBack' });
    expect((await journey.stored()).state.reason).toContain('no window is open');
  });

  test.each(['finish', 'rollBack'])('without any traffic waits, also with %s', async (atWindowEnd) => {
    const journey = await journeyTo('routed', { spec: modelSpec({ ...until(30), atWindowEnd }) });
    journey.world.time += 3_600_000;

    expect(await firstStep(journey)).toMatchObject({ outcome: 'paused' });
    expect(journey.world.changes).toEqual([]);
  });

  test('ends the bake of its step, and is judged meanwhile', async () => {
    const journey = await journeyTo('shifted', { spec: modelSpec(until(1)) });
    journey.world.time += 3_600_000;
    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'stepPassed' });
    expect(await secondStep(journey)).toMatchObject({ outcome: 'paused' });

    const bad = await journeyTo('stepPassed', { spec: modelSpec(until(1)), image: '413-b4dc0de' });
    bad.world.time += 3_600_000;
    expect(await secondStep(bad)).toMatchObject({ outcome: 'paused' });
    expect(await useCases.analyseGreen(bad, bad.world)).toMatchObject({ outcome: 'rollBack' });
  });
});

describe('a stop', () => {
  test.each([
    ['of all services', {}],
    ['of the service', { service: 'web' }],
  ])('%s holds the next step, whatever the spec says of windows, until it is ended', async (_, scope) => {
    const journey = await journeyTo('stepPassed', { spec: modelSpec({ atWindowEnd: 'finish' }) });
    await journey.world.store.putStop(scope, stop);

    expect(await secondStep(journey)).toMatchObject({ outcome: 'paused' });
    expect((await journey.events('CalendarHeld'))[0]).toMatchObject({
      kind: 'stop',
      reason: expect.stringContaining('stopped by Ada, until a person ends it with sluice thaw: the database is moved'),
    });
    await journey.world.store.endStop(scope);
    expect(await secondStep(journey)).toMatchObject({ outcome: 'shifted' });
  });

  test('of another service holds nothing', async () => {
    const journey = await journeyTo('stepPassed');
    await journey.world.store.putStop({ service: 'api' }, stop);

    expect(await secondStep(journey)).toMatchObject({ outcome: 'shifted' });
  });

  test('ends by itself at its time', async () => {
    const journey = await journeyTo('stepPassed');
    await journey.world.store.putStop({}, { ...stop, until: later(10) });
    expect(await secondStep(journey)).toMatchObject({ outcome: 'paused' });
    journey.world.time = Date.parse(later(10));

    expect(await secondStep(journey)).toMatchObject({ outcome: 'shifted' });
  });

  test('whose record cannot be read holds as one, up to a cap, says how to mend it, and goes on once it is mended', async () => {
    const spec = modelSpec({ timeouts: { interference: '10m' } });
    const journey = await journeyTo('stepPassed', { spec });
    journey.world.store.unreadableStop = 'Item STOPS is not what Sluice writes.';
    expect(await secondStep(journey)).toMatchObject({ outcome: 'paused' });
    expect((await journey.events('CalendarHeld'))[0]).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('Write the stop anew with sluice freeze, or end it with sluice thaw'),
    });
    await journey.world.store.endStop({});
    expect(await secondStep(journey)).toMatchObject({ outcome: 'shifted' });

    const other = await journeyTo('stepPassed', { spec });
    other.world.store.unreadableStop = 'Item STOPS is not what Sluice writes.';
    await secondStep(other);
    other.world.time += 600_000;
    expect(await secondStep(other)).toMatchObject({ outcome: 'rollBack' });
  });

  test('that follows a freeze is announced, and counts from the beginning of both', async () => {
    const journey = await afterWindow({ timeouts: { calendar: '2h' } });
    await secondStep(journey);
    journey.world.time += 600_000;
    await journey.world.store.putStop({}, stop);
    await secondStep(journey);
    const [first, second] = await journey.events('CalendarHeld');

    expect(second).toMatchObject({ kind: 'stop' });
    expect(second?.type === 'CalendarHeld' && first?.type === 'CalendarHeld' && second.until === first.until).toBe(
      true,
    );
  });
});

describe('the calendar that a rollout keeps', () => {
  test('is that of its stage', async () => {
    const [mine, other] = [{ stages: ['test'] }, { stages: ['elsewhere'] }];
    const rule = { name: 'x', zone: 'UTC', repeat: 'FREQ=DAILY' };
    const spec = modelSpec({
      windows: [
        { ...rule, ...mine },
        { ...rule, ...other },
      ],
      freezes: [],
    });
    const { state } = await (await journeyTo('opened', { spec })).stored();

    expect(calendarFields.windows.parse([{ ...rule, ...mine }])).toEqual(state.spec.windows);
  });
});
