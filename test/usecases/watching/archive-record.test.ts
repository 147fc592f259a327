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
beforeEach(() => {
  kept = [];
});

test('what was written is archived', async () => {
  const items = [{ pk: 'ROLLOUT#web-1', sk: 'EVENT#00000001' }];

  expect(await archiveRecord({ items }, { recordArchive, store: new MemoryRolloutStore() })).toMatchObject({
    objects: 1,
  });
  expect(kept).toEqual([items]);
});

test('a sweep looks for the newest rollouts and specs of every service', async () => {
  const store = new MemoryRolloutStore();
  await store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');
  await store.putSpec(webSpec(), 'ada', '2026-03-01T09:30:00.000Z');
  await store.open('web-1', openedEvent({ service: 'web' }), '2026-03-01T10:00:00.000Z');

  expect(await archiveRecord({ sweep: true }, { recordArchive, store })).toEqual({ objects: 3 });
  expect(kept.flat()).toEqual(
    expect.arrayContaining([
      { pk: 'ROLLOUT#web-1', sk: 'EVENT#00000001' },
      { pk: 'SERVICE#web', sk: 'SPEC#00000001' },
      { pk: 'SERVICE#web', sk: 'SPEC#00000002' },
    ]),
  );
});

test('nothing else is an input', () => {
  for (const input of [{}, { items: [] }, { items: [{ pk: 'a' }] }, { sweep: false }]) {
    expect(archiveRecordInput.safeParse(input).success).toBe(false);
  }
});
