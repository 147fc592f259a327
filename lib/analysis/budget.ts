import type { Budget } from '../specification/analysis-settings.ts';
import type { PeriodOfBoth } from './datapoint.ts';
import { percent, wholeNumber } from './strength-text.ts';
import { countsOf, isCount } from './share-series.ts';

const monthSeconds = 30 * 24 * 3600;

/**
 * What the budget says: a sentence once green's failed requests of the whole rollout have reached it, whatever the gates say;
 * `undefined` before. Counts every error of green, also those that blue would have made.
 */
export function spentBudget(
  budget: Budget,
  periods: readonly PeriodOfBoth[],
  to: number,
  periodSeconds: number,
): string | undefined {
  let failed = 0;
  for (const { weight, green } of periods.slice(0, to + 1)) {
    if (weight > 0) failed += countsOf(green, 'errors', 'requests')?.bad ?? 0;
  }
  const allowed = allowedFailures(budget, periods, to, periodSeconds);
  if (allowed === undefined || failed < allowed) return undefined;
  return `green failed ${wholeNumber(failed)} requests, the budget of a rollout is ${describe(budget, allowed)}`;
}

function describe(budget: Budget, allowed: number): string {
  if ('failedRequests' in budget) return wholeNumber(allowed);
  return `${wholeNumber(allowed)} (${percent(budget.monthlyShare)} of the month's errors at ${percent(budget.target)} availability)`;
}

/** Failed requests that the budget allows; `undefined` where the month's traffic cannot be told yet. */
function allowedFailures(
  budget: Budget,
  periods: readonly PeriodOfBoth[],
  to: number,
  periodSeconds: number,
): number | undefined {
  if ('failedRequests' in budget) return budget.failedRequests;
  const monthly = budget.monthlyRequests ?? monthlyTraffic(periods, to, periodSeconds);
  return monthly === undefined
    ? undefined
    : Math.max(1, Math.round(budget.monthlyShare * (1 - budget.target) * monthly));
}

function monthlyTraffic(periods: readonly PeriodOfBoth[], to: number, periodSeconds: number): number | undefined {
  let requests = 0;
  let counted = 0;
  for (const { blue, green } of periods.slice(0, to + 1)) {
    const both = [blue, green].reduce((sum, { requests }) => sum + (isCount(requests) ? requests : 0), 0);
    if (both > 0) {
      requests += both;
      counted += 1;
    }
  }
  return counted === 0 ? undefined : (requests / counted / periodSeconds) * monthSeconds;
}
