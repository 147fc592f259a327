/** A share of 0..1 as a person reads it: `2.9 %`. */
export function percent(share: number): string {
  return `${significant(share * 100)} %`;
}

/** Said of no evidence: a good version that looks worse than this in fewer rollouts is not told apart. */
const rarest = 100_000;

/**
 * Returns what evidence against green means: `a good version looks this bad in at most 1 of 500 rollouts`. Empty where the evidence
 * is below 2, which nothing follows from.
 *
 * That is Ville's inequality: where green is no worse than tolerated, the evidence reaches E at any time of the rollout with a
 * probability of at most 1/E. It is no probability that green is bad.
 *
 * @param sure one minus the reciprocal of the evidence, 0..1, as judgements carry it
 */
export function rarity(sure: number, version = 'a good version'): string {
  const evidence = 1 / (1 - sure);
  if (evidence < 2) return '';
  const share =
    evidence > rarest * (1 + 1e-9) ? `less than 1 of ${wholeNumber(rarest)}` : `at most 1 of ${floorOf(evidence)}`;
  return `${version} looks this bad in ${share} rollouts`;
}

/** Two significant digits, never rounded up: evidence of 5,678 is said as 5,600. */
function floorOf(evidence: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(evidence) + 1e-9) - 1);
  return wholeNumber(Math.floor(evidence / unit + 1e-9) * unit);
}

/** Seconds as a person reads them: `1.62 s`. */
export function seconds(value: number): string {
  return `${significant(value)} s`;
}

/** A count with thousands apart: `12,345`. */
export function wholeNumber(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Two or three significant digits, and whole numbers above a hundred. */
export function significant(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return wholeNumber(value);
  return String(Number(value.toPrecision(Math.abs(value) < 10 ? 2 : 3)));
}

const nouns: Readonly<Record<string, string>> = {
  slow: 'slow responses',
  errors: 'errors',
  latencyP95: 'P95',
  answered: 'availability',
  cpu: 'CPU',
  unhealthyHosts: 'unhealthy hosts',
  healthyHosts: 'healthy hosts',
};

/** What a person calls a metric. */
export function nounOf(metric: string): string {
  return nouns[metric] ?? metric;
}
