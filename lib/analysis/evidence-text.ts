/** A share of 0..1 as a person reads it: `2.9 %`. */
export function percent(share: number): string {
  return `${significant(share * 100)} %`;
}

/** Seconds as a person reads them: `1.62 s`. */
export function seconds(value: number): string {
  return `${significant(value)} s`;
}

/** Up to three significant digits, and whole numbers above a hundred. */
export function significant(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
