import * as z from 'zod';
import { quote } from './text/plain-text.ts';

/** Units from the largest to the smallest, as they follow each other in a duration. */
const secondsPer: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
  ['ms', 0.001],
];

const durationPattern = new RegExp(
  `^${secondsPer.map(([unit]) => `(?:(\\d{1,9}(?:\\.\\d{1,9})?)${unit})?`).join('')}$`,
);

/**
 * Seconds of a duration such as `500ms`, `15m` or `1h30m`, each unit once and the larger first; `undefined` where the text is
 * no duration. A number without a unit is refused on purpose: `bake: 15` once meant minutes to its author and seconds to the
 * machine.
 */
export function parseDuration(text: string): number | undefined {
  const amounts = durationPattern.exec(text)?.slice(1);
  if (amounts === undefined || text === '') return undefined;
  const seconds = secondsPer.reduce((sum, [, each], index) => sum + Number(amounts[index] ?? 0) * each, 0);
  return Math.round(seconds * 1000) / 1000;
}

/** A number of seconds as a spec writes it: `90s` is `1m30s`, `86400s` is `1d`. */
export function formatDuration(seconds: number): string {
  let left = Math.round(seconds * 1000);
  const parts = secondsPer.flatMap(([unit, each]) => {
    const count = Math.floor(left / Math.round(each * 1000));
    left -= count * Math.round(each * 1000);
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return parts.length === 0 ? '0s' : parts.join('');
}

/** A share from `0%` to `100%` as a number from 0 to 1; `undefined` where the text is no percentage. */
export function parsePercentage(text: string): number | undefined {
  const percent = /^(\d{1,9}(?:\.\d{1,9})?) ?%$/.exec(text)?.[1];
  if (percent === undefined) return undefined;
  // 1.1 / 100 is not 0.011 in binary; what a person wrote has fewer digits than the error.
  const share = Number((Number(percent) / 100).toPrecision(12));
  return share <= 1 ? share : undefined;
}

/** A duration in seconds, written with a unit, within bounds given in seconds. */
export function duration(bounds: { readonly min?: number; readonly max?: number } = {}) {
  const { min = 0, max = 7 * 86_400 } = bounds;
  const range = `${formatDuration(min)} to ${formatDuration(max)}`;
  return z
    .string(`expected a duration with a unit, ${range}`)
    .transform((text, context) => {
      const seconds = parseDuration(text);
      if (seconds === undefined) {
        context.addIssue(`${quote(text)} is no duration, expected a number with a unit, such as 30s, 15m or 1h30m`);
        return z.NEVER;
      }
      if (seconds < min || seconds > max) {
        context.addIssue(`${quote(text)} is out of range, expected ${range}`);
        return z.NEVER;
      }
      return seconds;
    })
    .pipe(z.number())
    .meta({ kind: 'duration', bounds: `\`${formatDuration(min)}\` to \`${formatDuration(max)}\`` });
}

/** A whole number of seconds: Step Functions cannot wait for a fraction of one. */
export function wholeSeconds(bounds: { readonly min?: number; readonly max?: number } = {}) {
  return duration(bounds).refine((seconds) => Number.isInteger(seconds), {
    error: 'expected whole seconds',
    abort: true,
  });
}

/**
 * A limit of a gate: `1%` (a share), `2s` or `500ms` (seconds) or a bare number (a count or a value in the metric's own unit).
 * Normalised to a number: shares to 0..1, durations to seconds.
 */
export const limit = z
  .union([z.string(), z.number().nonnegative()], 'expected a limit such as 1%, 2s, 500ms or a number of at least 0')
  .transform((written, context) => {
    if (typeof written === 'number') return written;
    const value = parsePercentage(written) ?? parseDuration(written);
    if (value === undefined) {
      context.addIssue(
        `${quote(written)} is no limit, expected a percentage (0% to 100%), a duration (2s) or a number`,
      );
      return z.NEVER;
    }
    return value;
  })
  .pipe(z.number())
  .meta({ kind: 'limit', bounds: 'from `0`' });
