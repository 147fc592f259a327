import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../local/process/error-code.ts';

/** Against hanging, not a measure of speed; a little less than a test has, so that what was waited for is named. */
export const longestWaitSeconds = 100;

/**
 * Waits until a condition holds, asking every 25 ms.
 * @throws where it does not hold after `seconds`
 */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = longestWaitSeconds,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`after ${seconds} s still not: ${what}`);
    await sleep(25);
  }
}

/** Whether a process runs; one that has ended but was not yet collected by its parent does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
