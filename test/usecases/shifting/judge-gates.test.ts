import { describe, expect, test } from '@jest/globals';
import { stepWindow } from '../../../lib/rollout/bake.ts';
import type { RolloutEvent } from '../../../lib/rollout/events.ts';
import { evolve, type RolloutState } from '../../../lib/rollout/state.ts';
import { greenAnalysed, judged } from '../../../lib/usecases/shifting/judge-gates.ts';
import { modelSpec } from '../../model/model-world.ts';
import { after, at, samples } from '../../rollout/sample-events.ts';

const { PreChecksPassed, GreenReady, HeaderRouteOpened } = samples;
const spec = modelSpec({
  period: '10s',
  gates: [{ name: 'error-rate', bad: { metric: 'errors' }, total: { metric: 'requests' }, pass: '1%', abort: '5%' }],
  steps: [
    { weight: 10, bake: '60s' },
    { weight: 100, bake: '60s' },
  ],
});
const baking: RolloutState = evolve(
  { ...after(PreChecksPassed, GreenReady, HeaderRouteOpened), spec },
  { type: 'TrafficShifted', step: 0, weight: 10 },
  at,
);
const start = Date.parse(at) / 1000;
const window = stepWindow(baking);

/** So many periods of 10 s at 10 %, with a share of green's requests that fail. */
const periodsOf = (count: number, greenErrors: number) => ({
  periods: Array.from({ length: count }, (_, index) => ({
    at: start + 10 * index,
    weight: 10,
    blue: { requests: 900, errors: 0 },
    green: { requests: 100, errors: 100 * greenErrors },
  })),
  settledUntil: start + 10 * count,
});

describe('what could be read', () => {
  test('fails a green that is bad, and passes none', () => {
    const unread = 'Prometheus could not be asked';

    expect(judged(baking, window, periodsOf(6, 0.5)).analysis.verdict).toBe('fail');
    expect(judged(baking, window, { ...periodsOf(6, 0.5), unread }).analysis.verdict).toBe('fail');
    expect(judged(baking, window, periodsOf(6, 0)).analysis.verdict).toBe('pass');
    expect(judged(baking, window, { ...periodsOf(6, 0), unread }).analysis).toMatchObject({
      verdict: 'hold',
      reason: `The metrics could not be read: ${unread}`,
    });
  });
});

describe('the record of an evaluation', () => {
  const analysis = { verdict: 'pass', reason: 'well', gates: [] } as const;
  const now = new Date((start + 45.5) * 1000);
  const recorded = (state: RolloutState, count: number) => {
    const event: RolloutEvent = greenAnalysed(state, window, analysis, periodsOf(count, 0), now);
    return event.type === 'GreenAnalysed' ? event : undefined;
  };

  test('tells the share that green really got, and how long the step still bakes', () => {
    expect(recorded(baking, 4)).toMatchObject({ measuredWeight: 10, secondsLeft: 15, settledUntil: start + 40 });
    expect(greenAnalysed(baking, window, analysis, undefined, now)).toMatchObject({ measuredWeight: undefined });
  });

  test('keeps a period again while CloudWatch may revise it, and of a long past the newest', () => {
    const firstOf = (state: RolloutState, count: number) => recorded(state, count)?.datapoints?.[0]?.at;

    expect(firstOf({ ...baking, recordedUntil: start + 100 }, 20)).toBe(start + 50);
    expect(recorded(baking, 300)?.datapoints).toHaveLength(240);
    expect(firstOf(baking, 300)).toBe(start + 600);
  });
});
