import * as z from 'zod';
import { shareOf } from '../rollout/pairs.ts';
import type { RolloutState } from '../rollout/state.ts';
import { ownedInput } from './owned-rollout.ts';
import type { Part } from './world.ts';

/** What a state that looks again and again is told: when it looked first, or that this is the first time. */
export const rollbackLookInput = ownedInput.extend({ since: z.union([z.literal('now'), z.iso.datetime()]) });
export type RollbackLookInput = z.output<typeof rollbackLookInput>;

/** After so long a look ends the attempt; a later one may be started. */
const patienceSeconds = 600;

/** What the state machine waits between two looks. */
export const pauseSeconds = 5;

/** A rule that was restored and read back may be described as it was for some seconds; what it says later, somebody wrote. */
const staleSeconds = 30;

interface LookTime {
  /** When the first look of this attempt was. */
  readonly since: Date;
  /** There is no time for another one. */
  readonly isOver: boolean;
  /** The restoration is so long ago that every look shows it. */
  readonly isSettled: boolean;
}

/** How far the looks of this attempt are. */
export function lookTime({ since }: RollbackLookInput, now: Date): LookTime {
  const first = since === 'now' ? now : new Date(since);
  const seconds = (now.getTime() - first.getTime()) / 1000;
  return { since: first, isOver: seconds > patienceSeconds, isSettled: seconds > staleSeconds };
}

/** A rule that sends something to another slot than blue, in words; `undefined` where none does. */
export async function strayRule(state: RolloutState, { router }: Part<'router'>): Promise<string | undefined> {
  const stray = (await router.read(state.spec.traffic)).find(({ weights }) => shareOf(state, weights) !== 0);
  return stray && `${stray.arn} was changed after the restoration: it has ${JSON.stringify(stray.weights)}`;
}
