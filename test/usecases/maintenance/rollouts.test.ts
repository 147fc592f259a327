import { describe, expect, test } from '@jest/globals';
import type { MaintenanceRecord } from '../../../lib/ports/maintenances.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { healthCheckBlue } from '../../../lib/usecases/rollback/health-check-blue.ts';
import { analyseGreen } from '../../../lib/usecases/shifting/analyse-green.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { modelSpec, ModelWorld } from '../../model/model-world.ts';
import { type Journey, journeyTo, rollbackTo } from '../journey.ts';
import { altered } from '../watched-world.ts';

const at = '2026-03-01T10:00:00.000Z';
const record: MaintenanceRecord = {
  wanted: 'on',
  standing: 'up',
  by: 'Ana',
  how: 'command',
  reason: 'the database moves',
  at,
  since: at,
  listeners: [],
};

async function inMaintenance(journey: Journey): Promise<Journey> {
  await journey.world.store.putMaintenance('web', record, undefined);
  return journey;
}

describe('a rollout under the maintenance page', () => {
  test('gets no further traffic and says why, until it ends', async () => {
    const journey = await inMaintenance(await journeyTo('stepPassed'));
    const step = { ...journey.owned, step: 1 };
    expect(await shiftTraffic(step, journey.world)).toMatchObject({ outcome: 'paused' });
    expect(await journey.events('CalendarHeld')).toEqual([
      expect.objectContaining({
        kind: 'maintenance',
        reason: expect.stringContaining('in maintenance since 2026-03-01T10:00:00.000Z, by Ana: the database moves'),
      }),
    ]);

    const stored = await journey.world.store.maintenance('web');
    await journey.world.store.putMaintenance('web', { ...record, wanted: 'off' }, stored);
    expect(await shiftTraffic(step, journey.world)).toMatchObject({ outcome: 'shifted' });
  });

  test('may open, as its image may be what ends it', async () => {
    const world = new ModelWorld();
    await world.store.putSpec(modelSpec(), 'Ana', at);
    await world.store.putMaintenance('web', record, undefined);
    world.addImage('412-9f8d111', `sha256:${'b'.repeat(64)}`);
    const request = { service: 'web', image: '412-9f8d111', requestedBy: 'Ana' };
    const asking = { request, executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:m:e1', startedAt: at };
    expect(await openRollout(asking, world)).toMatchObject({ outcome: 'opened' });
  });

  test('has gates without data, which no step passes by', async () => {
    const journey = await journeyTo('shifted');
    journey.world.requestsPerSecond = 0;
    journey.world.time += 6_000;
    expect(await analyseGreen({ ...journey.owned, step: 0 }, journey.world)).toMatchObject({ verdict: 'hold' });
  });
});

test('a rollback does not ask blue through the page: the health of its targets decides', async () => {
  const journey = await inMaintenance(await rollbackTo('confirmed'));
  const behindPage = altered(journey.world, {
    probe: { get: () => Promise.resolve({ status: 503, milliseconds: 1 }) },
  });
  const answer = await healthCheckBlue({ ...journey.owned, since: 'now' }, behindPage);
  expect(answer).toMatchObject({
    outcome: 'answered',
    cause: expect.stringContaining('users get the maintenance page'),
  });
});
