import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RolloutSpec } from '../../../lib/specification/rollout-spec.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { holdForCalendar } from '../../../lib/usecases/shifting/hold-for-calendar.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { digestOf, modelSpec } from '../../model/model-world.ts';
import { journeyTo, openInput } from '../journey.ts';

/** Whatever keeps a rollout from starting at the model's time. */
const closing = fc.record(
  {
    windows: fc.constantFrom(
      [{ name: 'never', zone: 'UTC', dates: ['2020-01-01'] }],
      [{ name: 'Mondays', zone: 'Asia/Taipei', repeat: 'FREQ=WEEKLY;BYDAY=MO' }],
    ),
    freezes: fc.constantFrom([{ name: 'always', zone: 'Europe/Berlin', repeat: 'FREQ=DAILY' }]),
    atWindowEnd: fc.constantFrom('hold', 'finish', 'rollBack'),
    timeouts: fc.constantFrom({ calendar: '0s' }, { calendar: '1d' }),
  },
  { requiredKeys: [] },
);
const stops = fc.subarray(['all', 'web', 'unreadable'] as const);
const wayBack = fc.constantFrom(
  { to: 'kept' as const, reason: 'customers complain' },
  { to: 'version' as const, reason: 'customers complain' },
);
const stop = { by: 'Ada', reason: 'nothing may change', at: '2026-03-01T09:00:00.000Z' };

describe('a rollback', () => {
  test('opens and takes each of its steps, whatever windows, freezes and stops there are', async () => {
    await fc.assert(
      fc.asyncProperty(closing, stops, wayBack, async (written, stopped, rollback) => {
        // 412 serves, 411 before it is kept; then everything is closed.
        const journey = await journeyTo('finished');
        const { world } = journey;
        const spec: RolloutSpec = modelSpec(written);
        await world.store.putSpec(spec, 'a test', world.now().toISOString());
        if (stopped.includes('all')) await world.store.putStop({}, stop);
        if (stopped.includes('web')) await world.store.putStop({ service: 'web' }, stop);
        if (stopped.includes('unreadable')) world.store.unreadableStop = 'Item STOPS is not what Sluice writes.';

        const image = rollback.to === 'version' ? { image: digestOf('a') } : {};
        const opened = await openRollout(
          {
            ...openInput(),
            request: { service: 'web', requestedBy: 'on-call', rollback, ...image },
            executionArn: `${openInput().executionArn}-back`,
            startedAt: world.now().toISOString(),
          },
          world,
        );
        expect(opened).toMatchObject({ outcome: 'opened' });
        const rolloutId = opened.outcome === 'opened' ? opened.rolloutId : '';
        const stored = await world.store.load(rolloutId);
        for (const weight of [0, 10, 100]) {
          for (const phase of ['shifting', 'baking', 'finishing'] as const) {
            const there = stored && { ...stored, state: { ...stored.state, weight, phase } };
            expect(there && (await holdForCalendar(there, 0, world))).toEqual({ outcome: 'free', stored: there });
          }
        }
      }),
      { numRuns: 40, seed: 20_260_301 },
    );
  });

  test('is not held where a rollout of the same spec is', async () => {
    const journey = await journeyTo('routed', { spec: modelSpec({}) });
    await journey.world.store.putStop({}, stop);

    expect(await shiftTraffic({ ...journey.owned, step: 0 }, journey.world)).toMatchObject({ outcome: 'paused' });
  });
});
