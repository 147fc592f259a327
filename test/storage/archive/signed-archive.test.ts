import { beforeEach, describe, expect, test } from '@jest/globals';
import { readCheckpoint } from '../../../lib/storage/archive/checkpoint.ts';
import { checkpointKey, eventKey, objectKey } from '../../../lib/storage/archive/object-keys.ts';
import { verifyArchive } from '../../../lib/storage/archive/verify-archive.ts';
import { rolloutId } from '../chained-record.ts';
import { ArchiveUnderTest, eventItem, publicKey, specItem, stopItem } from './memory-archive.ts';

let under: ArchiveUnderTest;
beforeEach(() => {
  under = new ArchiveUnderTest();
});

const findings = async () => (await verifyArchive(under.bucket, publicKey)).findings;
const checkpoints = () => [...under.bucket.objects.keys()].filter((key) => key.startsWith('checkpoints/'));

describe('the archive', () => {
  test('has each item as canonical JSON under a key of its own, and a checkpoint that names them', async () => {
    under.write(1);

    expect(await under.archive.keep([eventItem(1), specItem, stopItem])).toEqual({ objects: 3, checkpoint: 1 });
    expect([...under.bucket.objects.keys()].sort()).toEqual([
      checkpointKey(1),
      eventKey(rolloutId, 1),
      'services/web/specs/00000001.json',
      'stops/2026-03-01T100000.000Z-began.json',
    ]);
    expect(under.bucket.objects.get('services/web/specs/00000001.json')).toBe(
      '{"pk":"SERVICE#web","sk":"SPEC#00000001","stored":"{\\"version\\":1}","version":1}',
    );
    expect(readCheckpoint(under.bucket.objects.get(checkpointKey(1)) ?? '')?.checkpoint).toMatchObject({
      ...{ stage: 'production', number: 1, previous: '', at: '2026-03-01T11:01:00.000Z' },
      heads: [{ rollout: rolloutId, sequence: 1 }],
      objects: expect.arrayContaining([expect.objectContaining({ key: eventKey(rolloutId, 1) })]),
    });
    expect(await findings()).toEqual([]);
  });

  test('writes nothing new for what is delivered again', async () => {
    await under.fill();
    const before = [...under.bucket.objects];
    const again = [specItem, stopItem, ...Array.from({ length: under.size }, (_, index) => eventItem(index + 1))];

    expect(await under.archive.keep(again)).toEqual({ objects: 0 });
    expect([...under.bucket.objects]).toEqual(before);
  });

  test('makes up for hints that were lost, with the next one of the same rollout', async () => {
    for (let sequence = 1; sequence <= 4; sequence += 1) under.write(sequence);
    await under.archive.keep([eventItem(2)]);

    expect([...under.bucket.objects.keys()].filter((key) => key.startsWith('rollouts/'))).toHaveLength(4);
  });

  test.each(['checkpoint', 'object'])('goes on where a call died before it wrote its %s', async (what) => {
    for (let sequence = 1; sequence <= 3; sequence += 1) under.write(sequence);
    const dies = what === 'checkpoint' ? checkpointKey(1) : eventKey(rolloutId, 2);
    under.bucket.beforeAdd = (key) => {
      if (key === dies) throw new Error('killed');
    };
    await expect(under.archive.keep([eventItem(3)])).rejects.toThrow('killed');
    // What is there is named by a checkpoint at any time; what is named may still be missing.
    expect((await findings()).filter(({ kind }) => kind !== 'dropped')).toEqual([]);
    under.bucket.beforeAdd = () => undefined;

    await under.archive.keep([eventItem(3)]);

    expect(await findings()).toEqual([]);
    expect(under.bucket.objects.has(eventKey(rolloutId, 2))).toBe(true);
  });

  test('keeps its chain where many write at the same time', async () => {
    for (let sequence = 1; sequence <= under.size; sequence += 1) under.write(sequence);
    const items = [[eventItem(1)], [specItem], [stopItem], [eventItem(2)], [specItem, stopItem]];

    await Promise.all(items.map((some) => under.archive.keep(some)));

    expect(checkpoints()).toHaveLength(items.length);
    expect(await findings()).toEqual([]);
  });

  test('does not write over an object, and says so, where the table has something else by now', async () => {
    under.write(1);
    under.bucket.beforeAdd = (key) => {
      if (key === eventKey(rolloutId, 1)) under.bucket.objects.set(key, '"another writer was first"');
    };

    await expect(under.archive.keep([eventItem(1)])).rejects.toThrow('is not what the table has now');
  });

  test('refuses to follow a checkpoint that it cannot read', async () => {
    under.bucket.objects.set('checkpoints/0', 'anything');

    await expect(under.archive.keep([specItem])).rejects.toThrow('checkpoints/0 in the archive is no checkpoint');
    expect(under.bucket.objects.size).toBe(1);
  });

  test('leaves out what is gone, and what is not archived', async () => {
    const keys = [{ pk: 'ROLLOUT#web-1', sk: 'STATE' }, { pk: 'SERVICE#web', sk: 'SPEC' }, eventItem(1, 'web-9')];

    expect(await under.archive.keep([...keys, { pk: 'SERVICE#api', sk: 'SPEC#00000001' }])).toEqual({ objects: 0 });
    expect(under.bucket.objects.size).toBe(0);
  });
});

test.each([
  [{ pk: 'RELEASE#spring-1', sk: 'ENTRY#00000003' }, 'releases/spring-1/events/00000003.json'],
  [{ pk: 'SERVICE#web', sk: 'MAINTENANCE#00000002' }, 'services/web/maintenance/00000002.json'],
  [
    { pk: 'SERVICE#web', sk: 'STOP#2026-03-01T10:00:00.000Z#ENDED' },
    'services/web/stops/2026-03-01T100000.000Z-ended.json',
  ],
  [
    { pk: 'SERVICE#web', sk: 'STOP#2026-03-01T10:00:00.000Z#CANCELLED' },
    'services/web/stops/2026-03-01T100000.000Z-cancelled.json',
  ],
  [{ pk: 'STOPS', sk: 'STOP#2026-03-01T10:00:00.000Z#CANCELLED' }, undefined],
  [{ pk: 'SIGNINS', sk: 'SIGNIN#2026-03-01T10:00:00.000Z#0a1b2c' }, 'sign-ins/2026-03-01T100000.000Z-0a1b2c.json'],
  [{ pk: 'PEOPLE', sk: 'PERSON#0a1b2c' }, undefined],
  [{ pk: 'SIGNINS', sk: 'SIGNIN#2026-03-01T10:00:00.000Z#../x' }, undefined],
  [{ pk: 'SERVICE#web', sk: 'STOP' }, undefined],
  [{ pk: 'SERVICE#web', sk: 'PROPOSAL' }, undefined],
])('%j lies at %s', (item, key) => {
  expect(objectKey(item)).toBe(key);
});
