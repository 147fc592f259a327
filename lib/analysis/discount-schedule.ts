/** The discounts that hold at the period at an index, one for each bet. */
export type Discounts = (index: number) => Float64Array;

/** Periods between two calibrations; the first ones, when every period teaches something, are calibrated one by one. */
const between = 10;
const oneByOne = 5;

/**
 * The discounts that hold at each period. They are solved for anew every few periods, always from what was known at the time,
 * and kept: a replay asks for all periods of a rollout in turn.
 */
export function discountSchedule(first: number, solve: (last: number) => Float64Array): Discounts {
  const known = new Map<number, Float64Array>();
  return (index) => {
    const elapsed = index - first;
    const last = elapsed < oneByOne ? index : index - (elapsed % between);
    const discounts = known.get(last) ?? solve(last);
    known.set(last, discounts);
    return discounts;
  };
}
