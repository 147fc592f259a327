import * as z from 'zod';
import { learned, lesson } from '../analysis/lesson.ts';
import { rolesToApprove } from '../specification/asked-people.ts';
import { drillKinds } from '../specification/drills.ts';
import { incidentLevels } from '../specification/incident.ts';
import { storedSpec } from '../specification/stored-spec.ts';
import { foundAutoscaling } from './autoscaling.ts';
import { configurationDifference } from './configuration-difference.ts';
import { callerFacts, identity } from './decider.ts';
import { drained } from './draining.ts';
import { drilled } from './drilled.ts';
import {
  flag,
  number,
  optionalFlag,
  optionalNumber,
  optionalText,
  pinnedImage,
  refreshedItem,
  restoreItem,
  requestedRollback,
  slotName,
  text,
  texts,
} from './event-shapes.ts';
import { peopleFacts } from './people-state.ts';
import { phase } from './phase.ts';
import { requester } from './requester.ts';
import { askedTask, taskRun } from './task-runs.ts';

/** What is known of a rollout from its opening on: fields of that event, and of the state. */
export const openingFacts = {
  service: text,
  image: pinnedImage,
  requestedBy: text,
  /** How far that is known, where the text does not say it all. */
  requester: requester.optional(),
  /** Why it was asked for, in the words of the requester. */
  why: optionalText,
  /** Of a push: when it was; a late event of an older one is refused. */
  pushedAt: optionalText,
  /** Of an event of CI: when it was; a late one of an older request is refused. */
  askedAt: optionalText,
  traceId: text,
  executionArn: text,
  spec: storedSpec,
  specVersion: number,
  blue: slotName,
  green: slotName,
  blueTaskDefinition: text,
  /** What green's is a copy of, with the new image; absent in older records, where it was blue's. */
  greenBase: optionalText,
  /** What green gets otherwise than blue besides the image. */
  configuration: configurationDifference.optional(),
  /** The image serves already; what is rolled out is the configuration. */
  sameImage: optionalFlag,
  blueCount: number,
  /** What blue's tasks run; absent where ECS did not tell one digest. */
  blueDigest: optionalText,
  restorePlan: z.array(restoreItem).readonly(),
  /** Weights of the steps that the rollout goes without, as the service has too little traffic for them; absent where the traffic was not asked for. */
  leftOut: z.array(z.number()).readonly().optional(),
  /** The service's traffic before it; absent where it was not read. */
  requestsPerSecond: z.number().optional(),
  /** What the gates know from earlier healthy rollouts; absent in older records. */
  learned: learned.optional(),
  /** Set where a person goes back to an earlier version. */
  rollback: requestedRollback.optional(),
  /** The release that it is a part of. */
  release: optionalText,
  /** It is a rehearsal with the version that serves: it goes back from its first step, whatever green does. */
  drill: z.enum(drillKinds).optional(),
  /** It goes another way than its spec says for any other rollout, as a person ordered. */
  preset: z.enum(['hotfix']).optional(),
  /** Which window, freeze or stop would have kept it from opening. */
  closedThen: optionalText,
};

const closing = z
  .object({
    by: text,
    how: identity,
    reason: text,
    at: text,
    /** Set once it is closed. */
    closed: z.literal(true).optional(),
    /** The slot that gets all traffic since then. */
    serves: slotName.optional(),
    /** Sides whose autoscaling the sweep still has to put back. */
    unreleased: z
      .array(z.enum(['blue', 'green']))
      .readonly()
      .optional(),
    ...callerFacts,
  })
  .readonly();

const shift = z.object({ at: text, weight: number }).readonly();

/** The state of a rollout, but for which events happened and what is open; see `state.ts`. */
export const rolloutFacts = z.object({
  schema: z.literal(1),
  rolloutId: text,
  ...openingFacts,
  ...peopleFacts,
  /** Items of the plan that others have changed since, as they were seen last. */
  refreshed: z.array(refreshedItem).readonly().optional(),
  /** Why traffic is not put back for now, and since when. */
  restorationHeld: z
    .object({ since: text, why: z.enum(['blueDown', 'unknown']), attempt: number })
    .readonly()
    .optional(),
  /** What people have heard of others' changes after a restoration. */
  othersChanges: texts.optional(),
  /** Rules as they were before a restoration removed others' changes, until the changes are there again. */
  lost: z.array(refreshedItem).readonly().optional(),
  phase,
  openedAt: text,
  /** What is put back when the rollout ends; absent until it was read. */
  autoscaling: foundAutoscaling.optional(),
  greenTaskDefinition: optionalText,
  /** Blue answered the health request before anything was changed; absent in older records. */
  blueAnswered: optionalFlag,
  /** Statuses besides 2xx that are good answers, as blue gave such a one: the matcher of its target group. */
  answerAccepts: optionalText,
  deploymentId: optionalText,
  provisionedAt: optionalText,
  /** One-off tasks of the spec, each with its newest run. */
  tasks: z.array(taskRun).readonly().optional(),
  /** The decision that a task waits for. */
  askedTask: askedTask.optional(),
  /** Tasks that green was given for the step to come, and since when they are waited for. */
  sizing: z.object({ step: number, count: number, since: text }).readonly().optional(),
  /** Index of the step under way; -1 before the first. */
  step: number,
  /** Percent that green gets. */
  weight: number,
  stepStartedAt: optionalText,
  /** Since when the bake waits for better evidence. */
  heldSince: optionalText,
  /** What others changed and have not put back. */
  interference: z.object({ since: text, changes: text, who: optionalText }).readonly().optional(),
  /** Since when a shift waits for blue to be whole, or for alarms to be quiet. */
  unreadySince: optionalText,
  /** Since when a window, a freeze or a stop keeps it from its next step, and when it is rolled back. */
  calendarHold: z.object({ since: text, kind: text, until: text }).readonly().optional(),
  /** Milliseconds for which it was kept from its steps so before. */
  calendarHeldMs: optionalNumber,
  /** Since when it may go on in spite of what was closed then, as a second person said. */
  calendarOverride: z.object({ by: text, at: text }).readonly().optional(),
  /** Since when its work cannot be done. */
  delay: z.object({ since: text, until: text }).readonly().optional(),
  /** Up to when datapoints are in the record, seconds since the epoch. */
  recordedUntil: optionalNumber,
  /** Every change of green's weight, oldest first. */
  shifts: z.array(shift).readonly(),
  /** Why it was rejected or rolled back. */
  reason: optionalText,
  failedGate: optionalText,
  rollbackSince: optionalText,
  /** When a drill went back as it was ordered to, and what it came to. */
  drillTurnedAt: optionalText,
  drilled: drilled.optional(),
  /** Fence of the last attempt that could not put traffic back. */
  emergencyOf: optionalNumber,
  /** Parts of the rollback whose overrun is in the record. */
  slowParts: texts.optional(),
  /** Executions of the rollback machine that ended too early and are in the record. */
  failedAttempts: texts.optional(),
  closedAt: optionalText,
  /** What this rollout teaches, once it has succeeded. */
  lesson: lesson.optional(),
  /** When the side that was removed was drained. */
  drained: drained.optional(),
  /** What was announced last of weights that were changed after the end, until they are as recorded again. */
  liveWeights: optionalText,
  /** Users get the maintenance page, as a person ordered. */
  maintenance: z.object({ since: text, by: text, keep: flag }).readonly().optional(),
  /** Work of the service that its channels were notified of ahead, until it is withdrawn. */
  planned: z.object({ of: text, image: text, startsAt: text, endsAt: optionalText }).readonly().optional(),
  /** An emergency whose story is in this record, and what of it was recorded already, by key. */
  emergency: z.object({ number, since: text, keys: texts, over: optionalFlag }).readonly().optional(),
  /** An incident whose story is in this record, and what of it was recorded already, by key. */
  incident: z
    .object({ number, reopened: number, level: z.enum(incidentLevels), since: text, keys: texts, closed: optionalFlag })
    .readonly()
    .optional(),
  /** A person closes its rollback as it is, or has closed it. */
  closing: closing.optional(),
  /** Sequence up to which the events carry hashes; absent in rollouts without a chain. */
  chainedTo: optionalNumber,
  /** The record was changed outside of the product; it stays so. */
  altered: z.object({ at: text, what: text }).readonly().optional(),
});
export type RolloutFacts = Readonly<z.output<typeof rolloutFacts>>;

/**
 * Returns whether people have to approve before anything changes, and have not yet. A rollback never waits for approval: it goes
 * only to a version that served, which its opening has proven.
 */
export function needsApproval({
  spec,
  approval,
  rollback,
}: Pick<RolloutFacts, 'spec' | 'approval' | 'rollback'>): boolean {
  if (rollback !== undefined) return false;
  return rolesToApprove(spec.approvals).length > 0 && approval?.grantedAt === undefined;
}
