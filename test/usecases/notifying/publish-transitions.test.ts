import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Announcement, Announcer } from '../../../lib/ports/announcer.ts';
import { transitionsOf } from '../../../lib/rollout/transition.ts';
import { publishTransitions } from '../../../lib/usecases/notifying/publish-transitions.ts';
import { type Journey, journeyTo } from '../journey.ts';

let journey: Journey;
/** Sequences of what people hear of. */
let all: readonly number[];

beforeEach(async () => {
  journey = await journeyTo('finished');
  all = transitionsOf(await journey.world.store.events(journey.rolloutId, 0)).map(({ sequence }) => sequence);
});

/** Announces until the call with a number, which fails before or after the world has heard of it. */
function failingAt(number: number, heard: Announcement[], when: 'before' | 'after' = 'before'): Announcer {
  let calls = 0;
  return {
    announce: (announcement) => {
      calls += 1;
      if (calls !== number || when === 'after') heard.push(announcement);
      return calls === number ? Promise.reject(new Error('the topic is down')) : Promise.resolve();
    },
  };
}

const publish = (announcer: Announcer) => {
  const { store, outbox, measures, installation } = journey.world;
  return publishTransitions({ rolloutId: journey.rolloutId }, { store, outbox, measures, installation, announcer });
};
const sequences = (heard: readonly Announcement[]) => heard.map(({ sequence }) => sequence);

describe('publishing', () => {
  test('announces every transition in order, with what a reader needs', async () => {
    expect(await publish(journey.world.announcer)).toEqual({ announced: all.length });
    const heard = journey.world.announcements;

    expect(heard.map(({ type }) => type)).toEqual(await journey.transitions());
    expect(sequences(heard)).toEqual(sequences(heard).toSorted((left, right) => left - right));
    expect(heard[0]).toEqual({
      rolloutId: journey.rolloutId,
      service: 'web',
      sequence: 1,
      type: 'RolloutOpened',
      severity: 'info',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      at: expect.stringMatching(/^2026-03-01T/),
      summary: expect.stringContaining('opened by Erin'),
      detail: { image: expect.objectContaining({ tag: '412-9f8d111' }), blue: 'a', green: 'b' },
    });
  });

  test('announces what came since, and nothing twice', async () => {
    await publish(journey.world.announcer);
    expect(await publish(journey.world.announcer)).toEqual({ announced: 0 });
    await journey.append({ type: 'BlueScaledDown', count: 1 });
    expect(await publish(journey.world.announcer)).toEqual({ announced: 1 });

    expect(journey.world.announcements.at(-1)).toMatchObject({ type: 'BlueScaledDown', detail: { count: 1 } });
  });

  test('what nobody is told of moves the mark all the same', async () => {
    const baking = await journeyTo('shifted');
    const sample = {
      type: 'GreenAnalysed',
      step: 0,
      verdict: 'pass',
      reason: 'well',
      secondsLeft: 1,
      gates: [],
    } as const;
    await baking.append(sample, sample);
    const { store } = baking.world;
    await publishTransitions({ rolloutId: baking.rolloutId }, baking.world);

    expect(await store.announcedUpTo(baking.rolloutId)).toBe((await baking.stored()).sequence);
  });

  test('of a rollout that is not there is an error', async () => {
    await expect(publishTransitions({ rolloutId: 'none' }, journey.world)).rejects.toThrow('no rollout none');
  });
});

describe('an announcer that fails', () => {
  test.each([1, 2, 7, 14])('at message %s holds back what comes after it, and loses nothing', async (number) => {
    const heard: Announcement[] = [];
    await expect(publish(failingAt(number, heard))).rejects.toThrow('the topic is down');

    expect(sequences(heard)).toEqual(all.slice(0, number - 1));
    await publish(failingAt(0, heard));
    expect(sequences(heard)).toEqual(all);
  });

  test.each([1, 7, 14])('after message %s went out repeats that one at most', async (number) => {
    const heard: Announcement[] = [];
    await expect(publish(failingAt(number, heard, 'after'))).rejects.toThrow('the topic is down');
    await publish(failingAt(0, heard));
    const repeated = sequences(heard).filter((sequence, index, list) => list.indexOf(sequence) !== index);

    expect(repeated).toEqual([all[number - 1]]);
    expect(new Set(sequences(heard)).size).toBe(all.length);
    expect(sequences(heard)).toEqual(sequences(heard).toSorted((left, right) => left - right));
  });

  test('every single time still gets everything out in the end', async () => {
    const heard: Announcement[] = [];
    for (let attempt = 0; attempt < all.length - 1; attempt += 1) {
      await expect(publish(failingAt(2, heard))).rejects.toThrow('the topic is down');
    }
    await publish(failingAt(2, heard));

    expect(sequences(heard)).toEqual(all);
  });
});

describe('two that publish at once', () => {
  test('lose nothing, and leave the mark at the end', async () => {
    const heard: Announcement[] = [];
    await Promise.all([publish(failingAt(0, heard)), publish(failingAt(0, heard))]);

    expect(new Set(sequences(heard)).size).toBe(all.length);
    expect(await journey.world.store.announcedUpTo(journey.rolloutId)).toBe(all.at(-1));
  });

  test('one that fails does not move the mark back', async () => {
    const heard: Announcement[] = [];
    await Promise.allSettled([publish(failingAt(0, heard)), publish(failingAt(3, heard))]);

    expect(await journey.world.store.announcedUpTo(journey.rolloutId)).toBe(all.at(-1));
  });
});

describe('counting', () => {
  const outcomes = () =>
    journey.world.measured.filter(({ name }) => name === 'Rollouts').map(({ by: { outcome } }) => outcome);

  test('tells of a finished rollout that it was opened, and how it ended', async () => {
    await publish(journey.world.announcer);

    expect(outcomes()).toEqual(['opened', 'succeeded']);
  });

  test('counts nothing again when the same news is published again', async () => {
    await publish(journey.world.announcer);
    const once = journey.world.measured.length;
    await publish(journey.world.announcer);
    await publish(journey.world.announcer);

    expect(journey.world.measured).toHaveLength(once);
  });

  test.each([1, 2, 7, 14])('counts each event once although the topic failed at message %s', async (number) => {
    await publish(journey.world.announcer);
    const undisturbed = journey.world.measured;
    journey = await journeyTo('finished');
    await expect(publish(failingAt(number, [], 'after'))).rejects.toThrow('the topic is down');
    await publish(journey.world.announcer);

    expect(journey.world.measured).toEqual(undisturbed);
  });

  test('of two that publish at once, counts each event once', async () => {
    await publish(journey.world.announcer);
    const undisturbed = journey.world.measured;
    journey = await journeyTo('finished');
    await Promise.allSettled([publish(failingAt(0, [])), publish(failingAt(3, [])), publish(failingAt(0, []))]);

    expect(journey.world.measured.map((each) => JSON.stringify(each)).sort()).toEqual(
      undisturbed.map((each) => JSON.stringify(each)).sort(),
    );
  });
});
