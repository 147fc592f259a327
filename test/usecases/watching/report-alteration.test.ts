import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Announcement } from '../../../lib/ports/announcer.ts';
import { transitionsOf } from '../../../lib/rollout/transition.ts';
import { reportAlteration, reportAlterationInput } from '../../../lib/usecases/watching/report-alteration.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { MemoryRolloutStore } from '../../model/memory-rollout-store.ts';

let store: MemoryRolloutStore;
let announced: Announcement[];
const world = () => ({
  store,
  announcer: {
    announce: (one: Announcement) => {
      announced.push(one);
      return Promise.resolve();
    },
  },
  installation: { stage: 'production', region: 'eu-west-1', pagesUrl: undefined },
  now: () => new Date('2026-03-01T11:00:00.000Z'),
});
const changed = { rolloutId: 'web-1', sequence: 4, how: 'changed' } as const;

beforeEach(async () => {
  store = new MemoryRolloutStore();
  announced = [];
  await store.open('web-1', openedEvent({ service: 'web' }), '2026-03-01T10:00:00.000Z');
});

describe('an event that was changed or removed outside of Sluice', () => {
  test('is written into its rollout, as a critical transition', async () => {
    expect(await reportAlteration(changed, world())).toEqual({ told: 'record' });

    const stored = await store.load('web-1');
    expect(stored?.state.altered).toEqual({
      at: '2026-03-01T11:00:00.000Z',
      what: 'Event 4 was changed in the table.',
    });
    expect(transitionsOf(await store.events('web-1', 1))).toMatchObject([
      { severity: 'critical', event: { type: 'RecordAltered' } },
    ]);
    expect(announced).toEqual([]);
  });

  test('is logged alone where the record says so already', async () => {
    await reportAlteration(changed, world());
    const { sequence } = (await store.load('web-1')) ?? {};

    expect(await reportAlteration({ ...changed, sequence: 5, how: 'removed' }, world())).toEqual({ told: 'nobody' });
    expect(announced).toEqual([]);
    expect((await store.load('web-1'))?.sequence).toBe(sequence);
  });

  test.each<[string, () => void, string]>([
    ['is gone', () => undefined, 'Nothing else of the rollout is left in the table.'],
    [
      'cannot be read',
      () => {
        store.load = () => Promise.reject(new Error('no JSON'));
      },
      'Its record cannot be read: no JSON',
    ],
  ])('is told to the topic where the record %s', async (_, harm, says) => {
    harm();

    await reportAlteration({ ...changed, rolloutId: 'web-9', how: 'removed' }, world());

    expect(announced).toMatchObject([
      { severity: 'critical', type: 'RecordAltered', service: 'web-9', sequence: 4, rolloutId: 'web-9' },
    ]);
    expect(announced[0]?.summary).toContain(`Event 4 was removed in the table. ${says} Find out who wrote`);
  });

  test('is told again where the record could not be written', async () => {
    store.append = () => Promise.reject(new Error('throttled'));

    await expect(reportAlteration(changed, world())).rejects.toThrow('throttled');
  });
});

test('nothing else is an input', () => {
  for (const input of [{}, { ...changed, sequence: 0 }, { ...changed, how: 'read' }]) {
    expect(reportAlterationInput.safeParse(input).success).toBe(false);
  }
});
