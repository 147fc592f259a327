import * as z from 'zod';
import { optionalText, text } from '../rollout/event-shapes.ts';
import { incidentLevels } from '../specification/incident.ts';

/** Characters of a note or a status update, at most. */
export const longestSaid = 2000;
/** Characters of a reason, at most. */
export const longestReason = 600;

const said = z.string().trim().min(1).max(longestSaid);
const level = z.enum(incidentLevels);
/** Names an order: one that comes twice is carried out once. */
const key = z
  .string()
  .regex(/^(?!(?:command|silence|overdue|raised|cause)-)[a-z0-9-]{1,80}$/, 'expected the key of an order');

/** What a person, or another part of the product, wants of the incident of a service. */
export const incidentDeed = z.discriminatedUnion('wanted', [
  z.strictObject({
    wanted: z.literal('open'),
    level,
    reason: z.string().trim().min(1).max(longestReason),
    /** What it is opened for, such as an emergency by its id; each counts once. `person` where a person does. */
    cause: z.string().regex(/^[a-z][a-z0-9-]{0,120}$/, 'expected the name of a cause'),
    /** People are paged by something else already. */
    quiet: z.literal(true).optional(),
  }),
  /** To command it, or to hand it to somebody. */
  z.strictObject({ wanted: z.literal('take'), to: z.string().trim().min(1).max(200).optional() }),
  z.strictObject({ wanted: z.literal('note'), key, text: said, followUp: z.literal(true).optional() }),
  z.strictObject({
    wanted: z.literal('update'),
    key,
    text: said,
    level: level.optional(),
    restored: z.literal(true).optional(),
  }),
  z.strictObject({ wanted: z.literal('close'), reason: z.string().trim().min(1).max(longestReason) }),
]);
export type IncidentDeed = z.output<typeof incidentDeed>;

/** Who calls, as AWS verified it, and what they say of themselves. */
const calling = z
  .object({
    as: optionalText,
    user: text,
    caller: z.object({ principal: text, standing: z.enum(['one', 'shared', 'unread']), why: text }).readonly(),
  })
  .readonly();

export const incidentOrder = z
  .object({
    service: text,
    deed: incidentDeed,
    /** The caller of the command line; absent where Sluice opens one by itself, as the spec of the service allows. */
    calling: calling.optional(),
    /** A person of the spec whom an issuer of identities vouched for, on the page of the incident. */
    signedIn: z
      .object({
        name: text,
        /** The incident, its commander and its level as the page showed them, `number.reopened.nth.level`: nothing is done to what came later. */
        seen: optionalText,
      })
      .readonly()
      .optional(),
  })
  .readonly();
export type IncidentOrder = z.output<typeof incidentOrder>;

/** What became of an order. */
export const orderedIncident = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('done'),
    by: text,
    number: z.int(),
    /** It was open already. */
    joined: z.boolean().optional(),
    /** What people read of it. */
    said: text,
  }),
  z.object({ outcome: z.literal('refused'), reason: text }),
]);
export type OrderedIncident = z.output<typeof orderedIncident>;
