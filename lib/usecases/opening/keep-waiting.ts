import { createHash } from 'node:crypto';
import type { Part } from '../../ports/world.ts';
import type { WaitingRequest } from '../../ports/waiting.ts';
import { Refusal } from '../../rollout/refusal.ts';

/** The execution that asked. */
interface Asking {
  readonly executionArn: string;
  readonly startedAt: string;
}

/**
 * Lets the request of an execution wait: of each service the newest does.
 * @returns `, in place of 411-3c9e1f0`, the end of a sentence; empty where none waited
 * @throws Refusal where one that was asked for later waits already
 */
export async function keepWaiting(
  waiting: Omit<WaitingRequest, 'id' | 'at'>,
  { executionArn, startedAt }: Asking,
  { store }: Part<'store'>,
): Promise<string> {
  const id = createHash('sha256').update(executionArn).digest('hex').slice(0, 16);
  const at = new Date(waiting.request.pushedAt ?? startedAt).toISOString();
  const { refused, replaced } = await store.putWaiting({ id, at, ...waiting });
  if (refused !== undefined) {
    throw new Refusal(`${refused.request.image} was asked for later and waits for ${refused.behind} already.`);
  }
  return replaced === undefined ? '' : `, in place of ${replaced.request.image}`;
}

/** Returns the requests of all services that wait, in the order in which they were asked for. */
export async function allWaiting({
  store,
}: {
  readonly store: Pick<Part<'store'>['store'], 'services' | 'waiting'>;
}): Promise<readonly WaitingRequest[]> {
  const found = await Promise.all((await store.services()).map((service) => store.waiting(service)));
  return found.flatMap((one) => one ?? []).toSorted((one, other) => one.at.localeCompare(other.at));
}
