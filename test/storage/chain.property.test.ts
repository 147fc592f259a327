import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { eventHash, stateHash } from '../../lib/storage/chain.ts';
import { rawEventOf } from '../../lib/storage/raw-event.ts';
import { findings, type Items, loaded, rolloutId, written } from './chained-record.ts';

const newest = written().events.size;
const place = fc.integer({ min: 1, max: newest });
const textOf = (items: Items, at: number): string => String(items.events.get(at)?.['recorded']);
const json = (text: string): Record<string, unknown> => z.record(z.string(), z.unknown()).parse(JSON.parse(text));

function put(items: Items, at: number, recorded: Readonly<Record<string, unknown>>): void {
  items.events.set(at, { ...items.events.get(at), recorded: JSON.stringify(recorded) });
}

/** Somebody who knows the chain gives a forged event a hash that is right for it. */
function rehashed(recorded: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const raw = rawEventOf(JSON.stringify(recorded));
  if (raw?.chain === undefined) throw new Error('no event with a chain');
  return { ...recorded, chain: { ...raw.chain, hash: eventHash(raw) } };
}

describe('a record that nobody changed', () => {
  test('has no finding, event by event or several at once', async () => {
    for (const items of [written(), written([])]) {
      expect(findings(items)).toEqual([]);
      expect(await loaded(items)).not.toHaveProperty('altered');
    }
  });

  test('stays true when the machine claims it, and when a person does', async () => {
    const items = written();
    items.state = { ...items.state, fence: 7, claimedBy: 'arn:rollback', fencedOffBy: 'Ana' };

    expect(findings(items)).toEqual([]);
    expect(await loaded(items)).not.toHaveProperty('altered');
  });
});

describe('the hash of a state', () => {
  const state = { pk: 'ROLLOUT#1', state: '{"phase":"baking"}', restorePlan: '{"a":1}', sequence: 3 };

  test('is another one for each other field beside the same state, however often it was asked for before', () => {
    const others = [{ restorePlan: '{"b":1}' }, { sequence: 4 }, { retirement: '{}' }, { restorePlan: { a: 1 } }];
    const hashes = [{}, ...others, {}].map((other) => stateHash({ ...state, ...other }));

    expect(new Set(hashes).size).toBe(1 + others.length);
    expect(hashes.at(-1)).toBe(hashes[0]);
  });

  test('follows an item that is changed in place after it was hashed', () => {
    const item: Record<string, unknown> = { ...state, state: '{"phase":"waiting"}', plan: { weight: 1 } };
    const before = stateHash(item);
    item['restorePlan'] = '{"b":1}';
    const plain = stateHash(item);
    Object.assign(item['plan'] ?? {}, { weight: 2 });

    expect(new Set([before, plain, stateHash(item)]).size).toBe(3);
  });
});

describe('in the record of a rollout is found and named', () => {
  test('every event whose text, time or number was changed', () => {
    fc.assert(
      fc.property(place, fc.constantFrom('at', 'event', 'rolloutId', 'sequence', 'extra'), (at, field) => {
        const items = written();
        const event = json(textOf(items, at));
        put(items, at, { ...event, [field]: field === 'sequence' ? at + 100 : { type: 'Approved', by: 'Ana' } });

        expect(findings(items)[0]).toMatchObject({ sequence: at });
      }),
    );
  });

  test('every event that was changed and given a new hash', async () => {
    for (let at = 1; at <= newest; at += 1) {
      const items = written();
      put(items, at, rehashed({ ...json(textOf(items, at)), at: '2026-03-01T12:34:56.000Z' }));

      const kind = at === newest ? 'stateChanged' : 'changed';
      expect(findings(items)).toEqual([{ kind, sequence: at, says: expect.any(String) }]);
      // The newest event is checked by every load; the others by the archive and by `audit verify`.
      expect((await loaded(items)).altered === undefined).toBe(at !== newest);
    }
  });

  test('every event that was dropped', () => {
    for (let at = 1; at <= newest; at += 1) {
      const items = written();
      items.events.delete(at);

      expect(findings(items)).toEqual([{ kind: 'dropped', sequence: at, says: `Event ${at} is missing.` }]);
    }
  });

  test('every two events that changed places, with their own numbers or with new ones', () => {
    fc.assert(
      fc.property(place, place, fc.boolean(), (left, right, isRenumbered) => {
        fc.pre(left !== right);
        const items = written();
        const [first, second] = [json(textOf(items, left)), json(textOf(items, right))];
        const moved = (event: Record<string, unknown>, sequence: number) =>
          isRenumbered ? rehashed({ ...event, sequence }) : event;
        put(items, left, moved(second, left));
        put(items, right, moved(first, right));

        const named = findings(items).map(({ sequence }) => sequence);
        const kinds = findings(items).map(({ kind }) => kind);
        expect(named).toEqual(expect.arrayContaining(isRenumbered ? [Math.min(left, right)] : [left, right]));
        expect(kinds.includes('reordered')).toBe(!isRenumbered);
      }),
    );
  });

  test('an event that was put behind the others, or between them', () => {
    const behind = written();
    behind.events.set(newest + 1, {
      recorded: textOf(behind, newest).replace(`"sequence":${newest}`, '"sequence":99'),
    });
    expect(findings(behind)).toMatchObject([{ kind: 'inserted', sequence: newest + 1 }]);

    for (let at = 1; at <= newest; at += 1) {
      const between = written();
      const forged = { rolloutId, sequence: at, at: '2026-03-01T11:30:00.000Z', event: { type: 'ApprovalGranted' } };
      for (let to = newest; to >= at; to -= 1) {
        put(between, to + 1, { ...json(textOf(between, to)), sequence: to + 1 });
      }
      const before = json(textOf(between, Math.max(1, at - 1)))['chain'];
      put(
        between,
        at,
        rehashed({
          ...forged,
          chain: { previous: at === 1 ? '' : z.object({ hash: z.string() }).parse(before).hash, hash: '' },
        }),
      );
      between.state = { ...between.state, sequence: newest + 1 };

      expect(findings(between)[0]).toMatchObject({ kind: 'changed', sequence: at + 1 });
    }
  });

  test('an event whose hash was taken away', () => {
    for (let at = 1; at <= newest; at += 1) {
      const items = written();
      const { chain: _, ...event } = json(textOf(items, at));
      put(items, at, event);

      expect(findings(items)).toContainEqual({ kind: 'unhashed', sequence: at, says: `Event ${at} carries no hash.` });
    }
  });
});

describe('a state that does not follow from its events', () => {
  const attributes = Object.keys(written().state).filter((name) => !['pk', 'sk', 'fence'].includes(name));

  test.each(attributes)('is found by every load where %s was changed', async (name) => {
    const items = written();
    const value = items.state[name];
    const forged =
      name === 'state' ? String(value).replace('"phase":"finishing"', '"phase":"succeeded"') : `${String(value)}0`;
    items.state = { ...items.state, [name]: typeof value === 'number' ? value - 1 : forged };

    expect((await loaded(items)).altered).toMatch(/state/u);
    // Behind an earlier sequence the newest event is one too many.
    expect(findings(items).map(({ kind }) => kind)).toContain(name === 'sequence' ? 'inserted' : 'stateChanged');
  });

  test('is found by every load where an attribute was added, or the chain taken away', async () => {
    const added = written();
    added.state = { ...added.state, retirement: '{}' };
    expect((await loaded(added)).altered).toBe(`The state does not follow from event ${newest}.`);

    const bare = written();
    const { head: _, ...rest } = bare.state;
    bare.state = { ...rest, state: String(rest['state']).replace(/,"chainedTo":\d+/u, '') };
    expect((await loaded(bare)).altered).toBe('The state carries no hash chain, though event 1 does.');
  });

  test('that is put back to an earlier one of its own is found', async () => {
    for (let at = 1; at < newest; at += 1) {
      const items = written();
      const earlier = written().events.size - at;
      items.state = { ...items.state, sequence: earlier };

      expect((await loaded(items)).altered).toBeDefined();
    }
  });
});
