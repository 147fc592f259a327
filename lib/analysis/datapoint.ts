import * as z from 'zod';

/** What one slot showed in one period. A missing key is a missing datapoint, never a zero. */
const datapoint = z.partialRecord(z.string(), z.number()).readonly();
export type Datapoint = z.output<typeof datapoint>;

/** Both slots in the same period, so that what hits both can be told from what green alone does. */
export const periodOfBoth = z
  .object({
    /** Start of the period, in seconds since the epoch. */
    at: z.number(),
    /** Percent of the traffic that green was given during the whole period; 0 before the first shift. */
    weight: z.number(),
    blue: datapoint,
    green: datapoint,
  })
  .readonly();
export type PeriodOfBoth = z.output<typeof periodOfBoth>;
