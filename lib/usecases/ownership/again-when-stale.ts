import { StaleWrite } from '../../ports/rollout-store.ts';

/**
 * Reads and writes anew where another writer was first.
 * @param mostTries how often it is tried in all
 * @param attempt reads what is there by now, and writes under the condition that it still is
 * @throws StaleWrite where others were first each time; whatever else an attempt throws, at once
 */
export async function againWhenStale<T>(mostTries: number, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StaleWrite) || tries === mostTries) throw error;
    }
  }
}
