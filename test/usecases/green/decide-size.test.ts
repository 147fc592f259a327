import { describe, expect, test } from '@jest/globals';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import { decideSize, dueSizing, type SizeFacts } from '../../../lib/usecases/green/decide-size.ts';
import { modelSpec } from '../../model/model-world.ts';
import { journeyTo } from '../journey.ts';

const spec = modelSpec({ capacity: { headroom: 1, minimum: 1 } });
const { state: passed } = await (await journeyTo('stepPassed', { spec })).stored();

const now = new Date('2026-03-01T12:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
const running = { state: 'completed', running: 4, desired: 4, reason: '' } as const;
/** Of eight tasks of blue the second step, 50 %, needs four. */
const facts = (change: Partial<SizeFacts> = {}): SizeFacts => ({ blue: 8, green: running, healthy: 4, now, ...change });
const sized = (seconds: number): RolloutState => ({ ...passed, sizing: { step: 1, count: 4, since: before(seconds) } });
const recorded = { type: 'GreenSized', step: 1, count: 4, blueCount: 8 };

describe('green has to be sized', () => {
  test.each([
    ['before a step that has not begun', passed, 1, 'size'],
    ['not for a step that has', passed, 0, 'sized'],
    ['not where the rollout goes back', { ...passed, phase: 'rollingBack' as const }, 1, 'rollBack'],
    [
      'not where somebody waits for a return',
      { ...passed, rollback: { to: 'kept' as const, reason: 'x', of: 'web-1' } },
      1,
      'sized',
    ],
  ])('%s', (_, state, step, due) => {
    expect(dueSizing(state, step)).toBe(due);
  });

  test('for no step that the rollout does not have', () => {
    expect(() => dueSizing(passed, 9)).toThrow('has no step 9');
  });
});

describe('the size of green before a step', () => {
  test.each<readonly [string, RolloutState, SizeFacts, object]>([
    ['is enough where every task is healthy', passed, facts(), { outcome: 'sized' }],
    [
      'is enough where its own policies added more',
      passed,
      facts({ green: { ...running, desired: 7 }, healthy: 7 }),
      { outcome: 'sized' },
    ],
    [
      'grows to what the step needs, which is recorded',
      passed,
      facts({ green: { ...running, desired: 1 }, healthy: 1 }),
      { outcome: 'waiting', change: { resizeTo: 4, events: [recorded] } },
    ],
    [
      'grows again where somebody made it smaller, which is recorded already',
      sized(60),
      facts({ green: { ...running, desired: 1 }, healthy: 1 }),
      { outcome: 'waiting', change: { resizeTo: 4, events: [] } },
    ],
    [
      'is waited for until its targets are healthy',
      sized(600),
      facts({ healthy: 3 }),
      { outcome: 'waiting', change: { events: [] } },
    ],
    [
      'is waited for no longer than its time',
      sized(601),
      facts({ healthy: 3 }),
      {
        outcome: 'rollBack',
        reason: 'Green was not ready for 50 % within 600 s: 3 of 4 targets healthy.',
        change: { events: [] },
      },
    ],
    [
      'gets no more time where blue grows',
      sized(601),
      facts({ blue: 12, healthy: 4 }),
      {
        outcome: 'rollBack',
        reason: 'Green was not ready for 50 % within 600 s: 4 of 6 targets healthy.',
        change: { resizeTo: 6, events: [{ ...recorded, count: 6, blueCount: 12 }] },
      },
    ],
    [
      'cannot grow where its deployment failed',
      passed,
      facts({ green: { ...running, state: 'failed', reason: 'the circuit breaker stopped it' } }),
      { outcome: 'rollBack', reason: 'Green could not be sized for 50 %: the circuit breaker stopped it' },
    ],
    [
      'cannot grow where another deployment took its place',
      passed,
      facts({ green: { ...running, state: 'gone', reason: 'replaced' } }),
      { outcome: 'rollBack', reason: 'Green could not be sized for 50 %: replaced' },
    ],
  ])('%s', (_, state, seen, expected) => {
    expect(decideSize(state, 1, seen)).toEqual(expected);
  });
});
