import { beforeEach, describe, expect, test } from '@jest/globals';
import { transitionMessage } from '../../../lib/messages/message.ts';
import { deliveryFigures } from '../../../lib/report/delivery.ts';
import { needsPerson } from '../../../lib/rollout/needs.ts';
import { severityOfEvent } from '../../../lib/rollout/transition.ts';
import { lastKnownGood } from '../../../lib/usecases/opening/last-known-good.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { lastRehearsal } from '../../../lib/view/last-rehearsal.ts';
import { digestOf, modelArns, modelSpec, ModelWorld } from '../../model/model-world.ts';
import { newestRollout } from '../../model/newest-rollout.ts';
import { walk } from '../../model/walk.ts';
import { openInput } from '../journey.ts';

const drill = { service: 'web', drill: 'rollback', requestedBy: 'Ana', reason: 'quarterly drill' } as const;
const allowed = { drills: { rollback: ['staging', 'test'] } };

async function modelOf(fields: Readonly<Record<string, unknown>> = allowed): Promise<ModelWorld> {
  const world = new ModelWorld();
  world.addImage('412-9f8d111', digestOf('b'));
  await world.store.putSpec(modelSpec(fields), 'a test', world.now().toISOString());
  return world;
}

let world: ModelWorld;

beforeEach(async () => {
  world = await modelOf();
});

const eventsOf = async () => {
  const { rolloutId } = await newestRollout(world);
  return (await world.store.events(rolloutId, 0)).map(({ event }) => event);
};

const putEmergency = (since: string) =>
  world.emergencies.putEmergency(
    'web',
    {
      ...{ standing: 'wanted', number: 1, by: 'Ana', reason: 'down', since, until: since, parts: ['capacity'] },
      ...{ toldIn: 'web-1', attempts: [], reminded: 0 },
    },
    undefined,
  );
const putIncident = (since: string) =>
  world.incidents.putIncident(
    'web',
    {
      ...{ standing: 'open', number: 4, reopened: 0, level: 'P1', reason: 'errors', cause: 'x', causes: [] },
      ...{ opened: { by: 'Ana', at: since }, quiet: false, since, toldIn: 'web-1', updatedAt: since },
    },
    undefined,
  );

describe('a drill of the rollback', () => {
  test('gives the version that serves its first step, goes back by the machine, and keeps its clocks', async () => {
    const { states } = await walk('rollout', drill, world);

    const state = await newestRollout(world);
    expect(states.filter((name) => name === 'ShiftTraffic')).toHaveLength(1);
    expect(states).toContain('CaptureEvidence');
    expect(state).toMatchObject({ phase: 'rolledBack', drill: 'rollback', image: { digest: state.blueDigest } });
    expect(state.spec.steps).toEqual([{ weight: 10, bake: expect.any(Number) }]);
    expect(state.drilled).toMatchObject({ kind: 'rollback', passed: true, weight: 10 });
    expect(state.drilled?.acceptedMilliseconds).toBeGreaterThan(0);
    expect(state.drilled?.wholeMilliseconds).toBeGreaterThan(state.drilled?.acceptedMilliseconds ?? 0);
    expect(world.weights()[modelArns.groupB] ?? 0).toBe(0);
    expect((await world.store.service('web')).lockedBy).toBeUndefined();
  });

  test('pages nobody: nothing of it is critical or needs a person, and its opening says what it is', async () => {
    await walk('rollout', drill, world);

    const events = await eventsOf();
    const loud = events.filter((event) =>
      needsPerson({ type: event.type, severity: severityOfEvent(event) ?? 'info' }),
    );
    expect(loud.map(({ type }) => type)).toEqual([]);
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['DrillTurnedBack', 'DrillFinished']));
    expect(events.map(({ type }) => type)).not.toContain('RollbackRequested');
    const state = await newestRollout(world);
    const [opened] = await world.store.events(state.rolloutId, 0, 1);
    const told = opened && transitionMessage(opened, [], state, world.installation);
    expect(told?.what).toMatch(
      /^DRILL\. web: drill of the rollback, ordered by Ana: slot b gets 411-3c9e1f0, which serves/,
    );
  });

  test('whose step cannot be done goes back for that, and did not pass', async () => {
    const before = (state: string) => {
      if (state === 'AnalyseGreen') throw new Error('the metrics are away');
    };
    await walk('rollout', drill, world, { before });

    const state = await newestRollout(world);
    expect(state.phase).toBe('rolledBack');
    expect(state.drilled).toMatchObject({ passed: false });
    expect((await lastRehearsal('web', world.store))?.passed).toBe(false);
  });

  test.each([
    ['a person', { by: 'Ana', how: 'command' }, undefined],
    ['a push', { by: 'CI' }, undefined],
    ['an emergency', { by: 'Sluice' }, undefined],
    ['the guard', { by: 'the guard' }, false],
    ['a gate', { by: 'the rollout', gate: 'errors' }, false],
  ] as const)('that %s sent back tells of the way back only where it failed itself', async (_, who, passed) => {
    await walk('rollout', drill, world);
    const list = await world.store.list('web', 5);
    const stored = await world.store.load(list[0]?.rolloutId ?? '');
    const [first] = await world.store.events(list[0]?.rolloutId ?? '', 0);
    if (stored?.state.drilled === undefined || first === undefined) throw new Error('no drill ran');
    const state = { ...stored.state, drillTurnedAt: undefined, drilled: { ...stored.state.drilled, passed: false } };
    const event = { type: 'RollbackRequested', reason: 'x', ...who } as const;
    const store = {
      list: () => Promise.resolve(list),
      load: () => Promise.resolve({ ...stored, state }),
      events: () => Promise.resolve([{ ...first, event }]),
    };
    expect((await lastRehearsal('web', store))?.passed).toBe(passed);
  });

  test.each([
    ['a stop', 'the calendar', /all rollouts are stopped by Ana/],
    ['an emergency', 'an emergency', /web is in an emergency since/],
    ['an incident', 'an incident', /incident 4 of web is open since/],
  ] as const)('goes back before its traffic where %s began after its opening', async (what, by, why) => {
    // The models keep what they are given at once.
    const before = (state: string) => {
      if (state !== 'ShiftTraffic') return;
      const since = world.now().toISOString();
      if (what === 'a stop') void world.store.putStop({}, { by: 'Ana', reason: 'x', at: since });
      if (what === 'an emergency') void putEmergency(since);
      if (what === 'an incident') void putIncident(since);
    };
    const { states } = await walk('rollout', drill, world, { before });

    const events = await eventsOf();
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'RollbackRequested', by, reason: expect.stringMatching(why) }),
    );
    expect(states).toContain('ShiftTraffic');
    expect(events.map(({ type }) => type)).not.toContain('TrafficShifted');
    expect(await lastRehearsal('web', world.store)).toBeUndefined();
  });

  test('leaves the version that serves known as good, and counts in no delivery figure', async () => {
    await walk('rollout', { service: 'web', image: '412-9f8d111' }, world);
    const before = await newestRollout(world);
    await world.store.endRetention('web', before.rolloutId);
    const { end } = await walk('rollout', drill, world, {}, 'execution-2');
    expect(end).toMatchObject({ status: 'FAILED', error: 'RolledBack' });

    const summary = (await world.store.list('web', 2)).find((one) => one.drill === 'rollback');
    const state = (await world.store.load(summary?.rolloutId ?? ''))?.state ?? before;
    expect(state).toMatchObject({ drill: 'rollback', phase: 'rolledBack', image: { digest: digestOf('b') } });
    const good = await lastKnownGood('web', state.spec.image, world);
    expect(good.passedOver.join()).not.toContain('was rolled back');
    expect(good).toMatchObject({ digest: digestOf('a') });
    const figures = deliveryFigures([before, state], '2026-01', world.now());
    expect(figures[0]).toMatchObject({ changes: 1, failedChanges: 0, changeFailureRate: 0 });
  });
});

describe('a drill is refused, and nothing is touched', () => {
  const refused = async (request: Readonly<Record<string, unknown>> = drill) => {
    const answer = await openRollout({ ...openInput(), request }, world);
    return answer.outcome === 'rejected' ? answer.reason : answer.outcome;
  };

  test('where the spec does not allow it in this stage, with what to write', async () => {
    world = await modelOf({ drills: { rollback: ['staging'] } });
    expect(await refused()).toBe(
      'The spec of web allows a drill of the rollback in staging, not in test. To allow it, write drills: { rollback: [test] } into the spec and apply it.',
    );
    world = await modelOf({});
    expect(await refused()).toContain('in no stage at all, not in test');
  });

  test('while a rollout or a stop is there: it waits for nothing', async () => {
    const until = new Date(world.now().getTime() + 3_600_000).toISOString();
    const stop = { by: 'Ana', reason: 'the database moves', at: world.now().toISOString(), until } as const;
    await world.store.putStop({}, stop);
    expect(await refused()).toMatch(/^No drill of web may start now: all rollouts are stopped by Ana.* Order it at /);

    world = await modelOf();
    await openRollout({ ...openInput(), request: { service: 'web', image: '412-9f8d111' } }, world);
    const answer = await openRollout({ ...openInput(), executionArn: 'arn:aws:other', request: drill }, world);
    expect(answer).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringMatching(/^web is busy with web-.*waits for nothing/),
    });
    expect(await world.store.waiting('web')).toBeUndefined();
  });

  test('while an emergency or an incident of the service goes on', async () => {
    const since = world.now().toISOString();
    await putEmergency(since);
    expect(await refused()).toContain('web is in an emergency since');

    world = await modelOf();
    await putIncident(since);
    expect(await refused()).toContain('Incident 4 of web is open since');
  });

  test('while the version before is kept, unless that may go', async () => {
    await walk('rollout', { service: 'web', image: '412-9f8d111' }, world);
    expect(await refused()).toContain('and a drill needs that slot');
    expect(await refused({ ...drill, givesUpKept: true })).toBe('opened');
  });

  test('with an image, a rollback or another task definition beside it', async () => {
    expect(await refused({ ...drill, image: '412-9f8d111' })).toContain('expected a tag');
    expect(await refused({ ...drill, sameImage: true })).toContain('a drill is of what serves');
  });
});
