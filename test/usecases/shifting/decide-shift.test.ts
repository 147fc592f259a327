import { describe, expect, test } from '@jest/globals';
import type { Routing } from '../../../lib/drivers/rules/routing.ts';
import {
  decideReadBack,
  decideShift,
  decideWait,
  dueShift,
  type ShiftFacts,
} from '../../../lib/usecases/shifting/decide-shift.ts';
import { modelArns } from '../../model/model-world.ts';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import { journeyTo } from '../journey.ts';

const { state: routed } = await (await journeyTo('routed')).stored();
const { state: withTraffic } = await (await journeyTo('stepPassed')).stored();
const goingBack: RolloutState = {
  ...withTraffic,
  rollback: { to: 'version', reason: 'customers complain', of: 'web-1' },
};

const well = { healthy: 2, unhealthy: 0, total: 2 };
const half = { healthy: 1, unhealthy: 1, total: 2 };
const dead = { healthy: 0, unhealthy: 2, total: 2 };
const rings = { outcome: 'ringing', reason: 'alarm 5xx is in ALARM' } as const;
const unknown = { outcome: 'unknown', reason: 'the alarms could not be read' } as const;
const slot = {
  service: 'web-a',
  active: true,
  taskDefinition: 'web:1',
  desired: 2,
  running: 2,
  deploymentId: '1',
  targetGroups: [],
};
const all: ShiftFacts = { green: [well], alarms: { outcome: 'quiet' }, blue: [well], slots: [slot, slot] };

type Row = readonly [string, RolloutState, ShiftFacts, object];
const shift = { outcome: 'shift' };

describe('a step', () => {
  test.each<Row>([
    ['is shifted where nothing speaks against it', routed, all, shift],
    ['is shifted as far as is known', routed, {}, shift],
    ['goes back where green is dead', routed, { ...all, green: [dead] }, { outcome: 'rollBack' }],
    [
      'goes back where green is dead in one of its groups',
      routed,
      { ...all, green: [well, dead] },
      { outcome: 'rollBack' },
    ],
    ['is shifted to a green that is not whole', routed, { ...all, green: [half] }, shift],
    [
      'goes back where an alarm rings and green has traffic',
      withTraffic,
      { ...all, alarms: rings },
      { outcome: 'rollBack', reason: rings.reason },
    ],
    [
      'waits where an alarm rings before green has any',
      routed,
      { ...all, alarms: rings },
      { outcome: 'wait', reason: rings.reason },
    ],
    [
      'waits where no one knows what the alarms say',
      withTraffic,
      { ...all, alarms: unknown },
      { outcome: 'wait', reason: unknown.reason },
    ],
    [
      'waits for a blue that is not whole',
      withTraffic,
      { ...all, blue: [half] },
      { outcome: 'wait', reason: expect.stringContaining('1 of 2 targets of blue') },
    ],
    [
      'waits for a blue that is not whole in one of its groups',
      withTraffic,
      { ...all, blue: [well, half] },
      { outcome: 'wait' },
    ],
    [
      'waits where ECS moves traffic itself',
      withTraffic,
      { ...all, slots: [slot, { ...slot, movesTraffic: 'CANARY' }] },
      { outcome: 'wait', reason: expect.stringContaining('web-a has CANARY') },
    ],
    [
      'of a rollout that goes back waits for neither blue nor alarms',
      goingBack,
      { ...all, alarms: unknown, blue: [dead] },
      shift,
    ],
    [
      'of a rollout that goes back needs a green that serves',
      goingBack,
      { ...all, green: [dead] },
      { outcome: 'rollBack' },
    ],
  ])('%s', (_, state, facts, decision) => {
    expect(decideShift(state, facts)).toMatchObject(decision);
  });
});

describe('a step that waits', () => {
  const start = new Date('2026-03-01T10:00:00.000Z');
  const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
  const { interference } = withTraffic.spec.timeouts;
  const waiting: RolloutState = { ...withTraffic, unreadySince: start.toISOString() };

  test('is announced once, with the end of the wait', () => {
    const until = after(interference).toISOString();

    expect(decideWait(withTraffic, 1, 'blue', start)).toEqual({
      outcome: 'held',
      events: [{ type: 'ShiftHeld', step: 1, reason: 'blue', until }],
    });
    expect(decideWait(waiting, 1, 'blue', after(interference - 1))).toEqual({ outcome: 'held', events: [] });
  });

  test('goes back at the cap', () => {
    expect(decideWait(waiting, 1, 'blue', after(interference))).toEqual({
      outcome: 'rollBack',
      reason: `Step 2 waited ${String(interference)} s: blue`,
    });
  });
});

describe('the shift that a step asks for', () => {
  test('is due until it is recorded', () => {
    const [first, second] = withTraffic.spec.steps;
    const waitSeconds = withTraffic.spec.period;

    expect(dueShift(routed, 0)).toEqual({ outcome: 'shifted', weight: first?.weight, waitSeconds, isDue: true });
    expect(dueShift(withTraffic, 0)).toEqual({ outcome: 'shifted', weight: first?.weight, waitSeconds, isDue: false });
    expect(dueShift(withTraffic, 1)).toEqual({ outcome: 'shifted', weight: second?.weight, waitSeconds, isDue: true });
  });

  test('is refused for a step that is not there, and before green is ready', () => {
    expect(() => dueShift(withTraffic, 9)).toThrow(`Rollout ${withTraffic.rolloutId} has no step 9.`);
    expect(() => dueShift({ ...routed, phase: 'provisioning' }, 0)).toThrow('TrafficShifted');
  });
});

describe('rules that are read back', () => {
  const { rule, groupA, groupB } = modelArns;
  const withShare = (green: number): Routing => ({
    ...{ kind: 'rule', arn: rule, listenerArn: 'listener', actions: [] },
    weights: { [groupA]: 100 - green, [groupB]: green },
  });

  test('have the weight that was written, or are named', () => {
    expect(decideReadBack(routed, 10, [withShare(10), withShare(10)])).toBe('written');
    expect(() => decideReadBack(routed, 10, [withShare(10), withShare(0)])).toThrow(
      `${rule} says {"${groupA}":100,"${groupB}":0} after green was given 10 %.`,
    );
  });
});
