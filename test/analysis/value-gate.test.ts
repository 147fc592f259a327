import { describe, expect, test } from '@jest/globals';
import { analyse } from '../../lib/analysis/analyse.ts';
import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import { latencyP95, lookAfter, recording } from './minutes.ts';

const at = (latency: number) => () => ({ latencyP95: latency });
const toHundred = (minute: number) => (minute < 20 ? 5 : 100);

function judged(periods: readonly PeriodOfBoth[]) {
  return analyse(lookAfter(periods, { gates: [latencyP95] })).gates[0];
}

describe('a gate on a value', () => {
  test('counts the requests after the warm-up, and names what green is held against', () => {
    expect(judged(recording({ minutes: 8 }))).toMatchObject({
      outcome: 'pass',
      requests: 1500,
      reason: 'P95 1.2 s against 1.2 s of blue, 1,500 requests',
    });
  });

  test('holds until the step has the requests that it needs, the warm-up included', () => {
    expect(judged(recording({ minutes: 5, traffic: 200 }))).toMatchObject({ outcome: 'pass', requests: 20 });
    expect(judged(recording({ minutes: 5, traffic: 160 }))).toMatchObject({
      outcome: 'hold',
      sure: 0,
      reason: expect.stringMatching(/40 .*50|of 50/),
    });
  });

  test('names the evidence where it fails', () => {
    expect(judged(recording({ green: at(2.4) }))?.reason).toBe(
      'P95 2.4 s against 1.2 s of blue, 3,600 requests; a good version looks this bad in less than 1 of 100,000 rollouts',
    );
  });

  test('lets green be as slow as blue is, also beyond the pass limit', () => {
    expect(judged(recording({ minutes: 20, blue: at(2.4), green: at(2.4) }))).toMatchObject({
      outcome: 'pass',
      reason: 'P95 2.4 s against 2.4 s of blue, 5,100 requests',
    });
  });

  test('at 100 % lets green be as slow as both were before, and names nothing of blue', () => {
    const always = recording({ minutes: 30, blue: at(2.4), green: at(2.4), weightAt: toHundred });

    expect(judged(always)).toMatchObject({ outcome: 'pass', reason: 'P95 2.4 s, 42,000 requests' });
    expect(judged(always)).not.toHaveProperty('blue');
  });

  test('at 100 % holds what is beyond the pass limit and was not before', () => {
    const since = recording({ minutes: 30, green: (_, weight) => at(weight < 100 ? 1.2 : 2.4)(), weightAt: toHundred });

    expect(judged(since)).toMatchObject({
      outcome: 'hold',
      reason: 'P95 2.4 s, 42,000 requests, beyond the pass limit of 2 s',
    });
  });

  test('judges the first minute at 100 % by what was before', () => {
    const minutes = 21;

    expect(judged(recording({ minutes, blue: at(2.4), green: at(2.4), weightAt: toHundred }))?.reason).not.toContain(
      'beyond the pass limit',
    );
  });
});
