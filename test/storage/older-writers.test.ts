import { describe, expect, test } from '@jest/globals';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { evolve } from '../../lib/rollout/state.ts';
import { appended } from '../../lib/storage/chain.ts';
import { eventItem, stateItem, storedEvent, storedRollout } from '../../lib/storage/dynamodb-items.ts';
import { findings, type Items, loaded, rolloutId, stored, written } from './chained-record.ts';
import { toFinishing } from '../contract/opened-event.ts';

const at = '2026-03-01T13:00:00.000Z';
const paused = { type: 'RolloutPaused', by: 'Ana', how: 'command', reason: 'lunch' } as const;
const resumed = { type: 'RolloutResumed', by: 'Ana', how: 'command' } as const;
const beforeTheEnd = toFinishing.slice(0, -1).map((event) => [event]);

/** What a version without chains writes: it keeps the fields of the state that it does not know, and drops attributes of the item. */
function writtenByOldCode(items: Items, events: readonly RolloutEvent[]): void {
  const from = storedRollout(items.state);
  let { state } = from;
  for (const [index, event] of events.entries()) {
    const sequence = from.sequence + index + 1;
    state = evolve(state, event, at);
    items.events.set(sequence, stored(eventItem({ rolloutId, sequence, at, event })));
  }
  items.state = stored(stateItem({ ...from, state, sequence: from.sequence + events.length }));
}

function withoutChain(items: Items): Items {
  for (const [place, item] of items.events) {
    const { chain: _, ...event } = storedEvent(item);
    items.events.set(place, { ...item, recorded: JSON.stringify(event) });
  }
  const { head: _, ...state } = items.state;
  items.state = { ...state, state: String(state['state']).replace(/,"chainedTo":\d+/u, '') };
  return items;
}

describe('a rollout that an older version opened', () => {
  test('is unchained: it is read, written on without a chain, and never taken for forged', async () => {
    const items = withoutChain(written(beforeTheEnd));
    const rollout = await loaded(items);
    const { next, recorded } = appended(rollout, [paused], at);

    expect(rollout).not.toHaveProperty('altered');
    expect(rollout).not.toHaveProperty('chain');
    expect(recorded[0]).not.toHaveProperty('chain');
    expect(next).not.toHaveProperty('chain');
  });
});

describe('a rollout with a chain into which an older version writes', () => {
  test('is not taken for forged, and its chain goes on over what the older version wrote', async () => {
    const items = written(beforeTheEnd);
    const { sequence } = storedRollout(items.state);
    writtenByOldCode(items, [paused, resumed]);

    const rollout = await loaded(items);
    expect(rollout).not.toHaveProperty('altered');

    const { next, recorded } = appended(rollout, [paused], at);
    for (const one of recorded) items.events.set(one.sequence, stored(eventItem(one)));
    items.state = stored(stateItem(next));
    expect(await loaded(items)).not.toHaveProperty('altered');
    expect(findings(items)).toEqual([
      { kind: 'unhashed', sequence: sequence + 1, says: `Event ${sequence + 1} carries no hash.` },
      { kind: 'unhashed', sequence: sequence + 2, says: `Event ${sequence + 2} carries no hash.` },
    ]);
    // From here on those two are held by the chain as well.
    items.events.set(
      sequence + 1,
      stored(eventItem({ rolloutId, sequence: sequence + 1, at, event: { ...paused, by: 'Ben' } })),
    );
    expect(findings(items).map(({ kind }) => kind)).toContain('changed');
  });

  test('is taken for forged where its state says more than its events', async () => {
    const items = written(beforeTheEnd);
    writtenByOldCode(items, [paused]);
    items.state = { ...items.state, state: String(items.state['state']).replace('"weight":100', '"weight":50') };

    expect(await loaded(items)).toMatchObject({ altered: 'The state does not follow from the events.' });
  });

  test.each([
    ['of a type that nobody writes', { type: 'TrafficBlessed' }],
    ['that the rule book forbids here', { type: 'GreenReady', running: 2, digest: 'sha256:0' }],
  ])('is taken for forged where an event %s makes room for another state', async (_, event) => {
    const items = written(beforeTheEnd);
    const { sequence } = storedRollout(items.state);
    const forged = { rolloutId, sequence: sequence + 1, at, event };
    const [newest] = [items.events.get(sequence)];
    items.events.set(sequence + 1, { ...newest, sk: `EVENT#${sequence + 1}`, recorded: JSON.stringify(forged) });
    const state = String(items.state['state']).replace('"weight":100', '"weight":50');
    items.state = { ...items.state, sequence: sequence + 1, state };

    const rollout = await loaded(items);

    expect(rollout).toMatchObject({ altered: 'The state does not follow from the events.' });
    expect(rollout).not.toHaveProperty('unchecked');
  });

  test('is taken for forged where the state lost events, or an event has a hash that its state does not have', async () => {
    const lost = written(beforeTheEnd);
    writtenByOldCode(lost, [paused, resumed]);
    const { sequence } = storedRollout(lost.state);
    lost.events.delete(sequence);
    expect(await loaded(lost)).toMatchObject({ altered: `Event ${sequence} is missing.` });

    const torn = written(beforeTheEnd);
    const before = torn.state;
    const { recorded } = appended(await loaded(torn), [paused], at);
    for (const one of recorded) torn.events.set(one.sequence, stored(eventItem(one)));
    torn.state = { ...before, sequence: storedRollout(before).sequence + 1 };
    expect(await loaded(torn)).toHaveProperty('altered');
  });
});

describe('a record that was changed', () => {
  test('says so in its next event, once, and stays marked however it goes on', async () => {
    const items = written(beforeTheEnd);
    items.state = { ...items.state, state: String(items.state['state']).replace('"weight":100', '"weight":50') };
    const rollout = await loaded(items);
    const first = appended(rollout, [paused], at);
    const second = appended(first.next, [resumed], at);

    expect(first.recorded.map(({ event }) => event)).toEqual([
      { type: 'RecordAltered', what: rollout.altered },
      paused,
    ]);
    expect(second.recorded.map(({ event }) => event)).toEqual([resumed]);
    expect(second.next.altered).toBe(rollout.altered);
    for (const one of [...first.recorded, ...second.recorded]) items.events.set(one.sequence, stored(eventItem(one)));
    items.state = stored(stateItem(second.next));
    expect(await loaded(items)).toMatchObject({ altered: rollout.altered });
  });

  test('is not known to be where its newest event cannot be read', async () => {
    const items = written(beforeTheEnd);
    items.events.get = () => {
      throw new Error('throttled');
    };

    const rollout = await loaded(items);
    expect(rollout).toMatchObject({ unchecked: 'throttled' });
    expect(rollout).not.toHaveProperty('altered');
  });
});
