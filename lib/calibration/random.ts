/** A stream of random numbers that a seed decides whole. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  normal(): number;
  poisson(mean: number): number;
  binomial(trials: number, chance: number): number;
  /** Gamma with the given shape and mean 1. */
  gamma(shape: number): number;
  /** Whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number;
}

/** Mulberry32 of a mixed seed: small, fast, and good enough for simulated traffic. */
export function seeded(...parts: readonly number[]): Random {
  let state = mix(parts);
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const gamma = (shape: number): number => standardGamma(shape, uniform, normal) / shape;
  const poisson = (mean: number): number => poissonOf(mean, uniform, gamma);
  return {
    uniform,
    normal,
    gamma,
    poisson,
    binomial: (trials, chance) => binomialOf(trials, chance, uniform, gamma),
    integer: (from, to) => from + Math.floor(uniform() * (to - from + 1)),
  };
}

function mix(parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** Marsaglia and Tsang (2000), with their boost for shapes under 1. */
function standardGamma(shape: number, uniform: () => number, normal: () => number): number {
  if (shape < 1) return standardGamma(shape + 1, uniform, normal) * (1 - uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Splits a large mean by the gamma-Poisson recursion of Ahrens and Dieter (1974), so that no tail is approximated. */
function poissonOf(mean: number, uniform: () => number, gamma: (shape: number) => number): number {
  let rest = mean;
  let count = 0;
  while (rest > 30) {
    const order = Math.floor(rest * 0.875);
    const waited = gamma(order) * order;
    if (waited > rest) return count + binomialOf(order - 1, rest / waited, uniform, gamma);
    count += order;
    rest -= waited;
  }
  const limit = Math.exp(-rest);
  for (let product = uniform(); product > limit; product *= uniform()) count += 1;
  return count;
}

/** Splits many trials at the median of a beta order statistic (Devroye 1986, X.4.4). */
function binomialOf(trials: number, chance: number, uniform: () => number, gamma: (shape: number) => number): number {
  let n = trials;
  let p = Math.min(1, Math.max(0, chance));
  let count = 0;
  while (n > 40) {
    const i = Math.floor((n + 1) / 2);
    const a = gamma(i) * i;
    const b = gamma(n + 1 - i) * (n + 1 - i);
    const order = a / (a + b);
    if (order <= p) {
      count += i;
      n -= i;
      p = (p - order) / (1 - order);
    } else {
      n = i - 1;
      p /= order;
    }
  }
  for (let trial = 0; trial < n; trial += 1) if (uniform() < p) count += 1;
  return count;
}
