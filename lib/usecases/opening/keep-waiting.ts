import { createHash } from 'node:crypto';
import type { Part } from '../../ports/world.ts';
import type { WaitingRequest } from '../../ports/waiting.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { askedFor } from './push-order.ts';
import { fewAtOnce } from '../ownership/few-at-once.ts';
import { messageOf } from '../../specification/text/message-of.ts';

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
  const at = new Date(askedFor(waiting.request.pushedAt ?? waiting.request.askedAt, startedAt)).toISOString();
  const { refused, replaced } = await store.putWaiting({ id, at, ...waiting });
  if (refused !== undefined) {
    throw new Refusal(`${refused.request.image} was asked for later and waits for ${refused.behind} already.`);
  }
  return replaced === undefined ? '' : `, in place of ${replaced.request.image}`;
}

/** The requests that wait, and the services of which it could not be read whether one does. */
export interface AllWaiting {
  /** In the order in which they were asked for. */
  readonly waiting: readonly WaitingRequest[];
  /** By service, why. */
  readonly unread: ReadonlyMap<string, string>;
}

/** Returns the requests of all services that wait; one that cannot be read hides none of the others. */
export async function allWaiting({
  store,
}: {
  readonly store: Pick<Part<'store'>['store'], 'services' | 'waiting'>;
}): Promise<AllWaiting> {
  const services = await store.services();
  const unread = new Map<string, string>();
  const found = (await fewAtOnce(services, (service) => store.waiting(service))).map((one, index) => {
    if (one.status === 'fulfilled') return one.value;
    unread.set(services[index] ?? '', messageOf(one.reason));
    return undefined;
  });
  const waiting = found.flatMap((one) => one ?? []).toSorted((one, other) => one.at.localeCompare(other.at));
  return { waiting, unread };
}
