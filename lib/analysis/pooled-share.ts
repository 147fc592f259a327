/** Counts of a slot over several periods. */
export interface Pooled {
  readonly total: number;
  readonly bad: number;
}

/** Returns the counts from one index to another, both included; periods without data are left out. */
export function pool(total: Float64Array, bad: Float64Array, from: number, to: number): Pooled {
  let n = 0;
  let x = 0;
  for (let index = from; index <= to; index += 1) {
    const [one = 0, of = 0] = [bad[index], total[index]];
    if (of > 0 && one >= 0) {
      n += of;
      x += one;
    }
  }
  return { total: n, bad: x };
}

/** Returns the share of bad ones; `undefined` without a request. */
export function shareOf({ total, bad }: Pooled): number | undefined {
  return total > 0 ? bad / total : undefined;
}
