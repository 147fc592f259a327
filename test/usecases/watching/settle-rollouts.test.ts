import { beforeEach, describe, expect, test } from '@jest/globals';
import { transitionsOf } from '../../../lib/rollout/transition.ts';
import { publishTransitions } from '../../../lib/usecases/notifying/publish-transitions.ts';
import { settleRollouts, type SettlingWorld } from '../../../lib/usecases/watching/settle-rollouts.ts';
import { type Journey, journeyTo, openInput } from '../journey.ts';
import { watched } from '../watched-world.ts';

let journey: Journey;
let all: readonly number[];

beforeEach(async () => {
  journey = await journeyTo('finished');
  all = transitionsOf(await journey.world.store.events(journey.rolloutId, 0)).map(({ sequence }) => sequence);
});

const later = (seconds: number) => {
  journey.world.time += seconds * 1000;
};
const worldWith = (parts: Partial<SettlingWorld>): SettlingWorld => ({ ...watched(journey.world).world, ...parts });
const sweep = () => settleRollouts(journey.world);
const heard = () => journey.world.announcements.map(({ sequence }) => sequence);
/** Rollouts of the list, without those that are put off. */
const listed = async () =>
  (await journey.world.store.unsettled()).flatMap(({ rolloutId, notBefore }) =>
    notBefore === undefined ? [rolloutId] : [],
  );

describe('after an outage of whatever announces', () => {
  test('the sweep announces every transition once, in order', async () => {
    later(120);

    expect(await sweep()).toMatchObject([{ rolloutId: journey.rolloutId, announced: all.length }]);
    expect(heard()).toEqual(all);
    later(300);
    await sweep();
    expect(heard()).toEqual(all);
  });

  test('the sweep goes on where the outage cut the announcements off', async () => {
    const { announcer } = journey.world;
    let calls = 0;
    const failing: typeof announcer = {
      announce: (one) => {
        calls += 1;
        return calls > 2 ? Promise.reject(new Error('the topic is down')) : announcer.announce(one);
      },
    };
    const published = publishTransitions({ rolloutId: journey.rolloutId }, worldWith({ announcer: failing }));
    await expect(published).rejects.toThrow('the topic is down');
    later(120);
    await sweep();

    expect(heard()).toEqual(all);
  });

  test('while the outage goes on the sweep fails, and the rollout stays on the list', async () => {
    later(120);
    const announcer = { announce: () => Promise.reject(new Error('the topic is down')) };

    await expect(settleRollouts(worldWith({ announcer }))).rejects.toThrow('the topic is down');
    expect(await listed()).toEqual([journey.rolloutId]);
  });

  test('one rollout that cannot be announced does not keep another one from its turn', async () => {
    const { store } = journey.world;
    const [load, unsettled] = [store.load.bind(store), store.unsettled.bind(store)];
    store.unsettled = async () => [{ rolloutId: 'broken', sequence: 1 }, ...(await unsettled())];
    store.load = (rolloutId) => (rolloutId === 'broken' ? Promise.reject(new Error('not readable')) : load(rolloutId));
    later(120);

    await expect(sweep()).rejects.toThrow('broken: not readable');
    expect(heard()).toEqual(all);
  });
});

describe('the list of unsettled rollouts', () => {
  test('leaves what has just happened to those who announce at once', async () => {
    expect(await sweep()).toEqual([{ rolloutId: journey.rolloutId, settled: false }]);
    expect(heard()).toEqual([]);
  });

  test('holds an active rollout, and one that ended until everything is announced', async () => {
    const baking = await journeyTo('shifted');
    baking.world.running.add(openInput().executionArn);
    await publishTransitions({ rolloutId: baking.rolloutId }, baking.world);
    baking.world.time += 600_000;
    expect(await settleRollouts(baking.world)).toEqual([{ rolloutId: baking.rolloutId, settled: false }]);

    const rejected = await journeyTo('opened');
    await rejected.append({ type: 'RolloutRejected', reason: 'no', results: [] });
    rejected.world.time += 120_000;
    expect(await settleRollouts(rejected.world)).toMatchObject([{ settled: true, announced: 2 }]);
    expect(await rejected.world.store.unsettled()).toEqual([]);
  });

  test('takes up a rollout again of which something is recorded after its end', async () => {
    later(120);
    await sweep();
    await journey.append({ type: 'BlueScaledDown', count: 1 });
    expect(await listed()).toEqual([journey.rolloutId]);
    later(120);
    await sweep();

    expect(heard().at(-1)).toBe((await journey.stored()).sequence);
    expect(await listed()).toEqual([]);
  });

  test('keeps a rollout of which something was recorded while the sweep was at work', async () => {
    later(120);
    const { announcer } = journey.world;
    let isFirst = true;
    const interrupting: typeof announcer = {
      announce: async (one) => {
        if (isFirst) await journey.append({ type: 'BlueScaledDown', count: 1 });
        isFirst = false;
        await announcer.announce(one);
      },
    };
    await settleRollouts(worldWith({ announcer: interrupting }));

    expect(await listed()).toEqual([journey.rolloutId]);
  });
});
