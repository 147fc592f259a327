import { describe, expect, test } from '@jest/globals';
import { bets, stakesOnBeginnings } from '../../lib/analysis/bets.ts';

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

test('the whole stake is on some ratio, each above the tolerated rate', () => {
  expect(sum(bets.map(({ stake }) => stake))).toBeCloseTo(1, 12);
  expect(bets.map(({ ratio }) => ratio)).toEqual([1.2, 1.6, 2.4, 4, 8, 20, 80]);
});

describe('the stakes on beginnings', () => {
  test('are three quarters on the first period, none before it', () => {
    expect([...stakesOnBeginnings(Float64Array.of(0, 0, 5), 2)]).toEqual([0, 0, 0.75]);
  });

  test('halve and more with time, where the weight stays', () => {
    const stakes = stakesOnBeginnings(new Float64Array(121).fill(5), 0);

    expect(stakes[60]).toBeCloseTo((0.1 * 60) / 120 ** 2, 15);
    expect(stakes[120]).toBeCloseTo((0.1 * 60) / 180 ** 2, 15);
  });

  test('count periods shorter than a minute as the part of a minute that they are', () => {
    const stakes = stakesOnBeginnings(new Float64Array(61).fill(5), 0, 6);

    expect(stakes[60]).toBeCloseTo((0.1 * 360) / 420 ** 2, 15);
  });

  test('favour a new weight, each later one a quarter less', () => {
    const stakes = stakesOnBeginnings(Float64Array.of(5, 10, 10, 25, 50), 0);

    expect(stakes[1]).toBeCloseTo(0.15 * 0.25, 15);
    expect(stakes[3]).toBeCloseTo(0.15 * 0.25 * 0.75, 15);
    expect(stakes[4]).toBeCloseTo(0.15 * 0.25 * 0.75 ** 2, 15);
  });

  test('never sum to more than one, however long the rollout and however many its steps', () => {
    const weight = Float64Array.from({ length: 5000 }, (_, index) => Math.min(100, Math.floor(index / 10)));

    expect(sum(stakesOnBeginnings(weight, 0))).toBeLessThanOrEqual(1);
    expect(sum(stakesOnBeginnings(weight, 0))).toBeGreaterThan(0.95);
  });
});
