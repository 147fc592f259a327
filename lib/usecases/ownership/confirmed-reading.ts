import type { Part } from '../../ports/world.ts';

/** Descriptions of AWS may be some seconds behind: one reading alone decides nothing that cannot be taken back. */
const readings = 3;
const pauseMilliseconds = 1_500;

/**
 * Reads until a reading gives no cause for alarm, three times at most over 3 s, and returns the last one.
 * @param isAlarming whether a reading would end the rollout
 */
export async function confirmedReading<T>(
  read: () => Promise<T>,
  isAlarming: (reading: T) => boolean,
  { sleep }: Part<'sleep'>,
): Promise<T> {
  let reading = await read();
  for (let more = readings - 1; more > 0 && isAlarming(reading); more -= 1) {
    await sleep(pauseMilliseconds);
    reading = await read();
  }
  return reading;
}
