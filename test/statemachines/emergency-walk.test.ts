import { describe, expect, test } from '@jest/globals';
import { digestOf, modelArns, type ModelWorld } from '../model/model-world.ts';
import { walk } from '../model/walk.ts';
import { declared, runsWhatAnEmergencyStarts, sicken } from './emergency-scenarios.ts';
import type { Stage } from './plays.ts';
import { bad, good, twoPushes } from './two-pushes.ts';

/** Two versions have served: `a`, then `b`. */
async function served(): Promise<ModelWorld> {
  const world = await twoPushes();
  await walk('rollout', good, world);
  return world;
}

async function emergency(world: ModelWorld): Promise<readonly string[]> {
  const stage: Stage = {
    world,
    walk: (machine, input, options = {}, name = 'execution-2') => walk(machine, input, world, options, name),
  };
  const [begun] = await declared(world);
  runsWhatAnEmergencyStarts(stage);
  const { states } = await walk('emergency', begun?.input, world, {}, begun?.name);
  return states;
}

const told = async (world: ModelWorld) => {
  const { record } = (await world.emergencies.emergency('web')) ?? {};
  const events = await world.store.events(record?.toldIn ?? '', 0);
  return events.map(({ event }) => event).filter(({ type }) => type.startsWith('Emergency'));
};
const record = async (world: ModelWorld) => (await world.emergencies.emergency('web'))?.record;

describe('an emergency', () => {
  test('puts the page up, starts tasks anew, brings the last known good version back, and takes the page down', async () => {
    const world = await served();
    expect(world.weights()[modelArns.groupB]).toBe(100);
    sicken(world, new Set([digestOf('b')]));

    const states = await emergency(world);

    const acts = states.filter((state) => !['LookAtEmergency', 'AnnounceEnd'].includes(state));
    expect(acts).toEqual(['PutPageUp', 'RaiseCapacity', 'BringBackGood', 'TakePageDown']);
    expect(world.weights()[modelArns.groupA]).toBe(100);
    expect(world.slots.get('web-a')?.digest).toBe(digestOf('a'));
    expect(await record(world)).toMatchObject({
      standing: 'over',
      attempts: [{ digest: digestOf('a'), outcome: 'succeeded' }],
      ended: { outcome: 'served' },
    });
    expect((await told(world)).map(({ type }) => type)).toEqual([
      'EmergencyBegan',
      'EmergencyActed',
      'EmergencyActed',
      'EmergencyActed',
      'EmergencyActed',
      'EmergencyActed',
      'EmergencyEnded',
    ]);
    expect((await world.store.maintenance('web'))?.record).toMatchObject({ wanted: 'off', by: 'Sluice' });
    expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined });
  });

  test('stops when no further version is known to be good, reminds people every five minutes, and ends with its time', async () => {
    const world = await served();
    await walk('rollout', bad, world, {}, 'execution-3');
    sicken(world, new Set([digestOf('a'), digestOf('b')]));

    await emergency(world);

    expect(await record(world)).toMatchObject({
      standing: 'over',
      attempts: [{ digest: digestOf('a'), outcome: 'failed' }],
      exhausted: expect.stringContaining('no further version is known to be good'),
      ended: { outcome: 'timeOver' },
    });
    // No weight was moved to a side that cannot serve, and the lock is free for a person.
    expect(world.weights()[modelArns.groupB]).toBe(100);
    expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined });
    const events = await told(world);
    expect(events.filter(({ type }) => type === 'EmergencyReminded').length).toBeGreaterThan(5);
    expect(events.at(-1)).toMatchObject({ type: 'EmergencyEnded', outcome: 'timeOver' });
  });
});
