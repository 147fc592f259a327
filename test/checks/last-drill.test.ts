import { describe, expect, test } from '@jest/globals';
import { lastDrill } from '../../lib/checks/last-drill.ts';
import type { StoredRollout } from '../../lib/ports/rollout-store.ts';
import { openedState, type RolloutState } from '../../lib/rollout/state.ts';
import { openedEvent } from '../contract/opened-event.ts';
import type { ModelWorld } from '../model/model-world.ts';
import { journeyTo } from '../usecases/journey.ts';
import { fourTests } from './four-tests.ts';

/** A rollout that was rolled back with traffic, `days` before the model's day. */
function ended(days: number, more: Partial<RolloutState> = {}, stored: Partial<StoredRollout> = {}): StoredRollout {
  const at = (seconds: number) =>
    new Date(Date.parse('2026-03-01T09:00:00.000Z') - days * 86_400_000 + seconds * 1000).toISOString();
  const state = openedState(`web-${String(days)}`, at(0), openedEvent());
  const shifts = [
    { at: at(10), weight: 5 },
    { at: at(310.64), weight: 0 },
  ];
  const times = { rollbackSince: at(310), closedAt: at(351), shifts };
  return { state: { ...state, phase: 'rolledBack', ...times, ...more }, sequence: 9, fence: 2, ...stored };
}

const passed = {
  drill: 'rollback',
  drilled: { kind: 'rollback', passed: true, reason: 'a drill', weight: 5, wholeMilliseconds: 41_000 },
} as const;
const failed = { ...passed, drilled: { ...passed.drilled, passed: false } } as const;

/** The model's record, with older rollouts in it, newest first. */
const recorded =
  (...older: readonly StoredRollout[]) =>
  ({ store }: ModelWorld) => {
    const list = store.list.bind(store);
    const load = store.load.bind(store);
    store.list = async (service, atMost) => [
      ...(await list(service, atMost)),
      ...older.map(({ state: { rolloutId, phase, openedAt } }) => ({ rolloutId, phase, openedAt, image: 'x' })),
    ];
    store.load = async (id) => older.find(({ state }) => state.rolloutId === id) ?? load(id);
  };

const settings = { days: 90 };
const noTraffic = { shifts: [] } as const;

fourTests('last-drill', {
  passes: [
    {
      when: 'a drill passed lately',
      settings,
      prepare: recorded(ended(89, passed)),
      saw: 'drill web-89, which passed, ended 2025-12-02T09:05:51.000Z, 89 days ago, traffic back after 640 ms',
    },
    {
      when: 'a rollback put traffic back lately',
      settings,
      prepare: recorded(ended(3)),
      saw: /^rollback web-3, ended .*, 3 days ago, traffic back after 640 ms$/,
    },
    {
      when: 'rollbacks without traffic are passed over',
      settings,
      prepare: recorded(ended(1, noTraffic), ended(4, {}, { altered: 'event 3 was changed' }), ended(5, passed)),
      saw: /^drill web-5/,
    },
  ],
  fails: [
    {
      when: 'there is none',
      settings,
      saw: 'none of the newest 100 rollouts is a drill, or was rolled back with traffic',
    },
    {
      when: 'a person had to close the newest rollback',
      settings,
      prepare: recorded(
        ended(2, { closing: { by: 'Ana', how: 'command', reason: 'x', at: '2026-02-27T09:00:00.000Z', closed: true } }),
        ended(5, passed),
      ),
      saw: /^rollback web-2/,
    },
    {
      when: 'the newest is too old',
      settings,
      prepare: recorded(ended(91, passed)),
      saw: /^drill web-91, which passed, ended .*, 91 days ago/,
    },
    {
      when: 'the newest drill did not pass, whatever was before it',
      settings,
      prepare: recorded(ended(2, failed), ended(3, passed)),
      saw: /^drill web-2, which did NOT pass/,
    },
    {
      when: 'a person ended the newest drill as it was',
      settings,
      prepare: recorded(ended(2, { drill: 'rollback', shifts: [] }), ended(3)),
      saw: /^drill web-2, which did NOT pass/,
    },
  ],
});

describe('the check last-drill', () => {
  test('holds up no drill, and asks nothing where the spec does not', async () => {
    const journey = await journeyTo('opened');
    const { state } = await journey.stored();
    const spec = { ...state.spec, checks: { 'last-drill': { severity: 'block', days: 90 } } } as const;

    expect(await lastDrill.observe(state, journey.world)).toMatchObject({ skipped: true });
    expect(await lastDrill.observe({ ...state, spec, drill: 'rollback' }, journey.world)).toEqual({
      passed: true,
      skipped: true,
      saw: 'this rollout is the drill',
    });
  });

  test('does not know where the newest record could not be checked', async () => {
    const journey = await journeyTo('opened', { prepare: recorded(ended(2, {}, { unchecked: 'event 2 is away' })) });
    const { state } = await journey.stored();
    const spec = { ...state.spec, checks: { 'last-drill': { severity: 'block', days: 90 } } } as const;

    await expect(lastDrill.observe({ ...state, spec }, journey.world)).rejects.toThrow(
      'the record of web-2 could not be checked: event 2 is away',
    );
  });
});
