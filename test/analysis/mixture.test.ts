import { describe, expect, test } from '@jest/globals';
import { bets } from '../../lib/analysis/bets.ts';
import { leaderOf, strengthByBet, strengthOf, withoutStrongest, type Sums } from '../../lib/analysis/mixture.ts';

const stakes = Float64Array.of(0, 0.75, 0.05, 0.04);
/** What each period brings: the third speaks for green, the fourth loudly against it. */
const sums: Sums = {
  byBet: bets.map(({ ratio }) => Float64Array.of(0, 0, ratio / 40, ratio / 80, ratio / 10)),
  stakes,
  first: 1,
};
const inFull = new Float64Array(bets.length).fill(1);
const discounted = Float64Array.from(bets, (_, bet) => 1 - bet / 10);

/** The part of one beginning and one bet, by the definition. */
function partOf(bet: number, start: number, index: number, discounts: Float64Array): number {
  const sum = sums.byBet[bet] ?? new Float64Array();
  const gained = (sum[index + 1] ?? 0) - (sum[start] ?? 0);
  return (bets[bet]?.stake ?? 0) * (stakes[start] ?? 0) * Math.exp((discounts[bet] ?? 0) * gained);
}

/** The mixture by its definition, beginning by beginning. */
function evidenceAt(index: number, discounts: Float64Array): number {
  let evidence = 1;
  for (const [bet, { stake }] of bets.entries())
    for (let start = sums.first; start <= index; start += 1)
      evidence += partOf(bet, start, index, discounts) - stake * (stakes[start] ?? 0);
  return Math.log(evidence);
}

describe('strengthOf', () => {
  test.each([
    ['in full', inFull],
    ['discounted', discounted],
  ])('is the mixture over bets and beginnings, %s', (_, discounts) => {
    const strength = strengthOf(sums, () => discounts);

    for (let index = 1; index < 4; index += 1) expect(strength(index)).toBeCloseTo(evidenceAt(index, discounts), 12);
  });

  test('is nothing before the first period', () => {
    expect(strengthOf(sums, () => inFull)(0)).toBe(0);
  });

  test('does not depend on what was asked before, nor in which order', () => {
    const strength = strengthOf(sums, () => inFull);
    const late = strength(3);

    expect(strength(1)).toBeCloseTo(evidenceAt(1, inFull), 12);
    expect(strength(2)).toBeCloseTo(evidenceAt(2, inFull), 12);
    expect(strength(3)).toBe(late);
  });

  test('begins anew where the discounts change on the way', () => {
    const strength = strengthOf(sums, (index) => (index < 3 ? inFull : discounted));

    expect([1, 2, 3].map(strength)[2]).toBeCloseTo(evidenceAt(3, discounted), 12);
  });

  test('stays a number where the evidence is beyond every number', () => {
    const beyond = { ...sums, byBet: bets.map(() => Float64Array.of(0, 0, 1e4, 1e4, 1e4)) };
    const [, , strength = Number.NaN] = [1, 2, 3].map(strengthOf(beyond, () => inFull));

    expect(strength).toBeGreaterThan(590);
    expect(strength).toBeLessThan(610);
  });
});

describe('strengthByBet', () => {
  test('is what each bet brings over all beginnings', () => {
    const parts = strengthByBet(sums, discounted, 3);

    expect(parts).toHaveLength(bets.length);
    for (const [bet, part] of parts.entries()) {
      const expected = [1, 2, 3].reduce((all, start) => all + partOf(bet, start, 3, discounted), 0);
      expect(part).toBeCloseTo(Math.log(expected), 12);
    }
  });

  test('stays a number where the evidence is beyond every number', () => {
    const beyond = { ...sums, byBet: bets.map(() => Float64Array.of(0, 0, 1e4, 1e4, 1e4)) };

    for (const part of strengthByBet(beyond, inFull, 3)) expect(part).toBeLessThan(605);
  });
});

describe('leaderOf', () => {
  test.each([
    [1, inFull],
    [2, inFull],
    [3, inFull],
    [3, discounted],
  ])('after period %i is the bet and the beginning with the largest part', (index, discounts) => {
    const all = bets.flatMap((_, bet) => Array.from({ length: index }, (_unused, from) => ({ bet, start: from + 1 })));
    const largest = all.reduce((a, b) =>
      partOf(b.bet, b.start, index, discounts) > partOf(a.bet, a.start, index, discounts) ? b : a,
    );

    expect(leaderOf(sums, discounts, index)).toEqual(largest);
  });

  test('is the earliest of beginnings that bring the same', () => {
    const even = { first: 1, stakes: Float64Array.of(0, 0.5, 0.5), byBet: bets.map(() => new Float64Array(3)) };

    expect(leaderOf(even, inFull, 2)).toEqual({ bet: 2, start: 1 });
  });

  test('is a later beginning where all before it speaks for green', () => {
    const late = {
      ...sums,
      byBet: bets.map(({ ratio }) => Float64Array.of(0, 0, -ratio, -ratio, 4 * Math.log(ratio))),
    };

    expect(leaderOf(late, inFull, 3).start).toBe(2);
  });
});

describe('withoutStrongest', () => {
  const one: Sums = { ...sums, byBet: [Float64Array.of(0, 0, 2, 7, 8)] };
  const leader = { bet: 0, start: 1 };

  test.each([
    [1, 3],
    [2, 1],
    [3, 0],
    [9, 0],
  ])('of %i periods in a row leaves %f', (width, left) => {
    expect(withoutStrongest(one, inFull, 3, leader, width)).toBe(left);
  });

  test('discounts what is left, and leaves out what came before the beginning', () => {
    expect(withoutStrongest(one, Float64Array.of(0.5), 3, leader, 1)).toBe(1.5);
    expect(withoutStrongest(one, inFull, 3, { bet: 0, start: 3 }, 1)).toBe(0);
    expect(withoutStrongest(one, inFull, 2, leader, 1)).toBe(2);
  });

  test('of periods that speak for green takes nothing away', () => {
    const good: Sums = { ...sums, byBet: [Float64Array.of(0, 0, -1, -2, -3)] };

    expect(withoutStrongest(good, inFull, 3, leader, 1)).toBe(-3);
  });

  test('of a bet that nothing is known of is nothing', () => {
    expect(withoutStrongest(one, inFull, 3, { bet: 1, start: 1 }, 1)).toBe(0);
  });
});
