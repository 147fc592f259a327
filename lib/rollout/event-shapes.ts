import * as z from 'zod';

/** A slot of the service, by the spec's name for it. */
export const slotName = z.enum(['a', 'b']);

/** A time, ISO 8601 in UTC. */
export const time = z.iso.datetime();

export const texts = z.array(z.string()).readonly();

/** An image as a rollout pins it. */
export const pinnedImage = z
  .object({
    /** `registry/repository`, without tag and digest. */
    repositoryUri: z.string(),
    digest: z.string(),
    /** The tag that was asked for; absent where a digest was. */
    tag: z.string().optional(),
  })
  .readonly();
export type PinnedImage = z.output<typeof pinnedImage>;

const routingActions = z.array(z.record(z.string(), z.unknown()).readonly()).readonly();

const restored = { kind: z.enum(['rule', 'listener']), arn: z.string(), actions: routingActions };

/** What a rule or listener looked like before the first shift: enough to put it back whole. */
export const restoreItem = z
  .object({
    ...restored,
    /** To see whether others change the rule meanwhile; a rollback leaves them alone. */
    conditions: routingActions.optional(),
    priority: z.string().optional(),
  })
  .readonly();
export type RestoreItem = z.output<typeof restoreItem>;

/** A rule or listener as others have changed it since. */
export const refreshedItem = z.object(restored).readonly();

/** What one pre-check found. */
export const checkResult = z
  .object({
    name: z.string(),
    passed: z.boolean(),
    saw: z.string(),
    expected: z.string(),
    /** Blue answered the health request: it may be judged by it after a rollback. */
    answered: z.boolean().optional(),
    /** Blue did not answer with 2xx, but as the matcher of its target group takes for healthy: this matcher. */
    accepts: z.string().optional(),
  })
  .readonly();
export type CheckResult = z.output<typeof checkResult>;

export const verdict = z.enum(['pass', 'hold', 'fail']);

/** What one gate said at one evaluation, as it is kept with the rollout. */
export const recordedJudgement = z
  .object({
    gate: z.string(),
    outcome: verdict,
    green: z.number().optional(),
    blue: z.number().optional(),
    requests: z.number(),
    pass: z.number(),
    abort: z.number(),
    /** Unit of green, blue and the limits; a share is 0..1. Absent in older records. */
    unit: z.enum(['share', 'seconds', 'count']).optional(),
    /** Where more of it is better: the limits are floors. */
    better: z.literal('higher').optional(),
    sure: z.number().optional(),
    reason: z.string(),
    /** What it would take to decide. */
    needs: z.string().optional(),
    /** The hold is a person's to decide. */
    afterHold: z.literal('ask').optional(),
    /** Judged and shown, never acted on. */
    dryRun: z.boolean().optional(),
  })
  .readonly();
export type RecordedJudgement = z.output<typeof recordedJudgement>;

/** A rollout that is itself a rollback: to the former version while its slot is kept, or to an earlier one of the record. */
export const rollbackMark = z.discriminatedUnion('to', [
  z
    .object({
      to: z.literal('kept'),
      reason: z.string(),
      /** The rollout whose retention ends. */
      of: z.string(),
    })
    .readonly(),
  z
    .object({
      to: z.literal('version'),
      reason: z.string(),
      /** The rollout whose record shows that the version served; absent in older records. */
      of: z.string().optional(),
    })
    .readonly(),
]);
export type RollbackMark = z.output<typeof rollbackMark>;
