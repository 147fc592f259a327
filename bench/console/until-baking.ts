import { setTimeout as sleep } from 'node:timers/promises';
import { sample } from '../../local/sample/sample-names.ts';
import type { LocalStack } from '../../local/stack/local-stack.ts';

const longestMs = 240_000;

/**
 * Waits until a rollout that is newer than another one bakes; returns its id.
 * @throws Error after four minutes
 */
export async function untilBaking({ clients }: LocalStack, before: string | undefined): Promise<string> {
  const deadline = performance.now() + longestMs;
  while (performance.now() < deadline) {
    await sleep(200);
    const newest = (await clients.store.list(sample.service, 1))[0]?.rolloutId;
    if (newest === undefined || newest === before) continue;
    const stored = await clients.store.load(newest);
    if (stored?.state.phase === 'baking') return newest;
  }
  throw new Error('No rollout bakes; see .sluice/logs.');
}
