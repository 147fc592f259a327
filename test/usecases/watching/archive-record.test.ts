import { beforeEach, expect, test } from '@jest/globals';
import type { WrittenOnce } from '../../../lib/ports/record-archive.ts';
import { archiveRecord, archiveRecordInput } from '../../../lib/usecases/watching/archive-record.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { MemoryRolloutStore } from '../../model/memory-rollout-store.ts';
import { webSpec } from '../../cli/cli-harness.ts';

let kept: (readonly WrittenOnce[])[];
const recordArchive = {
  keep: (items: readonly WrittenOnce[]) => {
    kept.push(items);
    return Promise.resolve({ objects: items.length, checkpoint: kept.length });
  },
};
/** Keys of the table beside those of the store, in order. */
let written: WrittenOnce[];
const writtenItems = {
  newest: (pk: string, prefix: string, atMost: number) =>
    Promise.resolve(
      written
        .filter((one) => one.pk === pk && one.sk.startsWith(prefix))
        .toReversed()
        .slice(0, atMost),
    ),
};
beforeEach(() => {
  kept = [];
  written = [];
});

test('what was written is archived', async () => {
  const items = [{ pk: 'ROLLOUT#web-1', sk: 'EVENT#00000001' }];

  expect(
    await archiveRecord({ items }, { recordArchive, writtenItems, store: new MemoryRolloutStore() }),
  ).toMatchObject({
    objects: 1,
  });
  expect(kept).toEqual([items]);
});

test('a sweep looks for the newest rollouts and specs of every service', async () => {
  const store = new MemoryRolloutStore();
  await store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');
  await store.putSpec(webSpec(), 'ada', '2026-03-01T09:30:00.000Z');
  await store.open('web-1', openedEvent({ service: 'web' }), '2026-03-01T10:00:00.000Z');

  expect(await archiveRecord({ sweep: true }, { recordArchive, writtenItems, store })).toEqual({ objects: 3 });
  expect(kept.flat()).toEqual(
    expect.arrayContaining([
      { pk: 'ROLLOUT#web-1', sk: 'EVENT#00000001' },
      { pk: 'SERVICE#web', sk: 'SPEC#00000001' },
      { pk: 'SERVICE#web', sk: 'SPEC#00000002' },
    ]),
  );
});

test('a sweep looks for sign-ins, stops, orders of maintenance, and steps of releases under way', async () => {
  const store = new MemoryRolloutStore();
  await store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');
  const orders = Array.from({ length: 7 }, (_, index) => ({
    pk: 'SERVICE#web',
    sk: `MAINTENANCE#0000000${index + 1}`,
  }));
  const others = [
    { pk: 'SERVICE#web', sk: 'STOP#2026-03-01T10:00:00.000Z#BEGAN' },
    { pk: 'STOPS', sk: 'STOP#2026-03-01T10:00:00.000Z#ENDED' },
    { pk: 'SIGNINS', sk: 'SIGNIN#2026-03-01T10:00:00.000Z#0a1b2c' },
    { pk: 'RELEASE#spring-1', sk: 'ENTRY#00000001' },
  ];
  const ofEnded = { pk: 'RELEASE#winter-1', sk: 'ENTRY#00000001' };
  written = [...orders, ...others, ofEnded, { pk: 'RELEASES', sk: 'RELEASE#spring-1' }];

  await archiveRecord({ sweep: true }, { recordArchive, writtenItems, store });

  const swept = kept.flat();
  expect(swept).toEqual(expect.arrayContaining([...orders.slice(2), ...others]));
  expect(swept).toHaveLength(1 + 5 + others.length);
});

test('nothing else is an input', () => {
  for (const input of [{}, { items: [] }, { items: [{ pk: 'a' }] }, { sweep: false }]) {
    expect(archiveRecordInput.safeParse(input).success).toBe(false);
  }
});
