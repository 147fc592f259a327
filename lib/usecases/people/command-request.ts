import * as z from 'zod';
import { taskDefinitionArn } from '../../specification/task-definition-base.ts';
import { emergencyParts } from '../../specification/emergency.ts';
import { calendarDays } from '../../specification/calendar-days.ts';
import { startPresets } from '../../rollout/hotfix.ts';
import { drillKinds } from '../../specification/drills.ts';
import { longestFile } from '../../specification/longest-file.ts';

const text = (most: number) => z.string().min(1).max(most);
const rollout = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'expected the id of a rollout');
const service = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected the name of a service');
/** Of an execution: a command that is sent twice starts one. */
const execution = z.string().regex(/^(?:cli|cli-rb|reconcile)-[a-z0-9-]{1,70}$/, 'expected the name of an execution');

const who = {
  /** A person of the spec, where the caller names one. */
  as: text(200).optional(),
  /** What the caller's machine calls them. */
  user: text(200),
};
const reason = text(600);

const answer = z.strictObject({ command: z.enum(['approve', 'reject']), rollout, reason: reason.optional(), ...who });
const told = z.strictObject({
  command: z.enum(['pause', 'resume', 'promote', 'promoteFully', 'override', 'abort', 'retry']),
  rollout,
  reason: reason.optional(),
  ...who,
});
/** Approves alone in an emergency, or reviews that. */
const glass = z.strictObject({ command: z.enum(['breakGlass', 'review']), rollout, reason, ...who });
/** Rules that somebody wrote without Sluice, as the file of `rollback --direct` or CloudTrail tells it. */
const directUse = z.strictObject({
  command: z.literal('directUse'),
  rollout,
  reason,
  use: z.strictObject({
    at: z.iso.datetime(),
    actor: text(300),
    source: z.enum(['file', 'cloudtrail']),
    rules: z
      .array(z.strictObject({ arn: text(300), saw: text(300).optional() }))
      .min(1)
      .max(50),
    restored: z.boolean().optional(),
    why: text(600).optional(),
  }),
  ...who,
});
const close = z.strictObject({
  command: z.literal('close'),
  rollout,
  reason,
  /** What the rules have, and who could serve, as the caller saw it. */
  traffic: z.array(text(600)).max(50),
  ...who,
});
const take = z.strictObject({ command: z.literal('take'), rollout, note: text(1000).optional(), ...who });
const apply = z.strictObject({
  command: z.literal('apply'),
  spec: text(longestFile),
  /** Of the calendar files that lie beside it. */
  calendarDays: calendarDays.optional(),
  ...who,
});
const start = z.strictObject({
  command: z.literal('start'),
  service,
  execution,
  image: text(600).optional(),
  sameImage: z.literal(true).optional(),
  taskDefinition: z.string().regex(taskDefinitionArn, 'expected the ARN of a task definition').optional(),
  reason: reason.optional(),
  rollback: z.strictObject({ to: z.enum(['kept', 'version']), reason }).optional(),
  /** It goes another way than its spec says for any other rollout; it needs a reason. */
  preset: z.enum(startPresets).optional(),
  /** A rehearsal with the version that serves. */
  drill: z.enum(drillKinds).optional(),
  givesUpKept: z.literal(true).optional(),
  ...who,
});
const reconcile = z.strictObject({
  command: z.literal('reconcile'),
  service,
  execution,
  image: text(600),
  ...who,
});

/** Brings what another stage attested of images of a service. */
const attest = z.strictObject({
  command: z.literal('attest'),
  service,
  envelopes: z.array(text(20_000)).min(1).max(20),
  ...who,
});

const releaseId = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'expected the id of a release');
/** Opens a release under the name of its execution: a command that is sent twice opens one. What is in it the machine checks. */
const startRelease = z.strictObject({
  command: z.literal('startRelease'),
  releaseId,
  release: z.record(z.string(), z.unknown()),
  images: z.record(z.string(), text(600)).optional(),
  reason: reason.optional(),
  ...who,
});
const tellRelease = z.strictObject({
  command: z.enum(['abortRelease', 'rollBackRelease']),
  releaseId,
  execution: z.string().regex(/^told-[a-z0-9-]{1,74}$/, 'expected the name of an execution'),
  reason,
  ...who,
});

/** Puts the maintenance page up, or takes it down. */
const maintenance = z.strictObject({
  command: z.enum(['maintenanceOn', 'maintenanceOff']),
  service,
  reason,
  /** It stays until a person ends it. */
  keep: z.literal(true).optional(),
  /** No path stays open, whatever the spec says. */
  closed: z.literal(true).optional(),
  ...who,
});

/** Begins an emergency of a service, or ends one. */
const emergency = z.strictObject({
  command: z.enum(['emergencyBegin', 'emergencyEnd']),
  service,
  reason,
  /** Absent where those of the spec are meant. */
  parts: z.array(z.enum(emergencyParts)).min(1).max(3).optional(),
  ...who,
});

const ofStop = {
  /** Absent where all of the stage is meant. */
  service: service.optional(),
  reason,
  ...who,
};
/** Stops rollouts of a service or of the stage; `until` it ends by itself. */
const freeze = z.strictObject({ command: z.literal('freeze'), until: z.iso.datetime().optional(), ...ofStop });
const thaw = z.strictObject({ command: z.literal('thaw'), ...ofStop });
/** Forgets the request of a service that waits. */
const cancelWaiting = z.strictObject({ command: z.literal('cancelWaiting'), service, ...who });
/** Leads through an incident of a service. What is in the deed its own function checks. */
const incident = z.strictObject({
  command: z.literal('incident'),
  service,
  deed: z.record(z.string(), z.unknown()),
  ...who,
});

/** What a person has the stack do, as it comes to `POST /commands`. */
export const commandRequest = z.discriminatedUnion('command', [
  answer,
  told,
  glass,
  directUse,
  close,
  take,
  apply,
  start,
  reconcile,
  attest,
  startRelease,
  tellRelease,
  maintenance,
  emergency,
  freeze,
  thaw,
  cancelWaiting,
  incident,
]);
export type CommandRequest = z.output<typeof commandRequest>;
export type ApplyRequest = Pick<z.output<typeof apply>, 'spec' | 'calendarDays'>;
export type GlassRequest = z.output<typeof glass>;
export type DirectUseRequest = z.output<typeof directUse>;
export type ToldRequest = z.output<typeof told>;
export type AttestRequest = z.output<typeof attest>;
export type StartRequest = z.output<typeof start> | z.output<typeof reconcile>;

export type StopRequest = z.output<typeof freeze> | z.output<typeof thaw>;
export type WaitingEnd = z.output<typeof cancelWaiting>;
export type EmergencyRequest = z.output<typeof emergency>;
export type IncidentRequest = z.output<typeof incident>;
export type MaintenanceRequest = z.output<typeof maintenance>;
export type ReleaseCommand = z.output<typeof startRelease> | z.output<typeof tellRelease>;

/** What became of a command: done, with what the command line says of it, or refused, with the reason. */
export const commandAnswer = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('done'),
    /** The name that stands in the record. */
    by: z.string(),
    /** ARN of the execution that was started, and whether one was joined that ran already. */
    execution: z.string().optional(),
    joined: z.boolean().optional(),
    /** When a stop began or ended. */
    at: z.string().optional(),
    /** The image of the request that waits no more. */
    image: z.string().optional(),
    /** What was taken. */
    taken: z.array(z.object({ type: z.string(), at: z.string() })).optional(),
    /** The applied version, and whether it is a new one. */
    version: z.number().optional(),
    changed: z.boolean().optional(),
    /** How many attestations were kept, and how many were there already. */
    attested: z.object({ kept: z.number(), known: z.number() }).optional(),
    /** How the maintenance of a service stands, and why it is not yet as ordered. */
    standing: z.enum(['up', 'down', 'ordered']).optional(),
    said: z.string().optional(),
    /** Of the incident. */
    number: z.number().optional(),
    /** The spec waits for approval, as it changes who approves. */
    proposed: z.object({ by: z.string(), until: z.string(), open: z.string(), why: z.string() }).optional(),
  }),
  z.object({ outcome: z.literal('refused'), reason: z.string() }),
]);
export type CommandAnswer = z.output<typeof commandAnswer>;
