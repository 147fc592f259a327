import * as z from 'zod';
import { texts } from './event-shapes.ts';

/**
 * How far it is known who requested a rollout. Absent in older records, and where the text of `requestedBy` names them.
 * `sought`: a push, whose principal the account's event history may tell some minutes later.
 */
export const requester = z.discriminatedUnion('standing', [
  z
    .object({
      standing: z.literal('named'),
      /** Everything that the requester is known by besides `requestedBy`: a mail address, `github:ana`, the ARN of a principal. */
      identities: texts,
    })
    .readonly(),
  z
    .object({
      standing: z.literal('sought'),
      /** When the search ends, ISO 8601. */
      until: z.string(),
    })
    .readonly(),
  z
    .object({
      standing: z.literal('unknown'),
      /** Why, as the end of a sentence. */
      why: z.string(),
      /** Who it may be: in doubt these people requested it. */
      identities: texts.optional(),
    })
    .readonly(),
]);
export type Requester = z.output<typeof requester>;

/** What an execution may be told about its requester besides a text: what CI's event proved, or an earlier attempt knew. */
export const givenRequester = z.discriminatedUnion('standing', [
  z.strictObject({
    standing: z.literal('named'),
    identities: z.array(z.string().min(1).max(300)).max(10).readonly(),
  }),
  z.strictObject({
    standing: z.literal('unknown'),
    why: z.string().min(1).max(600),
    identities: z.array(z.string().min(1).max(300)).max(10).readonly().optional(),
  }),
]);
