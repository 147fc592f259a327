/** Chance that a binomial count of n at p is at most x. */
function atMost(x: number, n: number, p: number): number {
  let term = (1 - p) ** n;
  let sum = term;
  for (let count = 1; count <= x; count += 1) {
    term *= ((n - count + 1) / count) * (p / (1 - p));
    sum += term;
  }
  return sum;
}

/** Returns the upper end of the one-sided interval at 95 % for a share of which `x` of `n` were seen (Clopper and Pearson 1934). */
export function upperLimit(x: number, n: number): number {
  if (x >= n) return 1;
  let [low, high] = [x / n, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(x, n, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}
