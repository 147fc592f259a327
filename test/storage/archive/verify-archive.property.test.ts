import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import type { ArchiveCopy } from '../../../lib/storage/archive/archive-copy.ts';
import type { ArchiveFinding } from '../../../lib/storage/archive/archive-finding.ts';
import { type Checkpoint, readCheckpoint, signedText } from '../../../lib/storage/archive/checkpoint.ts';
import { compareWithTable } from '../../../lib/storage/archive/compare-with-table.ts';
import { eventText } from '../../../lib/storage/archive/missing-objects.ts';
import { checkpointKey, eventAt, eventKey } from '../../../lib/storage/archive/object-keys.ts';
import { verifyArchive } from '../../../lib/storage/archive/verify-archive.ts';
import { rolloutId, written } from '../chained-record.ts';
import {
  ArchiveUnderTest,
  localSigner,
  MemoryBucket,
  publicKey,
  sampleEvents,
  strangersKey,
} from './memory-archive.ts';

let objects: ReadonlyMap<string, string>;
let keys: readonly string[];
let eventKeys: readonly string[];
let checkpointKeys: readonly string[];

beforeAll(async () => {
  const { bucket } = await new ArchiveUnderTest().fill();
  ({ objects } = bucket);
  keys = [...objects.keys()].sort();
  eventKeys = keys.filter((key) => eventAt(key) !== undefined);
  checkpointKeys = keys.filter((key) => key.startsWith('checkpoints/'));
});

/** What is found in a copy after somebody changed it. */
async function afterwards(change: (copy: Map<string, string>) => unknown): Promise<readonly ArchiveFinding[]> {
  const bucket = new MemoryBucket();
  for (const [key, text] of objects) bucket.objects.set(key, text);
  await change(bucket.objects);
  return (await verifyArchive(bucket, publicKey)).findings;
}
const named = (findings: readonly ArchiveFinding[], kind: ArchiveFinding['kind']) =>
  findings.filter((one) => one.kind === kind).map(({ object }) => object);
const textOf = (key: string) => objects.get(key) ?? '';
const one = (list: readonly string[]) => fc.nat(list.length - 1).map((index) => list[index] ?? '');
const json = (text: string): Record<string, unknown> => z.record(z.string(), z.unknown()).parse(JSON.parse(text));

async function forged(
  key: string,
  change: (before: Checkpoint) => Checkpoint,
  signer = localSigner(),
): Promise<string> {
  const signed = readCheckpoint(textOf(key));
  if (signed === undefined) throw new Error('no checkpoint');
  return signedText(change(signed.checkpoint), signer);
}

test('in an archive that nobody changed nothing is found', async () => {
  expect(await afterwards(() => undefined)).toEqual([]);
});

describe('in an archive is found and named', () => {
  test('every object of which one character was changed, added or taken away', async () => {
    const change = fc.constantFrom('changed', 'added', 'removed');
    await fc.assert(
      fc.asyncProperty(fc.nat(keys.length - 1), fc.nat(100_000), change, async (index, at, how) => {
        const key = keys[index] ?? '';
        const text = textOf(key);
        const place = at % text.length;
        const letter = text[place] === 'x' ? 'y' : 'x';
        const middle = { changed: letter, added: `${letter}${text[place] ?? ''}`, removed: '' }[how];
        const findings = await afterwards((copy) =>
          copy.set(key, `${text.slice(0, place)}${middle}${text.slice(place + 1)}`),
        );

        expect(findings.map(({ object }) => object)).toContain(key);
      }),
      { numRuns: 300 },
    );
  });

  test('every object that was deleted', async () => {
    for (const key of keys) {
      const findings = await afterwards((copy) => copy.delete(key));
      // Without the newest checkpoint what it named is named by nobody.
      const expected =
        key === checkpointKeys[0] ? { kind: 'inserted', object: eventKeys.at(-1) } : { kind: 'dropped', object: key };

      expect(findings).toContainEqual(expect.objectContaining(expected));
    }
  });

  test('every object that was inserted, wherever', async () => {
    const number = eventKeys.length + 1;
    const places = [eventKey(rolloutId, number), eventKey('api-1', 1), 'services/web/specs/00000002.json', 'notes.txt'];
    await fc.assert(
      fc.asyncProperty(one(places), one(keys), async (place, like) => {
        const findings = await afterwards((copy) => copy.set(place, textOf(like)));

        expect(named(findings, 'inserted')).toContain(place);
      }),
    );
  });

  test('every two events that changed places, and every event in the place of another', async () => {
    await fc.assert(
      fc.asyncProperty(one(eventKeys), one(eventKeys), fc.boolean(), async (left, right, isSwap) => {
        fc.pre(left !== right);
        const findings = await afterwards((copy) => {
          copy.set(left, textOf(right));
          if (isSwap) copy.set(right, textOf(left));
        });

        expect([...named(findings, 'reordered')].sort()).toEqual((isSwap ? [left, right] : [left]).toSorted());
      }),
    );
  });

  test('an event of another rollout in the place of one', async () => {
    const text = JSON.stringify({ ...json(textOf(eventKeys[1] ?? '')), rolloutId: 'api-7' });
    const findings = await afterwards((copy) => copy.set(eventKeys[1] ?? '', text));

    expect(findings).toEqual([
      expect.objectContaining({
        ...{ kind: 'inserted', sequence: 2 },
        says: `Event 2 of api-7 is in the place of event 2 of ${rolloutId}.`,
      }),
    ]);
  });

  test('every two checkpoints that changed places', async () => {
    await fc.assert(
      fc.asyncProperty(one(checkpointKeys), one(checkpointKeys), async (left, right) => {
        fc.pre(left !== right);
        const findings = await afterwards((copy) => {
          copy.set(left, textOf(right));
          copy.set(right, textOf(left));
        });

        expect(named(findings, 'reordered')).toEqual(expect.arrayContaining([left, right]));
      }),
    );
  });

  test('every checkpoint that another key signed', async () => {
    for (const key of checkpointKeys) {
      const text = await forged(key, (same) => same, localSigner(strangersKey));
      const findings = await afterwards((copy) => copy.set(key, text));

      expect(findings[0]).toMatchObject({ kind: 'changed', object: key });
      expect(findings[0]?.says).toContain('the key did not sign it');
    }
  });

  test('every checkpoint that was left out with all that it names, but the newest', async () => {
    for (const key of checkpointKeys.slice(1)) {
      const objectsOf = readCheckpoint(textOf(key))?.checkpoint.objects ?? [];
      const findings = await afterwards((copy) =>
        [key, ...objectsOf.map((object) => object.key)].map((k) => copy.delete(k)),
      );

      expect(named(findings, 'dropped')).toContain(key);
    }
  });

  test('a checkpoint of the true key that follows another one than is there', async () => {
    const key = checkpointKey(3);
    const text = await forged(key, (before) => ({ ...before, previous: 'a'.repeat(64) }));
    const findings = await afterwards((copy) => copy.set(key, text));

    expect(findings.map(({ object }) => object)).toEqual([key, checkpointKey(4)]);
  });

  test('an event that was changed in the table between two attempts to archive it', async () => {
    const next = checkpointKey(checkpointKeys.length + 1);
    const [object = ''] = eventKeys;
    const text = await forged(checkpointKeys[0] ?? '', (before) => ({
      ...before,
      number: checkpointKeys.length + 1,
      objects: [{ key: object, sha256: 'b'.repeat(64) }],
    }));
    const findings = await afterwards((copy) => copy.set(next, text));

    expect(findings).toContainEqual(expect.objectContaining({ kind: 'changed', object }));
  });

  test('an object that was written over, also where its newest version is the true one', async () => {
    for (const key of [eventKeys[2] ?? '', checkpointKeys[2] ?? '']) {
      const copy: ArchiveCopy = {
        keys: () => Promise.resolve(keys),
        texts: (one) => Promise.resolve(one === key ? [textOf(one), `${textOf(one)} `] : [textOf(one)]),
      };

      expect((await verifyArchive(copy, publicKey)).findings).toContainEqual(
        expect.objectContaining({ kind: 'changed', object: key }),
      );
    }
  });

  test('an event that was forged in the table before it was archived', async () => {
    const under = new ArchiveUnderTest();
    for (let sequence = 1; sequence <= under.size; sequence += 1) under.write(sequence);
    const events = under.table.events.get(rolloutId);
    events?.set(2, JSON.stringify({ ...json(events.get(2) ?? ''), at: '2026-03-01T12:34:56.000Z' }));
    await under.archive.keep([{ pk: `ROLLOUT#${rolloutId}`, sk: 'EVENT#00000001' }]);

    expect((await verifyArchive(under.bucket, publicKey)).findings).toEqual([
      expect.objectContaining({ kind: 'changed', rollout: rolloutId, sequence: 2 }),
    ]);
  });
});

test('a file with a high number in its name is one finding, and one more for the gap before it', async () => {
  const far = checkpointKey(9_999_999_998);
  const event = eventKey(rolloutId, 9_999_999_998);
  const findings = await afterwards((copy) => copy.set(far, '{}').set(event, '{}'));

  expect(findings.map(({ kind, object, says }) => [kind, object, says])).toEqual([
    ['dropped', checkpointKey(10), 'Checkpoints 10 to 9999999997 are missing.'],
    ['changed', far, 'Checkpoint 9999999998 was changed: it is not what Sluice writes.'],
    ['inserted', event, expect.any(String)],
    [
      'dropped',
      eventKey(rolloutId, eventKeys.length + 1),
      `Events ${eventKeys.length + 1} to 9999999997 of ${rolloutId} were dropped before they were archived.`,
    ],
  ]);
});

test('a rollout that is older than the chain reads as unchained', async () => {
  const under = new ArchiveUnderTest();
  for (const [sequence, text] of sampleEvents()) {
    const { chain: _, ...event } = json(text);
    under.table.events.get(rolloutId)?.set(sequence, JSON.stringify(event));
  }
  await under.archive.keep([{ pk: `ROLLOUT#${rolloutId}`, sk: 'EVENT#00000001' }]);

  expect(await verifyArchive(under.bucket, publicKey)).toMatchObject({ findings: [], unchained: [rolloutId] });
});

describe('the table against the archive', () => {
  const archived = new Map([...sampleEvents()].map(([place, text]) => [place, eventText(text)]));
  const record = () => ({ rolloutId, events: new Map(sampleEvents()), state: written().state });

  test('has the same events', () => {
    expect(compareWithTable(rolloutId, archived, record())).toEqual([]);
  });

  test('is found where any event was changed, dropped, inserted or moved', () => {
    const place = fc.integer({ min: 1, max: archived.size });
    fc.assert(
      fc.property(place, place, fc.constantFrom('changed', 'dropped', 'inserted', 'moved'), (at, to, how) => {
        fc.pre(at !== to);
        const { events, ...rest } = record();
        if (how === 'changed') events.set(at, JSON.stringify({ ...json(archived.get(at) ?? ''), by: 'somebody' }));
        if (how === 'dropped') events.delete(at);
        if (how === 'inserted') events.set(archived.size + at, archived.get(at) ?? '');
        if (how === 'moved') events.set(at, archived.get(to) ?? '');
        const findings = compareWithTable(rolloutId, archived, { ...rest, events });

        expect(findings).toContainEqual(
          expect.objectContaining({
            kind: how === 'moved' ? 'changed' : how,
            sequence: how === 'inserted' ? archived.size + at : at,
          }),
        );
      }),
    );
  });

  test('is found where the state was changed, or all of it is gone', () => {
    const { state, ...rest } = record();

    expect(compareWithTable(rolloutId, archived, { ...rest, state: { ...state, active: 'no!' } })).toMatchObject([
      { kind: 'stateChanged', rollout: rolloutId },
    ]);
    expect(compareWithTable(rolloutId, archived, undefined)).toHaveLength(archived.size);
  });
});
