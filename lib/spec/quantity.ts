import * as z from 'zod';

const secondsPer = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;
type DurationUnit = keyof typeof secondsPer;

const durationPattern = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const durationPart = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

function isDurationUnit(text: string | undefined): text is DurationUnit {
  return text !== undefined && Object.hasOwn(secondsPer, text);
}

/**
 * Seconds of a duration such as `500ms`, `15m` or `1h30m`; `undefined` where the text is no duration.
 * A number without a unit is refused on purpose: `bake: 15` once meant minutes to its author and seconds to the machine.
 */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(durationPart)) {
    if (!isDurationUnit(unit)) return undefined;
    seconds += Number(amount) * secondsPer[unit];
  }
  return Number.isFinite(seconds) ? Math.round(seconds * 1000) / 1000 : undefined;
}

/** A share from `0%` to `100%` as a number from 0 to 1; `undefined` where the text is no percentage. */
export function parsePercentage(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  if (match === null) return undefined;
  const share = Number(match[1]) / 100;
  return share <= 1 ? share : undefined;
}

/** A duration in seconds, written with a unit, within bounds given in seconds. */
export function duration(bounds: { readonly min?: number; readonly max?: number } = {}) {
  const { min = 0, max = 7 * secondsPer.d } = bounds;
  return z.string('expected a duration with a unit, such as 30s, 15m or 1h30m').transform((text, context) => {
    const seconds = parseDuration(text);
    if (seconds === undefined) {
      context.addIssue(`"${text}" is no duration, expected a number with a unit, such as 30s, 15m or 1h30m`);
      return z.NEVER;
    }
    if (seconds < min || seconds > max) {
      context.addIssue(`${text} is out of range, expected ${String(min)}s to ${String(max)}s`);
      return z.NEVER;
    }
    return seconds;
  });
}

/** A whole number of seconds: Step Functions cannot wait for a fraction of one. */
export function wholeSeconds(bounds: { readonly min?: number; readonly max?: number } = {}) {
  return duration(bounds).refine((seconds) => Number.isInteger(seconds), 'expected whole seconds');
}

/**
 * A limit of a gate: `1%` (a share), `2s` or `500ms` (seconds) or a bare number (a count or a value in the metric's own unit).
 * Normalised to a number: shares to 0..1, durations to seconds.
 */
export const limit = z
  .union([z.string(), z.number().nonnegative()], 'expected a limit such as 1%, 2s, 500ms or a number')
  .transform((written, context) => {
    if (typeof written === 'number') return written;
    const value = parsePercentage(written) ?? parseDuration(written);
    if (value === undefined) {
      context.addIssue(`"${written}" is no limit, expected a percentage (1%), a duration (2s) or a number`);
      return z.NEVER;
    }
    return value;
  });
