import * as z from 'zod';
import { type NotYet, sentRequests } from '../../checks/answers/verification.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { defaultVerifySeconds } from '../../specification/verify.ts';

/** After so long without a good evaluation the answers are not those of a rule that is late: AWS names some 10 s. */
const badSeconds = 60;

/** How far the evaluations of one verification are; the state machine keeps it from one to the next. */
export const verifyProgress = z.object({
  /** When the rule was there first. */
  since: z.iso.datetime(),
  /** The last evaluation that was good, or `since`. */
  goodAt: z.iso.datetime(),
  /** Requests whose count is waited for. */
  sent: sentRequests.nullable(),
  /** Looks at which green itself answered badly. */
  bad: z.int().min(0),
  /** What was lacking at the last evaluation that could tell. */
  lacking: z.string().optional(),
});
export type VerifyProgress = z.output<typeof verifyProgress>;

/** Returns how far a verification is after an evaluation that has not ended it. */
export function nextProgress(progress: VerifyProgress, found: NotYet, now: Date): VerifyProgress {
  const { lacking, isPending, isGood, isGreens, sent = null } = found;
  return {
    since: progress.since,
    goodAt: isGood === true ? now.toISOString() : progress.goodAt,
    sent,
    bad: progress.bad + (isGreens === true ? 1 : 0),
    lacking: (isPending === true ? (progress.lacking ?? lacking) : lacking).slice(0, 1000),
  };
}

/** Returns the reason to end the verification; `undefined` where it goes on. */
export function whyToEnd(
  { since, goodAt, bad, lacking = '' }: VerifyProgress,
  { isGood }: NotYet,
  { spec }: RolloutState,
  now: Date,
): string | undefined {
  const secondsSince = (at: string) => (now.getTime() - Date.parse(at)) / 1000;
  // The second evaluation is there for a green that was disturbed at the first.
  if (bad > 1 || (isGood !== true && secondsSince(goodAt) > badSeconds))
    return `Green did not answer well at ${lacking}`;
  const most = spec.timeouts.verifyGreen ?? defaultVerifySeconds;
  if (secondsSince(since) <= most) return undefined;
  return `Nothing proved within ${most} s that green answered (timeouts.verifyGreen): ${lacking}`;
}
