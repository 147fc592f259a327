import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import type { Judge, Truth } from './judges.ts';
import { placeOf } from './schedule.ts';

/**
 * A lower bound for comparison: this judge knows the true shares of errors and slow responses of both slots in every minute, and with them the size and
 * the start of the regression. It multiplies the likelihood ratios of green's counts and rolls back at the first evaluation at which the product reaches
 * 1/alpha. No test with that chance of a false alarm on the same minutes needs fewer of them on average (Wald 1945; Wald and Wolfowitz 1948).
 * It sees the same minutes and steps as the gates, and slow responses only after the warm-up, which starts again at each weight.
 *
 * It takes errors for independent. Where they come in clumps it is surer than the data allow, so its bound cannot be reached there.
 */
export function oracle(alpha: number, warmUpMinutes: number): Judge {
  return ({ periods, readAt }, truth) => {
    if (truth === undefined) throw new Error('An oracle has to be told the truth.');
    const ratio = ratioOf(truth, warmUpMinutes);
    // The sum goes on from minute to minute as long as nothing that was read before is revised.
    let known: { readonly read: readonly PeriodOfBoth[]; readonly to: number; readonly sum: number } | undefined;
    for (const [index, { at, weight }] of periods.entries()) {
      if (weight === 0) continue;
      const read = readAt(index);
      const from = known?.read === read ? known : { to: 0, sum: 0 };
      let { sum } = from;
      for (let minute = from.to; minute <= index; minute += 1) {
        const period = read[minute];
        if (period !== undefined) sum += ratio(period);
      }
      known = { read, to: index + 1, sum };
      if (sum >= -Math.log(alpha)) return { rolledBackAt: at / 60 };
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
