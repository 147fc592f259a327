import { describe, expect, test } from '@jest/globals';
import { evolve, type RolloutState } from '../../../lib/rollout/state.ts';
import { decideCalendarHold } from '../../../lib/usecases/shifting/decide-calendar-hold.ts';
import { modelSpec } from '../../model/model-world.ts';
import { after, at, samples } from '../../rollout/sample-events.ts';

const { PreChecksPassed, GreenReady, HeaderRouteOpened } = samples;
const withSpec = (overrides: Readonly<Record<string, unknown>>): RolloutState => ({
  ...after(PreChecksPassed, GreenReady, HeaderRouteOpened),
  spec: modelSpec({ timeouts: { interference: '60s', rollout: '1h' }, ...overrides }),
});
const shifting = withSpec({});
const withTraffic = (overrides: Readonly<Record<string, unknown>>) => ({ ...withSpec(overrides), weight: 10 });

const open = { open: true } as const;
const freeze = { open: false, kind: 'freeze', reason: 'a freeze' } as const;
const stop = { open: false, kind: 'stop', reason: 'all rollouts are stopped by mei' } as const;
const unknown = { open: false, kind: 'unknown', reason: 'it is not known' } as const;
const secondsIn = (seconds: number) => new Date(Date.parse(at) + seconds * 1000);

describe('a step that the calendar is asked for', () => {
  test.each([
    ['goes on where it is open', shifting, open, 'free'],
    ['is held by a freeze', shifting, freeze, 'held'],
    ['is held by a freeze where green has traffic', withTraffic({ atWindowEnd: 'hold' }), freeze, 'held'],
    ['goes on where the spec lets it finish', withTraffic({ atWindowEnd: 'finish' }), freeze, 'free'],
    ['is held where it should finish and has no traffic yet', withSpec({ atWindowEnd: 'finish' }), freeze, 'held'],
    ['is held by a stop even where the spec lets it finish', withTraffic({ atWindowEnd: 'finish' }), stop, 'held'],
    ['goes back where the spec says so', withTraffic({ atWindowEnd: 'rollBack' }), freeze, 'rollBack'],
    ['is held by a stop where a freeze would send it back', withTraffic({ atWindowEnd: 'rollBack' }), stop, 'held'],
    ['is held where it should go back and has no traffic yet', withSpec({ atWindowEnd: 'rollBack' }), freeze, 'held'],
  ] as const)('%s', (_, state, look, outcome) => {
    expect(decideCalendarHold(state, 0, look, secondsIn(0)).outcome).toBe(outcome);
  });

  test('a hold is announced once, and again where it has another cause', () => {
    const first = decideCalendarHold(shifting, 0, freeze, secondsIn(0));
    const [event] = 'events' in first ? first.events : [];
    const held = event === undefined ? shifting : evolve(shifting, event, at);

    expect(first).toMatchObject({ outcome: 'held', events: [{ type: 'CalendarHeld', step: 0, kind: 'freeze' }] });
    expect(decideCalendarHold(held, 0, freeze, secondsIn(5))).toEqual({ outcome: 'held', events: [] });
    expect(decideCalendarHold(held, 0, stop, secondsIn(5))).toMatchObject({ events: [{ kind: 'stop' }] });
    expect(decideCalendarHold(held, 0, open, secondsIn(5))).toEqual({
      outcome: 'free',
      events: [{ type: 'CalendarOpened', step: 0, seconds: 5 }],
    });
  });

  test('what nobody knows is waited for as long as what others changed', () => {
    const first = decideCalendarHold(shifting, 0, unknown, secondsIn(0));
    const [event] = 'events' in first ? first.events : [];
    const held = event === undefined ? shifting : evolve(shifting, event, at);

    expect(decideCalendarHold(held, 0, unknown, secondsIn(59)).outcome).toBe('held');
    expect(decideCalendarHold(held, 0, unknown, secondsIn(60))).toEqual({
      outcome: 'rollBack',
      reason: 'Step 1 was held for 60 s: it is not known',
    });
  });
});
