import * as z from 'zod';
import { ownedInput } from './owned-rollout.ts';

/** What a state that looks again and again is told: when it looked first, or that this is the first time. */
export const rollbackLookInput = ownedInput.extend({ since: z.union([z.literal('now'), z.iso.datetime()]) });
export type RollbackLookInput = z.output<typeof rollbackLookInput>;

/** After so long a look ends the attempt; a later one may be started. */
const patienceSeconds = 600;

/** What the state machine waits between two looks. */
export const pauseSeconds = 5;

/** When the first look of this attempt was, and whether there is time for another one. */
export function lookTime({ since }: RollbackLookInput, now: Date): { readonly since: Date; readonly isOver: boolean } {
  const first = since === 'now' ? now : new Date(since);
  return { since: first, isOver: now.getTime() - first.getTime() > patienceSeconds * 1000 };
}
