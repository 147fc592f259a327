import * as z from 'zod';
import { givenRequester } from '../rollout/requester.ts';
import type { Stop } from './stops.ts';

/** What a rollout is asked for: the input of its execution. */
const rolloutRequest = z
  .object({
    service: z.string(),
    image: z.string(),
    requestedBy: z.string(),
    /** How far the requester is known, where a trigger knows more than the text. */
    requester: givenRequester.optional(),
    reason: z.string().optional(),
    traceId: z.string().optional(),
    taskDefinition: z.string().optional(),
    /** Of a push: when it was, ISO 8601. */
    pushedAt: z.string().optional(),
    /** Of an event of CI: when it was, ISO 8601. */
    askedAt: z.string().optional(),
  })
  .readonly();
export type RolloutRequest = z.output<typeof rolloutRequest>;

/** A request that waits until the running rollout of its service has ended, or until rollouts may start. */
export const waitingRequest = z
  .object({
    /** Made of the execution that asked; the name of the one that will run is made of it. */
    id: z.string(),
    /** When it was pushed or asked for; the newest one waits, ISO 8601. */
    at: z.string(),
    request: rolloutRequest,
    /** The rollout that it waits for. */
    behind: z.string(),
    /** Whether that one is being rolled back for it. */
    supersedes: z.boolean(),
    /** Why it may not start yet, where it waits for a window, or for the end of a freeze or a stop. */
    closed: z.object({ kind: z.string(), reason: z.string(), opensAt: z.string().optional() }).readonly().optional(),
  })
  .readonly();
export type WaitingRequest = z.output<typeof waitingRequest>;

/** One request a service waits, at most. */
export interface WaitingRequests {
  waiting(service: string): Promise<WaitingRequest | undefined>;
  /** Lets a request wait in place of an older one, which is returned; `refused` names a newer one that waits already. */
  putWaiting(
    waiting: WaitingRequest,
  ): Promise<{ readonly replaced?: WaitingRequest | undefined; readonly refused?: WaitingRequest | undefined }>;
  /** Forgets a request if it is still the one that waits. */
  endWaiting(service: string, id: string): Promise<void>;
  /**
   * The same for a person, who is kept for later like the end of a stop; false where it does not wait any more.
   * @throws ConcurrentWrite where others wrote it at the same moment each time
   */
  cancelWaiting(service: string, id: string, ends: Omit<Stop, 'until'>): Promise<boolean>;
}
