import { ConcurrentWrite, StaleWrite } from '../../ports/rollout-store.ts';

/**
 * Reads and writes anew where another writer was first.
 * @param mostTries how often it is tried in all
 * @param attempt reads what is there by now, and writes under the condition that it still is
 * @throws StaleWrite where others were first each time; whatever else an attempt throws, at once
 */
export function againWhenStale<T>(mostTries: number, attempt: () => Promise<T>): Promise<T> {
  return againWhen(StaleWrite, mostTries, attempt);
}

/**
 * Reads and writes anew where another writer was first who took nothing over.
 * @param mostTries how often it is tried in all
 * @param attempt reads what is there by now, and writes under the condition that it still is
 * @throws ConcurrentWrite where others were first each time; whatever else an attempt throws, at once
 */
export function againWhenConcurrent<T>(mostTries: number, attempt: () => Promise<T>): Promise<T> {
  return againWhen(ConcurrentWrite, mostTries, attempt);
}

async function againWhen<T>(
  kind: typeof StaleWrite | typeof ConcurrentWrite,
  mostTries: number,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof kind) || tries === mostTries) throw error;
    }
  }
}
