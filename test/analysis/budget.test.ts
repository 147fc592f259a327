import { describe, expect, test } from '@jest/globals';
import { analyse } from '../../lib/analysis/analyse.ts';
import { lookAfter, recording } from './minutes.ts';

describe('budget', () => {
  test('ends the rollout once green failed as many requests, whatever the gates say', () => {
    const periods = recording({ minutes: 10, green: () => ({ errors: 1 }) });

    expect(analyse(lookAfter(periods, { budget: { failedRequests: 11 } }))).toMatchObject({ verdict: 'pass' });
    expect(analyse(lookAfter(periods, { budget: { failedRequests: 10 } }))).toMatchObject({
      verdict: 'fail',
      gate: 'budget',
      reason: 'green failed 10 requests, the budget of a rollout is 10',
    });
  });

  test('a share of the monthly error budget counts on the traffic that blue had', () => {
    // 6,000 requests a minute are 259.2 million in 30 days, of which 99.9 % lets 259,200 fail.
    const periods = recording({ minutes: 10, green: () => ({ errors: 13 }) });
    const share = (monthlyShare: number) => ({ budget: { monthlyShare, target: 0.999 } });

    expect(analyse(lookAfter(periods, share(0.0004))).gate).toBe('budget');
    expect(analyse(lookAfter(periods, share(0.0004))).reason).toBe(
      "green failed 130 requests, the budget of a rollout is 104 (0.04 % of the month's errors at 99.9 % availability)",
    );
    expect(analyse(lookAfter(periods, share(0.0006))).gate).not.toBe('budget');
  });

  test('monthlyRequests stands in for the traffic', () => {
    const periods = recording({ minutes: 10, green: () => ({ errors: 1 }) });
    const budget = { monthlyShare: 0.01, target: 0.99, monthlyRequests: 100_000 };

    expect(analyse(lookAfter(periods, { budget })).gate).toBe('budget');
  });

  test('counts that cannot be true are not charged', () => {
    const periods = recording({ minutes: 10, green: () => ({ errors: 9_999 }) });

    expect(analyse(lookAfter(periods, { budget: { failedRequests: 10 } })).gate).not.toBe('budget');
  });
});
