import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import type { Judge, Truth } from './judges.ts';
import { placeOf } from './schedule.ts';

/**
 * The bound that the figures are stated against: a judge that is told both slots' true shares of errors and of slow responses in each minute, so also the
 * size of the regression and its beginning. It multiplies the likelihood ratios of green's counts and rolls back at the first evaluation at which they reach
 * 1/alpha: no test with that chance of a false alarm that looks at the same minutes needs fewer of them on average (Wald 1945, Wald and Wolfowitz
 * 1948). It sees the same minutes by the same steps as the gates, and slow responses only after the warm-up, which begins anew at each weight.
 *
 * Its counts are independent: where errors come in clumps it is more certain than anything can be, so the bound is one that cannot be reached.
 */
export function oracle(alpha: number, warmUpMinutes: number): Judge {
  return ({ periods, readAt }, truth) => {
    if (truth === undefined) throw new Error('An oracle has to be told the truth.');
    const ratio = ratioOf(truth, warmUpMinutes);
    for (const [index, { at, weight }] of periods.entries()) {
      if (weight === 0) continue;
      const evidence = readAt(index)
        .slice(0, index + 1)
        .reduce((sum, period) => sum + ratio(period), 0);
      if (evidence >= -Math.log(alpha)) return { rolledBackAt: at / 60 };
    }
    return {};
  };
}

/** Logarithm of the likelihood ratio of one minute: green as it is against green as blue is. */
function ratioOf({ schedule, shares }: Truth, warmUpMinutes: number): (period: PeriodOfBoth) => number {
  return ({ at, weight, green }) => {
    const expected = shares.get(at);
    const requests = green['requests'] ?? 0;
    if (weight === 0 || expected === undefined || requests === 0) return 0;
    const isWarm = placeOf(schedule, at / 60).minuteOfStep > warmUpMinutes;
    const errors = binomialRatio(green['errors'], requests, expected.blue.errors, expected.green.errors);
    return errors + (isWarm ? binomialRatio(green['slow'], requests, expected.blue.slow, expected.green.slow) : 0);
  };
}

/** Shares are kept away from none and all, so that one surprise is much evidence but not all of it. */
const least = 1e-9;

function binomialRatio(bad: number | undefined, total: number, blue: number, green: number): number {
  if (bad === undefined || blue === green) return 0;
  const [p0, p1] = [blue, green].map((share) => Math.min(1 - least, Math.max(least, share)));
  if (p0 === undefined || p1 === undefined) return 0;
  return bad * Math.log(p1 / p0) + (total - bad) * Math.log((1 - p1) / (1 - p0));
}
