import { describe, expect, test } from '@jest/globals';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import { decideEnd, decideLate, dueNow, type SettlingFacts } from '../../../lib/usecases/watching/decide-settling.ts';
import { journeyTo } from '../journey.ts';

const now = new Date('2026-03-01T12:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
const named = (rolloutId: string, notBefore?: string) => ({ rolloutId, sequence: 1, notBefore });
const list = ['a', 'b', 'c'].map((rolloutId) => named(rolloutId));
const idsOf = (due: readonly { readonly rolloutId: string }[]) => due.map(({ rolloutId }) => rolloutId);

describe('a sweep', () => {
  test('checks all of the list, and begins at another place each minute', () => {
    const minutes = [0, 1, 2, 3].map((minute) => new Date(now.getTime() + minute * 60_000));

    expect(minutes.map((at) => idsOf(dueNow(list, at)).join(''))).toEqual(
      ['abc', 'bca', 'cab', 'abc'].map((_, index, all) => all[(index + now.getTime() / 60_000) % 3]),
    );
  });

  test('leaves out what was put off until later', () => {
    const due = dueNow([named('later', before(-1)), named('now', before(0)), named('never put off')], now);

    expect(idsOf(due).toSorted()).toEqual(['never put off', 'now']);
  });

  test('of an empty list checks nothing', () => {
    expect(dueNow([], now)).toEqual([]);
  });
});

describe('an event that is not announced', () => {
  test.each([
    ['is left to those who announce at once, for a minute', before(59), 'early'],
    ['is announced by the sweep after it', before(60), 'late'],
    ['may be none', undefined, 'none'],
  ])('%s', (_, at, expected) => {
    expect(decideLate(at, now)).toBe(expected);
  });
});

const { state: finished } = await (await journeyTo('finished')).stored();
const ended = (seconds: number): RolloutState => ({ ...finished, openedAt: before(7200), closedAt: before(seconds) });
const { state: baking } = await (await journeyTo('stepPassed')).stored();
const nothing: SettlingFacts = { isWaking: false, revived: undefined, requester: undefined, announcing: 0, now };

describe('a rollout of the list', () => {
  test.each<readonly [string, RolloutState, Partial<SettlingFacts>, boolean]>([
    ['is over where it ended a while ago and nothing is left to say', ended(61), {}, true],
    ['is over where what was left to say is said now', ended(61), { announcing: 3 }, true],
    ['is not while others may announce', ended(61), { announcing: 'early' }, false],
    ['is not while its execution goes on', ended(61), { isWaking: true }, false],
    ['is not while a call that was given up may add a rule', ended(59), {}, false],
    ['is not while it is active', baking, {}, false],
  ])('%s', (_, state, facts, isOver) => {
    expect(decideEnd(state, { ...nothing, ...facts }).isOver).toBe(isOver);
  });

  test.each<readonly [string, Partial<SettlingFacts>, object]>([
    ['nothing, where nothing was', {}, {}],
    ['what it announced', { announcing: 2 }, { announced: 2 }],
    ['nothing that others announce', { announcing: 'early' }, {}],
    ['who was found', { requester: 'found', announcing: 'early' }, { requester: 'found' }],
  ])('says what was done: %s', (_, facts, did) => {
    expect(decideEnd(baking, { ...nothing, ...facts }).did).toEqual(did);
  });
});
