import { expect, test } from '@jest/globals';
import { rarity } from '../../lib/analysis/strength-text.ts';

/** `sure` of evidence, as a judgement carries it. */
const sureOf = (evidence: number) => 1 - 1 / evidence;

test.each([
  [2, 'at most 1 of 2'],
  [14.9, 'at most 1 of 14'],
  [500, 'at most 1 of 500'],
  [5678, 'at most 1 of 5,600'],
  [100_000, 'at most 1 of 100,000'],
  [1e9, 'less than 1 of 100,000'],
  [Infinity, 'less than 1 of 100,000'],
])('evidence of %d says %s, never more than it proves', (evidence, share) => {
  expect(rarity(sureOf(evidence))).toBe(`a good version looks this bad in ${share} rollouts`);
});

test.each([-1, 0, 0.1, 0.49])('a `sure` of %d says nothing', (sure) => {
  expect(rarity(sure)).toBe('');
});

test('the bound that is said is never below the reciprocal of the evidence', () => {
  for (let evidence = 2; evidence < 90_000; evidence *= 1.37) {
    const said = Number(/1 of ([\d,]+)/.exec(rarity(sureOf(evidence)))?.[1]?.replaceAll(',', ''));
    expect(said).toBeLessThanOrEqual(evidence + 1e-6);
    expect(said).toBeGreaterThan(evidence * 0.65);
  }
});
