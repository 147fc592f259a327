import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { FakeCli } from './cli-harness.ts';

let cli: FakeCli;

beforeEach(async () => {
  cli = new FakeCli();
  await cli.open('web-1');
});

const untilBake: readonly RolloutEvent[] = [
  { type: 'PreChecksPassed', results: [] },
  { type: 'GreenReady', running: 2, digest: 'sha256:a' },
  { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
  { type: 'TrafficShifted', step: 0, weight: 5 },
];

const minute = (at: number, weight: number, errors: number): PeriodOfBoth => ({
  at,
  weight,
  blue: { requests: 5700, errors: 11 },
  green: weight === 0 ? {} : { requests: 300, errors },
});

const looked = (...datapoints: readonly PeriodOfBoth[]): RolloutEvent => ({
  type: 'GreenAnalysed',
  step: 0,
  verdict: 'hold',
  reason: '',
  secondsLeft: 60,
  gates: [],
  datapoints,
});

describe('sluice export', () => {
  test('prints the minutes that the gates saw, counted from the first with traffic, each as it was seen last', async () => {
    await cli.append('web-1', ...untilBake);
    await cli.append('web-1', looked(minute(940, 0, 0), minute(1000, 5, 1)));
    await cli.append('web-1', looked(minute(1000, 5, 2), minute(1060, 5, 0)));

    const { code, out } = await cli.run('export web-1');

    expect(code).toBe(0);
    expect(out.map((line) => JSON.parse(line) as unknown)).toEqual([
      { rollout: 'web-1', minute: -1, weight: 0, blue: { requests: 5700, errors: 11 }, green: {} },
      {
        rollout: 'web-1',
        minute: 0,
        weight: 5,
        blue: { requests: 5700, errors: 11 },
        green: { requests: 300, errors: 2 },
      },
      {
        rollout: 'web-1',
        minute: 1,
        weight: 5,
        blue: { requests: 5700, errors: 11 },
        green: { requests: 300, errors: 0 },
      },
    ]);
  });

  test('of a rollout whose green never had traffic says so', async () => {
    const { code, err } = await cli.run('export web-1');

    expect(code).toBe(1);
    expect(err.join()).toContain('Rollout web-1 recorded no datapoints');
  });
});
