import * as z from 'zod';
import { requester } from '../rollout/requester.ts';
import { onFailureKinds } from './release-spec.ts';

/**
 * Where a member stands: `waiting` has not begun, `begun` rolls out, `serves` has finished and keeps its former version, `unchanged`
 * served its image already. `returning` goes back to its former version and `back` has returned; `failed` is on its former version by itself.
 * `skipped` does not begin any more, `stuck` could not go back.
 */
const memberStatus = z.enum([
  'waiting',
  'begun',
  'serves',
  'unchanged',
  'returning',
  'back',
  'failed',
  'skipped',
  'stuck',
]);

/** How a member goes back: its rollout is rolled back by itself, or for the release; to the kept version; or others did it. */
const howBack = z.enum(['itself', 'abort', 'toKept', 'byOthers']);

/** Fields of a member that its release opens with. */
const memberFacts = {
  service: z.string(),
  /** The digest that it gets, and a tag for people. */
  digest: z.string(),
  tag: z.string().optional(),
  after: z.array(z.string()).readonly(),
  needs: z.record(z.string(), z.string()).readonly(),
};

const member = z
  .object({
    ...memberFacts,
    standing: memberStatus,
    /** When it came to stand so, ISO 8601. */
    since: z.string(),
    /** Name of the execution that was started last for it. */
    execution: z.string().optional(),
    /** The rollout that brings its new version. */
    rolloutId: z.string().optional(),
    wayBack: howBack.optional(),
    /** The rollout that others go back with. */
    others: z.string().optional(),
    /** How often its return to the kept version was begun. */
    attempt: z.number().optional(),
    /** Why it has not begun yet, and since when. */
    held: z.object({ reason: z.string(), since: z.string() }).readonly().optional(),
    /** Why it failed, is stuck or does not begin. */
    reason: z.string().optional(),
  })
  .readonly();

/** What a failure, or a person, has decided: no further member begins; those under way go back, too; all go back. */
const direction = z.enum(['stop', 'abort', 'rollBackAll']);

const failure = z
  .object({ direction, by: z.string(), reason: z.string(), service: z.string().optional(), at: z.string() })
  .readonly();

/** What became of a release. `partly`: some members failed, the others serve. `incomplete`: a member could not go back. */
const outcome = z.enum(['succeeded', 'stopped', 'rolledBack', 'partly', 'incomplete']);

/** Fields of a release from its opening on. */
export const releaseFacts = {
  releaseId: z.string(),
  release: z.string(),
  onFailure: z.enum(onFailureKinds),
  requestedBy: z.string(),
  requester: requester.optional(),
  reason: z.string().optional(),
  traceId: z.string(),
  executionArn: z.string(),
};

/** What is true of a release after its events so far. */
export const releaseState = z
  .object({
    schema: z.literal(1),
    ...releaseFacts,
    openedAt: z.string(),
    members: z.array(member).readonly(),
    failure: failure.optional(),
    outcome: outcome.optional(),
    endedAt: z.string().optional(),
  })
  .readonly();

export type ReleaseState = z.output<typeof releaseState>;
export type ReleaseMember = ReleaseState['members'][number];
export type MemberStatus = ReleaseMember['standing'];
export type Direction = NonNullable<ReleaseState['failure']>['direction'];
export type ReleaseOutcome = NonNullable<ReleaseState['outcome']>;

/** What a member is when a release opens. */
export const openingMember = z
  .object({
    ...memberFacts,
    /** Whether it serves its image already. */
    unchanged: z.boolean(),
  })
  .readonly();

export const directions = direction.options;
export const returnsOfMember = howBack.options;
export const outcomes = outcome.options;

/** Returns a member of a release; one that is no member is a mistake of the caller. */
export function memberOf({ members, releaseId }: ReleaseState, service: string): ReleaseMember {
  const found = members.find((one) => one.service === service);
  if (found === undefined) throw new Error(`${service} is no member of ${releaseId}.`);
  return found;
}
