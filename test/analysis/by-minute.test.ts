import { describe, expect, test } from '@jest/globals';
import { byMinute, evaluatedByMinute, periodsIn } from '../../lib/analysis/by-minute.ts';
import type { Datapoint, PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import type { StepSlice } from '../../lib/analysis/judgement.ts';
import { errorRate, latencyP95 } from './minutes.ts';

const pace = { periodSeconds: 10, minuteSeconds: 60 };

/** Periods of ten seconds, from a time on, of green alone. */
function tens(
  points: readonly Datapoint[],
  { start = 0, weightAt }: { start?: number; weightAt?: (index: number) => number } = {},
): readonly PeriodOfBoth[] {
  return points.map((green, index) => ({ at: start + 10 * index, weight: weightAt?.(index) ?? 5, blue: {}, green }));
}

const six = (point: Datapoint): readonly Datapoint[] => Array.from({ length: 6 }, () => point);
const ofGreen = (points: readonly Datapoint[], gate: Parameters<typeof byMinute>[0]) =>
  byMinute(gate, tens(points), pace).periods.map(({ green }) => green);

describe('periods shorter than a minute', () => {
  test('are gathered by the minutes of the clock', () => {
    const periods = tens([...six({}), ...six({})], { start: 640 });
    const { minuteOf, overAt, ...gathered } = byMinute(errorRate, periods, pace);

    expect(gathered.periods.map(({ at }) => at)).toEqual([640, 660, 720]);
    expect([...minuteOf]).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect([...overAt]).toEqual([-1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
  });

  test('make two minutes where the weight changes within one', () => {
    const periods = tens(six({}), { weightAt: (index) => (index < 2 ? 5 : 25) });

    expect(byMinute(errorRate, periods, pace).periods.map(({ at, weight }) => [at, weight])).toEqual([
      [0, 5],
      [20, 25],
    ]);
  });

  test('stay as they are where they are no shorter', () => {
    const periods = tens(six({ requests: 1 }));
    const each = Int32Array.from([0, 1, 2, 3, 4, 5]);

    expect(byMinute(errorRate, periods, { periodSeconds: 10, minuteSeconds: 10 })).toEqual({
      periods,
      minuteOf: each,
      overAt: each,
    });
  });

  test('add their counts up', () => {
    expect(ofGreen([...six({ requests: 10, errors: 1 }), { requests: 7, errors: 2 }], errorRate)).toEqual([
      { requests: 60, errors: 6 },
      { requests: 7, errors: 2 },
    ]);
  });

  test.each<[string, Datapoint, Datapoint]>([
    ['with a count that is missing say nothing', { requests: 10 }, { requests: 20, errors: 2 }],
    ['with a count that cannot be true say nothing', { requests: 10, errors: -1 }, { requests: 20, errors: 2 }],
    ['without requests have no bad ones', { requests: 0 }, { requests: 20, errors: 2 }],
  ])('%s', (_, odd, sum) => {
    expect(ofGreen([odd, { requests: 20, errors: 2 }], errorRate)).toEqual([sum]);
    expect(ofGreen([odd], errorRate)).toEqual([odd['requests'] === 0 ? { requests: 0, errors: 0 } : {}]);
  });

  test('give the median of values, which cannot be added up, and the sum of requests', () => {
    const of = (...values: readonly number[]) =>
      ofGreen(
        values.map((latencyP95Ms) => ({ latencyP95: latencyP95Ms, requests: 3 })),
        latencyP95,
      );

    expect(of(9, 1, 2)).toEqual([{ latencyP95: 2, requests: 9 }]);
    expect(of(9, 1, 2, 4)).toEqual([{ latencyP95: 3, requests: 12 }]);
    expect(of(7)).toEqual([{ latencyP95: 7, requests: 3 }]);
    expect(of(9, -5, 2)).toEqual([{ latencyP95: 5.5, requests: 9 }]);
    expect(of(-5)).toEqual([{ requests: 3 }]);
  });

  test('are as many to a minute as fit, and never none', () => {
    expect([periodsIn(5, pace), periodsIn(1, { periodSeconds: 45, minuteSeconds: 60 })]).toEqual([30, 1]);
    expect(periodsIn(1, { periodSeconds: 300, minuteSeconds: 60 })).toBe(1);
  });
});

describe('a gate that is judged by the minute', () => {
  const points = [...six({}), ...six({}), ...six({})];

  /** The minutes that are asked for, where the first twelve periods have a weight and the rest another. */
  function asked(step: StepSlice, after: number): StepSlice | undefined {
    let slice: StepSlice | undefined;
    const periods = tens(points, { weightAt: (index) => (index < 12 ? 5 : after) });
    const judge = {
      look: (one: StepSlice) => {
        slice = one;
        return {
          gate: 'error-rate',
          outcome: 'hold',
          reason: '',
          requests: 0,
          pass: 1,
          abort: 5,
          unit: 'share',
        } as const;
      },
    };
    evaluatedByMinute(judge, byMinute(errorRate, periods, pace)).look(step, false);
    return slice;
  }

  test('is asked for the minutes of the step that are over', () => {
    expect(asked({ from: 0, to: 11 }, 25)).toEqual({ from: 0, to: 1 });
    expect(asked({ from: 0, to: 10 }, 25)).toEqual({ from: 0, to: 0 });
    expect(asked({ from: 12, to: 17 }, 25)).toEqual({ from: 2, to: 2 });
  });

  test('takes no minute of another weight while the first one of a step is not over', () => {
    expect(asked({ from: 12, to: 14 }, 25)).toEqual({ from: 2, to: 1 });
  });

  test('takes the newest minute at the same weight meanwhile', () => {
    expect(asked({ from: 12, to: 14 }, 5)).toEqual({ from: 1, to: 1 });
  });

  test('has none before the first minute is over, and none of a step that has not begun', () => {
    expect(asked({ from: 0, to: 3 }, 25)).toEqual({ from: 0, to: -1 });
    expect(asked({ from: 18, to: 17 }, 25)).toEqual({ from: 3, to: 2 });
  });
});
