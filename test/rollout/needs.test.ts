import { describe, expect, test } from '@jest/globals';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { mattersAfter } from '../../lib/rollout/matters.ts';
import { needChanges } from '../../lib/rollout/needs.ts';
import { assertLegal, IllegalTransition } from '../../lib/rollout/rule-book.ts';
import { openedState, type RolloutState } from '../../lib/rollout/state.ts';
import { severityOf } from '../../lib/rollout/transition.ts';
import { eventTypes, samples } from './sample-events.ts';

const recorded = (...events: readonly RolloutEvent[]) =>
  events.map((event, index) => ({
    rolloutId: 'web-1',
    sequence: index + 1,
    at: `2026-03-01T10:0${String(index)}:00.000Z`,
    event,
  }));
const named = (...events: readonly RolloutEvent[]) =>
  [...needChanges(recorded(...events))].map(([sequence, { ended, taken }]) => [
    sequence,
    ended.map(({ type, announced }) => [type, announced.map((one) => one.sequence)]),
    taken.map(({ type }) => type),
  ]);

describe('what needs a person', () => {
  test('ends with the event that ends it, however often it was announced', () => {
    const { RollbackRequested, TrafficNotRestored, TrafficRestored, RolledBack } = samples;

    expect(named(RollbackRequested, TrafficNotRestored, TrafficNotRestored, TrafficRestored, RolledBack)).toEqual([
      [4, [['TrafficNotRestored', [2, 3]]], []],
      [5, [['RollbackRequested', [1]]], []],
    ]);
  });

  test('may come again after it was over, as a need of its own', () => {
    const { TrafficNotRestored, TrafficRestored } = samples;

    expect(named(TrafficNotRestored, TrafficRestored, TrafficNotRestored, TrafficRestored)).toEqual([
      [2, [['TrafficNotRestored', [1]]], []],
      [4, [['TrafficNotRestored', [3]]], []],
    ]);
  });

  test('is taken once, and by what was open then alone', () => {
    const { RollbackRequested, AlertTaken, BlueNotHealthy, BlueVerified } = samples;

    expect(named(RollbackRequested, AlertTaken, BlueNotHealthy, AlertTaken, BlueVerified)).toEqual([
      [2, [], ['RollbackRequested']],
      [4, [], ['BlueNotHealthy']],
      [5, [['BlueNotHealthy', [3]]], []],
    ]);
  });

  test('outlives the end of the rollout where that does not help: blue that is not healthy, changes that were lost', () => {
    const { RollbackRequested, BlueNotHealthy, OthersChangesLost, RolledBack } = samples;

    expect(named(RollbackRequested, BlueNotHealthy, OthersChangesLost, RolledBack)).toEqual([
      [4, [['RollbackRequested', [1]]], []],
    ]);
  });

  test.each([
    ['ForeignChange', 'ForeignChangeUndone'],
    ['RequestsNotMoved', 'RequestsMoved'],
    ['UsersUnserved', 'WeightsAsRecorded'],
    ['TrafficStrayed', 'WeightsAsRecorded'],
    ['RestorationHeld', 'WeightsAsRecorded'],
    ['OthersChangesLost', 'OthersChangesBack'],
    ['RuleLeftAsItIs', 'OthersChangesBack'],
    ['RestorationHeld', 'TrafficRestored'],
    ['BlueNotHealthy', 'BlueVerified'],
    ['DecisionRequested', 'StepPassed'],
  ] as const)('%s is over with %s', (opening, ending) => {
    expect(named(samples[opening], samples[ending])).toEqual([[2, [[opening, [1]]], []]]);
  });

  // What could not be read before it was written over, where requests of a deleted rule go, and who changed the record, can be found out by a person alone.
  const forPeopleAlone: readonly RolloutEvent['type'][] = ['OthersChangesUnknown', 'RuleDeleted', 'RecordAltered'];
  const critical = eventTypes.filter((type) => severityOf(type) === 'critical' && !forPeopleAlone.includes(type));

  /** Whether a rollout in a phase allows an event. */
  function isLegal(phase: RolloutState['phase'], type: RolloutEvent['type']): boolean {
    try {
      assertLegal({ ...openedState('web-1', '2026-03-01T10:00:00.000Z', samples.RolloutOpened), phase }, type);
      return true;
    } catch (error) {
      if (error instanceof IllegalTransition) return false;
      throw error;
    }
  }

  /** The end of a rollout ends what does not outlive it; what comes or stays after the end needs an event there. */
  test.each(critical)('%s has an event that ends it, also after the end of the rollout', (type) => {
    const opened = mattersAfter([], samples[type], '2026-03-01T10:00:00.000Z');
    const afterTheEnd = isLegal('rolledBack', type)
      ? opened
      : mattersAfter(opened, samples.RolledBack, '2026-03-01T10:01:00.000Z');
    const phase = type === 'BlueNotHealthy' ? 'rollingBack' : 'rolledBack';
    const ends = (ender: RolloutEvent['type']) =>
      mattersAfter(opened, samples[ender], '2026-03-01T10:02:00.000Z').every((matter) => matter.type !== type);
    const enders = eventTypes.filter((ender) => isLegal(phase, ender) && ends(ender));

    expect({ isOpen: afterTheEnd.length > 0 && enders.length === 0, opened: opened.length }).toEqual({
      isOpen: false,
      opened: 1,
    });
  });
});
