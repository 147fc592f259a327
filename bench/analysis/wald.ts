import type { Shape } from './shape-of.ts';
import { minutesOfSchedule, placeOf, type Schedule } from './schedule.ts';
import { expectedShares } from './traffic.ts';
import { seeded } from '../../lib/calibration/random.ts';

/**
 * Fewest minutes that any test looked at each minute needs on average, at a given chance of a false alarm, to tell a constant
 * regression from a green just within the tolerance: Wald's bound, -log(alpha) over the information of a minute (Wald 1945,
 * section 4; Siegmund 1985, II.3), information being that of independent errors or slow responses, the larger of the two.
 * `undefined` for what is no constant regression.
 */
export function waldMinutes(shape: Shape, schedule: Schedule, alpha: number, tolerance: number): number | undefined {
  if (!shape.isConstant) return undefined;
  const hit = shape.green?.(seeded(0))(0, 5, 0) ?? {};
  const [blue, green] = [expectedShares(shape, []), expectedShares(shape, [hit])];
  let information = 0;
  for (let minute = 0; minute < minutesOfSchedule(schedule); minute += 1) {
    const share = placeOf(schedule, minute).weight / 100;
    const ofMinute = Math.max(
      informationOf(shape.rate * 60, share, blue.errors, green.errors, tolerance),
      informationOf(shape.rate * 60, share, blue.slow, green.slow, tolerance),
    );
    if (information + ofMinute >= -Math.log(alpha)) return minute + (-Math.log(alpha) - information) / ofMinute;
    information += ofMinute;
  }
  return undefined;
}

/** Divergence of the split of bad responses between the slots from what the tolerance allows, in nats a minute. */
function informationOf(requests: number, share: number, blue: number, green: number, tolerance: number): number {
  if (green <= tolerance * blue || share >= 1) return 0;
  const ofGreen = requests * share * green;
  const ofBlue = requests * (1 - share) * blue;
  const seen = ofGreen / (ofGreen + ofBlue);
  const allowed = (tolerance * share) / (tolerance * share + 1 - share);
  return ofGreen * Math.log(seen / allowed) + ofBlue * Math.log((1 - seen) / (1 - allowed));
}
