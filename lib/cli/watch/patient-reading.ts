import { explainAwsFailure } from '../aws-failure.ts';
import type { CliContext } from '../cli-context.ts';
import { localTime } from '../terminal/readable.ts';

/** A record that cannot be read for so long is no record to watch. */
const longestBlindMilliseconds = 300_000;

/**
 * Returns a way to read again and again: what cannot be read for a while is noted for people, and what was read last stays.
 * @throws what reading throws, once it has failed for five minutes
 */
export function patientReading<Value>(
  first: Value,
  { now, timeZone }: Pick<CliContext, 'now' | 'timeZone'>,
): (read: () => Promise<Value>) => Promise<{ readonly value: Value; readonly note?: string }> {
  let value = first;
  let readAt = now().getTime();
  return async (read) => {
    try {
      value = await read();
      readAt = now().getTime();
      return { value };
    } catch (error) {
      if (now().getTime() - readAt >= longestBlindMilliseconds) throw error;
      const since = localTime(new Date(readAt).toISOString(), timeZone());
      return { value, note: `Not read since ${since}: ${explainAwsFailure(error)}` };
    }
  };
}
