import { describe, expect, test } from '@jest/globals';
import { transitionMessage } from '../../lib/messages/message.ts';
import { eventLine, rolloutJson, rolloutLines } from '../../lib/cli/rollout-view.ts';
import { isActive } from '../../lib/rollout/phase.ts';
import { evolve } from '../../lib/rollout/state.ts';
import { describeEvent, transitionsOf } from '../../lib/rollout/transition.ts';
import { storedRollout } from '../../lib/storage/dynamodb-items.ts';
import { releasedStack } from './released-stack.ts';

const { record } = await releasedStack('0.1.0');
const phases = Object.keys(record.states);
const rolloutId = 'web-20260301-110000-abcdef';

/** A state of 0.1.0, read from the table's item. */
function stateIn(phase: string) {
  const item = { pk: 'ROLLOUT', sk: 'STATE', state: JSON.stringify(record.states[phase]), sequence: 3, fence: 1 };
  return storedRollout(item).state;
}

describe('the record that 0.1.0 wrote', () => {
  test('holds every type of event, and a state in every phase', () => {
    expect(Object.keys(record.events)).toHaveLength(48);
    expect(phases).toHaveLength(11);
  });

  test.each(phases)('a rollout in phase %s takes each event as it did', (phase) => {
    const allowed = Object.entries(record.becomes[phase] ?? {});

    const becomes = allowed.map(([type]) => {
      const event = record.events[type];
      return [type, event === undefined ? undefined : evolve(stateIn(phase), event, record.at).phase];
    });

    expect(allowed.length).toBeGreaterThan(0);
    expect(becomes).toEqual(allowed);
  });

  test.each(phases)('a rollout in phase %s is shown and announced with all of its events', (phase) => {
    const state = stateIn(phase);
    const events = Object.values(record.events).map((event, index) => {
      return { rolloutId, sequence: index + 1, at: record.at, event };
    });

    const lines = [...rolloutLines(state, new Date(record.at)), ...events.map((one) => eventLine(one, state))];
    const messages = transitionsOf(events).map((one) =>
      transitionMessage(one, [], state, { stage: 'local', region: 'x' }),
    );

    expect(rolloutJson(state)).toMatchObject({ phase });
    expect(isActive(state)).toBe(!['rejected', 'succeeded', 'rolledBack'].includes(phase));
    expect(messages.length).toBeGreaterThan(20);
    expect([...lines, ...messages.map(({ what, next }) => `${what} ${next}`)].join('\n')).not.toMatch(
      /undefined|NaN|\[object/,
    );
    expect(events.map(({ event }) => describeEvent(event, state)).filter((text) => text === '')).toEqual([]);
  });
});
