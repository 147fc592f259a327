import * as z from 'zod';
import type { RolloutEvent } from '../../rollout/events.ts';

/** Asked for by the rule that leads to the slot that is verified, and by nothing else. */
export const verifyHeader = 'x-sluice-verify';

/** Requests that were answered, and the periods that they lie in, in seconds since the epoch. */
export const sentRequests = z.object({
  from: z.int(),
  to: z.int(),
  requests: z.int().min(1),
  /** The last good answer; absent where none was. */
  good: z.object({ status: z.int(), milliseconds: z.number() }).optional(),
  /** The last answer that was not good, in words; absent where all were. */
  said: z.string().optional(),
});
export type Sent = z.output<typeof sentRequests>;

/** An evaluation that has not verified green. */
export interface NotYet {
  readonly outcome: 'notYet';
  /** What is lacking, in words: the reason if nothing better comes. */
  readonly lacking: string;
  /** What an earlier evaluation found lacking says more: this one has only begun something. */
  readonly isPending?: boolean | undefined;
  /** Green itself gave a bad answer. */
  readonly isGreens?: boolean | undefined;
  /** The answers were good, only not known to be green's. */
  readonly isGood?: boolean | undefined;
  /** Requests whose count is waited for. */
  readonly sent?: Sent | null | undefined;
  /** Seconds until another evaluation makes sense; by default the machine's usual pause. */
  readonly waitSeconds?: number | undefined;
}

/** What one evaluation of green found. */
export type Found =
  { readonly outcome: 'verified'; readonly event: Extract<RolloutEvent, { type: 'GreenVerified' }> } | NotYet;
