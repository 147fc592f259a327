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

/** The outcome of each minute of a step at 5 %, for green's P95s; 5 s is the abort limit, three minutes the warm-up. */
function outcomes(latencies: readonly number[], blue = 1.2) {
  const periods = recording({
    minutes: latencies.length,
    blue: at(blue),
    green: (minute) => at(latencies[minute] ?? 1)(),
  });
  return latencies.map((_, index) => judged(periods.slice(0, 120 + index + 1))?.outcome);
}

describe('the abort limit of a value', () => {
  test('fails in the second minute of a warm-up only what is clearly beyond it', () => {
    expect(outcomes([5.6, 5.6])).toEqual(['hold', 'fail']);
    expect(outcomes([5.4, 5.4, 5.4])).not.toContain('fail');
  });

  test('waits in a warm-up while the value gets better', () => {
    expect(outcomes([12, 9, 7.5])).not.toContain('fail');
    expect(outcomes([12, 11.5])).toEqual(['hold', 'fail']);
    expect(outcomes([7, 12, 9])).toEqual(['hold', 'fail', 'hold']);
  });

  test('counts the minutes in a row: one within it, or without a value, begins anew', () => {
    expect(outcomes([1.2, 1.2, 1.2, 1.2, 8, 1.2, 8], 8)).not.toContain('fail');
    expect(outcomes([8, 1.2, 8])).not.toContain('fail');
    expect(outcomes([8, Number.NaN, 8])).not.toContain('fail');
  });

  test('names what it saw, for how long, and the limit', () => {
    expect(judged(recording({ minutes: 2, green: at(8) }))?.reason).toBe(
      'P95 8 s against 1.2 s of blue for 2 periods, beyond the abort limit of 5 s',
    );
  });

  test('holds where blue breaks it too, or goes on or back, as the gate says', () => {
    const both = recording({ minutes: 8, blue: at(8), green: at(8) });
    const of = (whenBlueToo: 'hold' | 'ignore' | 'roll-back') =>
      analyse(lookAfter(both, { gates: [{ ...latencyP95, whenBlueToo }] })).gates[0];

    expect(of('hold')).toMatchObject({ outcome: 'hold', reason: expect.stringMatching(/, but blue breaks it too$/) });
    expect(of('ignore')?.outcome).toBe('pass');
    expect(of('roll-back')?.outcome).toBe('fail');
  });
});

describe('a value of which nothing is known', () => {
  test('of a green without traffic yet', () => {
    expect(judged(recording({ minutes: 0 }))).toMatchObject({
      outcome: 'hold',
      reason: 'latency-p95: green had no traffic yet',
    });
  });

  test('of a step without a value that counts', () => {
    expect(judged(recording({ minutes: 8, green: at(Number.NaN) }))).toMatchObject({
      outcome: 'hold',
      reason: 'latency-p95: no P95 of green counted in this step',
    });
  });
});
