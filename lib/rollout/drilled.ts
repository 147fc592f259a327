import * as z from 'zod';
import { drillKinds } from '../specification/drills.ts';
import { flag, number, optionalNumber, text } from './event-shapes.ts';

/** What a drill came to, as events and states keep it. Milliseconds count from the decision to go back. */
export const drilledFields = {
  kind: z.enum(drillKinds),
  /** It went the way that it was ordered to, and all traffic is back. */
  passed: flag,
  /** Why it went back. */
  reason: text,
  /** Percent that green had at most, and for how long until the decision. */
  weight: number,
  seconds: optionalNumber,
  /** Until all rules were at blue 100, read back; absent where green never had traffic. */
  acceptedMilliseconds: optionalNumber,
  /** Until blue was verified, green removed, and the lock about to be released. */
  wholeMilliseconds: number,
};
export const drilled = z.object(drilledFields).readonly();
export type Drilled = z.output<typeof drilled>;
