import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceDeployment } from '../model.ts';

/** How often a stage looks whether what it waits for is there. */
export const paceMs = 25;

/** Waits until something holds. @throws AbortError where the deployment ends meanwhile */
export async function until(deployment: ServiceDeployment, holds: () => boolean): Promise<void> {
  while (!holds()) await wait(deployment, paceMs);
}

/** Waits for some milliseconds. @throws AbortError where the deployment ends meanwhile */
export async function wait({ stop }: ServiceDeployment, ms: number): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal: stop.signal });
  stop.signal.throwIfAborted();
}
