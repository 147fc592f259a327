import * as z from 'zod';

/** Parts of many schemas. They are shared: each schema that is made costs the start of a function about 0.1 ms. */
export const text = z.string();
export const number = z.number();
export const int = z.int();
export const flag = z.boolean();
export const optionalText = text.optional();
export const optionalNumber = number.optional();
export const optionalFlag = flag.optional();

/** A slot of the service, by the spec's name for it. */
export const slotName = z.enum(['a', 'b']);

/** A time, ISO 8601 in UTC. */
export const time = z.iso.datetime();

export const texts = z.array(text).readonly();

/** An image as a rollout pins it. */
export const pinnedImage = z
  .object({
    /** `registry/repository`, without tag and digest. */
    repositoryUri: text,
    digest: text,
    /** The tag that was asked for; absent where a digest was. */
    tag: optionalText,
  })
  .readonly();
export type PinnedImage = z.output<typeof pinnedImage>;

const routingActions = z.array(z.record(text, z.unknown()).readonly()).readonly();

const restored = { kind: z.enum(['rule', 'listener']), arn: text, actions: routingActions };

/** What a rule or listener looked like before the first shift: enough to put it back whole. */
export const restoreItem = z
  .object({
    ...restored,
    /** To see whether others change the rule meanwhile; a rollback leaves them alone. */
    conditions: routingActions.optional(),
    priority: optionalText,
  })
  .readonly();
export type RestoreItem = z.output<typeof restoreItem>;

/** A rule or listener as others have changed it since. */
export const refreshedItem = z.object(restored).readonly();

/** What a check came to. `unknown`: it could not find out, which is never `passed`. */
const checkOutcome = z.enum(['passed', 'failed', 'warned', 'skipped', 'unknown']);

/** What one check before a rollout found. */
export const checkResult = z
  .object({
    name: text,
    /** Of a check that found nothing wrong, or did not apply. */
    passed: flag,
    /** More than `passed` says; absent in older records. */
    result: checkOutcome.optional(),
    /** How to put right what did not pass. */
    fix: optionalText,
    milliseconds: optionalNumber,
    /** The check does not count for this rollout, by a person of the spec. */
    waived: z.object({ by: text, reason: text, until: text }).readonly().optional(),
    saw: text,
    expected: text,
    /** Blue answered the health request: it may be judged by it after a rollback. */
    answered: optionalFlag,
    /** Blue did not answer with 2xx, but as the matcher of its target group takes for healthy: this matcher. */
    accepts: optionalText,
  })
  .readonly();
export type CheckResult = z.output<typeof checkResult>;

export const verdict = z.enum(['pass', 'hold', 'fail']);

/** What one gate said at one evaluation, as it is kept with the rollout. */
export const recordedJudgement = z
  .object({
    gate: text,
    outcome: verdict,
    green: optionalNumber,
    blue: optionalNumber,
    requests: number,
    pass: number,
    abort: number,
    /** Unit of green, blue and the limits; a share is 0..1. Absent in older records. */
    unit: z.enum(['share', 'seconds', 'count']).optional(),
    /** Where more of it is better: the limits are floors. */
    better: z.literal('higher').optional(),
    sure: optionalNumber,
    reason: text,
    /** What it would take to decide. */
    needs: optionalText,
    /** The hold is a person's to decide. */
    afterHold: z.literal('ask').optional(),
    /** Judged and shown, never acted on. */
    dryRun: optionalFlag,
  })
  .readonly();
export type RecordedJudgement = z.output<typeof recordedJudgement>;

/** A rollout that is itself a rollback: to the former version while its slot is kept, or to an earlier one of the record. */
export const requestedRollback = z.discriminatedUnion('to', [
  z
    .object({
      to: z.literal('kept'),
      reason: text,
      /** The rollout whose retention ends. */
      of: text,
    })
    .readonly(),
  z
    .object({
      to: z.literal('version'),
      reason: text,
      /** The rollout whose record shows that the version served; absent in older records. */
      of: optionalText,
      /** The emergency that brings it back: what serves can serve nobody. */
      emergency: optionalText,
    })
    .readonly(),
]);
export type RequestedRollback = z.output<typeof requestedRollback>;
