import type { Random } from '../../lib/calibration/random.ts';
import { placeOf, type Schedule } from './schedule.ts';

/** Spread of the logarithm of the odds between the share that a rule asks for and the one that is realised: of a step, of a minute. */
const spread = { step: 0.05, minute: 0.02 };
/** A load balancer has a node in each zone; each obeys a changed rule after some seconds. */
const nodes = 2;
const delay = { shortest: 2, longest: 10 };

/**
 * Draws the share of the traffic that green really gets in each minute of a rollout: weights are not exactly realised, a step begins at any second
 * of its first minute, and each node of the load balancer obeys the rule 2 to 10 seconds later.
 */
export function realisedShares(schedule: Schedule, random: Random): (minute: number) => number {
  const second = random.integer(0, 59);
  const steps = schedule.map(({ weight }) => ({
    share: realised(weight / 100, spread.step * random.normal()),
    obeyed: Array.from({ length: nodes }, () => second + random.integer(delay.shortest, delay.longest)),
  }));
  return (minute) => {
    const { step, minuteOfStep } = placeOf(schedule, minute);
    if (step === undefined) return 0;
    const { share = 0, obeyed = [] } = steps[step] ?? {};
    const before = steps[step - 1]?.share ?? 0;
    const late = obeyed.reduce((sum, seconds) => sum + clamped((seconds - 60 * minuteOfStep) / 60), 0) / nodes;
    return realised(late * before + (1 - late) * share, spread.minute * random.normal());
  };
}

/** A share whose odds are off by a factor; none and all stay what they are. */
function realised(share: number, logFactor: number): number {
  if (share <= 0 || share >= 1) return share;
  const odds = (share / (1 - share)) * Math.exp(logFactor);
  return odds / (1 + odds);
}

function clamped(part: number): number {
  return Math.min(1, Math.max(0, part));
}
