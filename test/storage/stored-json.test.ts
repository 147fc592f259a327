import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { pagerDutyRequests } from '../../lib/channels/pagerduty/event.ts';
import { reminderMessage } from '../../lib/messages/message.ts';
import { eventItem, stateItem, storedEvent, storedRollout } from '../../lib/storage/dynamodb-items.ts';
import { storedJson } from '../../lib/storage/stored-json.ts';
import type { RecordedEvent } from '../../lib/rollout/events.ts';
import { evolve, type RolloutState } from '../../lib/rollout/state.ts';
import { at, eventTypes, inPhase, samples } from '../rollout/sample-events.ts';
import { releasedStack } from '../upgrade/released-stack.ts';

const { record } = await releasedStack('0.1.0');
const rolloutId = 'web-20260301-110000-abcdef';

function itemOf(state: object) {
  return { pk: `ROLLOUT#${rolloutId}`, sk: 'STATE', state: JSON.stringify(state), sequence: 3, fence: 1 };
}

/** What is read of an event whose JSON has these fields instead. */
function readEvent(changed: object) {
  const recorded: RecordedEvent = { rolloutId, sequence: 7, at, event: samples.BakeHeld };
  return () => storedEvent({ ...eventItem(recorded), recorded: JSON.stringify({ ...recorded, ...changed }) });
}

describe('the record in the table', () => {
  test.each(eventTypes)('%s is read as it was written', (type) => {
    const recorded: RecordedEvent = { rolloutId, sequence: 7, at, event: samples[type] };

    expect(storedEvent(eventItem(recorded))).toEqual(recorded);
  });

  test.each(Object.keys(record.events))('%s of 0.1.0 is read as it was written', (type) => {
    const written = { rolloutId, sequence: 7, at: record.at, event: record.events[type] };

    expect(storedEvent({ pk: 'ROLLOUT', sk: 'EVENT', recorded: JSON.stringify(written) })).toEqual(written);
  });

  test.each(Object.entries(inPhase))('a state that is %s is read as it was written', (_, state) => {
    expect(storedRollout(stateItem({ state, sequence: 3, fence: 1 })).state).toEqual(JSON.parse(JSON.stringify(state)));
  });

  test.each(Object.entries(record.states))('a state of 0.1.0 that is %s is read as it was written', (_, state) => {
    expect(storedRollout(itemOf(state)).state).toEqual(state);
  });

  test('keeps fields that a newer version added, in the state, in its spec and in an event', () => {
    const { spec } = inPhase.baking;
    const state = { ...inPhase.baking, later: [1], spec: { ...spec, timeouts: { ...spec.timeouts, later: 5 } } };
    const event = { ...samples.BakeHeld, later: 'x' };

    expect(storedRollout(itemOf(state)).state).toEqual(JSON.parse(JSON.stringify(state)));
    expect(readEvent({ event })().event).toEqual(event);
  });

  test('reads a state in which a newer version recorded an event of its own', () => {
    const matter = { type: 'MoonRisen', at, severity: 'critical' };
    const state = { ...inPhase.succeeded, happened: { MoonRisen: at }, matters: [matter] };

    const read = storedRollout(itemOf(state)).state;
    expect(read).toMatchObject({ happened: { MoonRisen: at }, matters: [matter] });
  });

  test('reminds of what a newer version opened with an event of its own', () => {
    const newer = { type: 'MoonRisen', at, severity: 'critical' };
    const { state } = storedRollout(itemOf({ ...inPhase.baking, matters: [newer] }));
    const [open] = state.matters ?? [];
    const reminder =
      open && reminderMessage(open, 1, new Date(at), { state, sequence: 3 }, { stage: 'test', region: 'x' });

    expect(reminder?.what).toContain('MoonRisen');
    expect(reminder && pagerDutyRequests(reminder)).toMatchObject([{ body: { event_action: 'trigger' } }]);
    expect(evolve(state, samples.GreenAnalysed, at).matters).toEqual([newer]);
  });

  test('refuses what a newer version wrote, and says what to do', () => {
    const update =
      'Update what reads it: deploy the newer stack to this stage again, or install the newer command line.';

    expect(() => storedRollout(itemOf({ ...inPhase.baking, schema: 2 }))).toThrow(
      `Item ROLLOUT#${rolloutId} / STATE was written by a newer version of Sluice, with schema 2, which this version does not know. ${update}`,
    );
    expect(readEvent({ schema: 2 })).toThrow(/newer version of Sluice, with schema 2, .* install the newer/);
    expect(readEvent({ event: { type: 'MoonRisen' } })).toThrow(/newer version of Sluice, with an event MoonRisen, /);
  });

  test.each<[string, object, string]>([
    ['a phase that there is not', { phase: 'asleep' }, 'state.phase'],
    ['a duration in place of seconds', { spec: { ...inPhase.baking.spec, lag: '2m' } }, 'state.spec.lag'],
    ['no gates', { spec: { ...inPhase.baking.spec, gates: undefined } }, 'state.spec.gates'],
    ['a step in words', { step: 'first' }, 'state.step'],
  ])('refuses a state with %s, and says where', (_, changed, where) => {
    const broken: object = { ...inPhase.baking, ...changed };

    expect(() => storedRollout(itemOf(broken))).toThrow(`is not what Sluice writes: ${where}: `);
  });

  test.each<[string, object, string]>([
    ['without its reason', { type: 'BakeHeld', step: 0, until: at }, 'recorded.event.reason'],
    ['with a time in words', { ...samples.BakeHeld, until: 'soon' }, 'recorded.event.until'],
    ['of no type', { step: 0 }, 'recorded.event.type'],
  ])('refuses an event %s, and says where', (_, event, where) => {
    expect(readEvent({ event })).toThrow(`is not what Sluice writes: ${where}: `);
  });

  test('refuses what is no JSON', () => {
    expect(() => storedRollout({ ...itemOf({}), state: '{"schema":' })).toThrow(
      /STATE is not what Sluice writes: state: /,
    );
    expect(() => storedRollout({ pk: 'A', sk: 'B' })).toThrow('Item A / B has no text attribute state');
  });
});

describe('storedJson', () => {
  const form = z.object({ schema: z.literal(3), name: z.string(), parts: z.array(z.string()) });
  const migrations = [
    ({ called, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, name: called, schema: 2 }),
    (older: Readonly<Record<string, unknown>>) => ({ ...older, parts: [], schema: 3 }),
  ];
  const read = (value: object) => storedJson({ id: 'x', it: JSON.stringify(value) }, 'it', { form, migrations });

  test.each<[object, object]>([
    [{ called: 'a' }, { schema: 3, name: 'a', parts: [] }],
    [
      { schema: 1, called: 'a' },
      { schema: 3, name: 'a', parts: [] },
    ],
    [
      { schema: 2, name: 'a' },
      { schema: 3, name: 'a', parts: [] },
    ],
    [
      { schema: 3, name: 'a', parts: ['b'] },
      { schema: 3, name: 'a', parts: ['b'] },
    ],
  ])('migrates %j when it is read', (written, expected) => {
    expect(read(written)).toEqual(expected);
  });

  test('does not guess at a schema that no migration leads from', () => {
    expect(() => read({ schema: 4, name: 'a', parts: [] })).toThrow(/^Item x was written by a newer version/);
  });

  test('keeps the item as it was', () => {
    const item = Object.freeze({ id: 'x', it: '{"called":"a"}' });
    const state: RolloutState = inPhase.checking;

    storedJson(item, 'it', { form, migrations });
    expect(item).toEqual({ id: 'x', it: '{"called":"a"}' });
    expect(storedRollout(itemOf(state)).state.matters).toHaveLength(1);
  });
});

describe('a text that was read before', () => {
  const state: RolloutState = inPhase.checking;

  test('gives the same value, without another check', () => {
    expect(storedRollout(itemOf(state)).state).toBe(storedRollout(itemOf(state)).state);
  });

  test('is no reason to believe another one, nor the same as something else', () => {
    storedRollout(itemOf(state));
    const broken = { ...state, spec: { ...state.spec, period: 'soon' } };

    expect(() => storedRollout(itemOf(broken))).toThrow('is not what Sluice writes');
    expect(() => storedEvent({ pk: 'x', sk: 'y', recorded: itemOf(state).state })).toThrow('is not what Sluice writes');
  });

  test('is checked again once much else was read', () => {
    const first = storedRollout(itemOf(state)).state;
    const long = 'x'.repeat(100_000);
    for (let times = 0; times < 6; times += 1) storedRollout(itemOf({ ...state, reason: `${long}${String(times)}` }));

    expect(storedRollout(itemOf(state)).state).toEqual(first);
    expect(storedRollout(itemOf(state)).state).not.toBe(first);
  });
});
