import * as z from 'zod';
import { optionalText, text } from '../rollout/event-shapes.ts';
import { emergencyParts } from '../specification/emergency.ts';

/** What a caller of the command line orders. */
export const emergencyOrder = z
  .object({
    service: text,
    wanted: z.enum(['begin', 'end']),
    reason: text,
    /** Absent where those of the spec are meant. */
    parts: z.array(z.enum(emergencyParts)).readonly().optional(),
    /** Who calls, as AWS verified it, and what they say of themselves. */
    calling: z
      .object({
        as: optionalText,
        user: text,
        caller: z.object({ principal: text, standing: z.enum(['one', 'shared', 'unread']), why: text }).readonly(),
      })
      .readonly(),
  })
  .readonly();
export type EmergencyOrder = z.output<typeof emergencyOrder>;

/** What became of an order. */
export const orderedEmergency = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('done'),
    by: text,
    /** ARN of the execution that does it; none where an emergency ends. */
    execution: optionalText,
    /** It was going on already. */
    joined: z.boolean().optional(),
  }),
  z.object({ outcome: z.literal('refused'), reason: text }),
]);
export type OrderedEmergency = z.output<typeof orderedEmergency>;
