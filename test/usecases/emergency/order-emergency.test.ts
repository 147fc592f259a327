import { beforeEach, describe, expect, test } from '@jest/globals';
import type { EmergencyOrder } from '../../../lib/ports/emergency-orders.ts';
import { orderEmergency } from '../../../lib/usecases/emergency/order-emergency.ts';
import { orderEmergencyInput, takeOrder } from '../../../lib/usecases/emergency/take-order.ts';
import { named } from '../../fleet/fleet-under-test.ts';
import { modelExecutions, type Started } from '../../model/model-executions.ts';
import { modelSpec } from '../../model/model-world.ts';
import { type Journey, journeyTo, rollbackTo } from '../journey.ts';

let journey: Journey;
let started: Started[];

beforeEach(async () => {
  journey = await journeyTo('finished');
  started = [];
});

const needs = () => ({
  store: journey.world.store,
  emergencies: journey.world.emergencies,
  incidents: journey.world.incidents,
  incidentExecutions: journey.world.incidentExecutions,
  now: journey.world.now,
  emergencyExecutions: modelExecutions('emergency', started, journey.world.running),
});
const order = (wanted: 'begin' | 'end', changes: Partial<EmergencyOrder> = {}) =>
  orderEmergency(
    {
      service: 'web',
      wanted,
      reason: 'both versions are down',
      calling: {
        user: 'Ana',
        caller: { principal: 'arn:aws:iam::111122223333:user/ana', standing: 'one', why: '' },
      },
      ...changes,
    },
    needs(),
  );
const ended = (detail: Readonly<Record<string, unknown>>) =>
  takeOrder(orderEmergencyInput.parse({ detail: { status: 'FAILED', name: 'one', ...detail } }), needs());
const machine = (name: string) => `arn:aws:states:eu-west-1:111122223333:stateMachine:sluice-test-${name}`;

describe('an order', () => {
  test('begins one emergency, however many give it at once, and starts one execution', async () => {
    const answers = await Promise.all([order('begin'), order('begin'), order('begin')]);

    expect(answers.filter((answer) => 'joined' in answer && answer.joined === false)).toHaveLength(1);
    expect(started.map(({ name, input }) => [name, input])).toEqual([
      ['web-emergency-1', { service: 'web', number: 1 }],
    ]);
    expect(await journey.events('EmergencyBegan')).toHaveLength(1);
  });

  test('given again after its execution was lost starts the machine again', async () => {
    await order('begin');
    journey.world.running.clear();
    expect(await order('begin')).toMatchObject({ joined: true });
    expect(started.map(({ name }) => name)).toEqual(['web-emergency-1', 'web-emergency-1-2']);
  });

  test('ends it once, and the next one has a number of its own', async () => {
    await order('begin', { parts: ['capacity'] });
    expect(await order('end', { reason: 'mended' })).toMatchObject({ outcome: 'done', by: 'Ana' });
    expect(await order('end')).toEqual({ outcome: 'refused', reason: 'No emergency of web goes on.' });
    expect(await journey.events('EmergencyEnded')).toEqual([
      expect.objectContaining({ outcome: 'byPerson', reason: 'mended', principal: expect.stringContaining('ana') }),
    ]);
    await order('begin');
    expect(await journey.events('EmergencyBegan')).toHaveLength(2);
    expect((await journey.world.emergencies.emergency('web'))?.record).toMatchObject({ number: 2, attempts: [] });
  });

  test('finds one whose time is over and that was lost, ends it, and begins the next', async () => {
    await order('begin');
    journey.world.time += 3_600_000;
    expect(await order('begin')).toMatchObject({ outcome: 'done', joined: false });
    expect(started.map(({ name }) => name)).toEqual(['web-emergency-1', 'web-emergency-2']);
    expect(await journey.events('EmergencyEnded')).toEqual([expect.objectContaining({ outcome: 'timeOver' })]);
  });

  test('is refused where nothing is known of the service', async () => {
    expect(await order('begin', { service: 'shop' })).toMatchObject({ outcome: 'refused' });
    await journey.world.store.putSpec(modelSpec({ service: 'shop' }), 'Ana', '2026-03-01T10:00:00.000Z');
    expect(await order('begin', { service: 'shop' })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('sluice maintenance on shop'),
    });
    expect(started).toEqual([]);
  });
});

describe('the end of an execution', () => {
  const failed = (error: string) =>
    ended({
      stateMachineArn: machine('rollback'),
      error,
      cause: '0 of 2 targets of blue are healthy',
      input: JSON.stringify({ rolloutId: journey.rolloutId }),
    });

  test('of a rollback that cannot give users a side begins an emergency, where the spec wants that', async () => {
    journey = await rollbackTo('confirmed');
    expect(await failed('BlueNotHealthy')).toEqual({ outcome: 'ignored' });
    const off = modelSpec({ emergency: { automatic: false } });
    await journey.world.store.putSpec(off, 'Ana', '2026-03-01T10:00:00.000Z');
    expect(await failed('BlueNotHealthy')).toEqual({ outcome: 'ignored' });

    const spec = modelSpec({ emergency: { maintenance: false, limit: '10m' } });
    await journey.world.store.putSpec(spec, 'Ana', '2026-03-01T10:00:00.000Z');
    expect(await failed('RollbackIncomplete')).toEqual({ outcome: 'ignored' });
    expect(await failed('BlueNotHealthy')).toMatchObject({ outcome: 'done', joined: false });
    expect(await failed('BlueNotHealthy')).toMatchObject({ outcome: 'done', joined: true });
    expect(started).toHaveLength(1);
    expect(await journey.events('EmergencyBegan')).toEqual([
      expect.objectContaining({
        by: `the rollback of ${journey.rolloutId}`,
        reason: 'traffic is back on blue, and blue is not healthy (0 of 2 targets of blue are healthy)',
        parts: ['capacity', 'lastKnownGood'],
      }),
    ]);
  });

  test('of a rollback whose emergency has ended begins no other one: people do', async () => {
    journey = await rollbackTo('confirmed');
    await journey.world.store.putSpec(modelSpec({ emergency: {} }), 'Ana', '2026-03-01T10:00:00.000Z');
    expect(await failed('BlueNotHealthy')).toMatchObject({ outcome: 'done', joined: false });
    await order('end');
    expect(await failed('BlueNotHealthy')).toEqual({ outcome: 'ignored' });
    expect(await order('begin')).toMatchObject({ outcome: 'done', joined: false });
  });

  test('of an emergency that goes on is followed by another execution', async () => {
    const lost = (number: number, service = 'web') =>
      ended({
        stateMachineArn: machine('emergency'),
        status: 'ABORTED',
        input: JSON.stringify({ service, number }),
      });
    expect(await lost(1)).toEqual({ outcome: 'ignored' });
    await order('begin');
    journey.world.running.clear();
    expect(await lost(2)).toEqual({ outcome: 'ignored' });
    expect(await lost(1)).toMatchObject({ outcome: 'done' });
    expect(started.map(({ name }) => name)).toEqual(['web-emergency-1', 'web-emergency-1-2']);
    await order('end');
    expect(await lost(1)).toEqual({ outcome: 'ignored' });
    expect(await ended({ stateMachineArn: machine('emergency'), input: 'no JSON' })).toEqual({ outcome: 'ignored' });
  });

  test('of an emergency that was stopped between its end and the telling of it tells it, once', async () => {
    await order('begin');
    const { emergencies } = journey.world;
    const stored = named(await emergencies.emergency('web'));
    const over = {
      by: 'Sluice',
      reason: 'users are served',
      at: '2026-03-01T10:05:00.000Z',
      outcome: 'served',
    } as const;
    await emergencies.putEmergency('web', { ...stored.record, standing: 'over', ended: over }, stored);
    const input = JSON.stringify({ service: 'web', number: 1 });
    const stopped = () => ended({ stateMachineArn: machine('emergency'), status: 'ABORTED', input });

    expect(await stopped()).toEqual({ outcome: 'ignored' });
    expect(await stopped()).toEqual({ outcome: 'ignored' });

    expect(await journey.events('EmergencyEnded')).toEqual([expect.objectContaining({ outcome: 'served' })]);
    expect(started).toHaveLength(1);
  });
});
