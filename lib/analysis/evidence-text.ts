/** A share of 0..1 as a person reads it: `2.9 %`. */
export function percent(share: number): string {
  return `${significant(share * 100)} %`;
}

/** How sure something is, never rounded up to certainty: `99.98 %`. */
export function sureness(share: number): string {
  const capped = Math.min(99.999, Math.floor(share * 100_000) / 1000);
  return `${capped >= 99.9 ? String(capped) : String(Math.floor(capped * 10) / 10)} %`;
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
