import * as z from 'zod';

/**
 * One thing that green gets otherwise than blue: without `from` it is new, without `to` it is gone. Of `definition`: anything of
 * the task definition but the variables of the container that is rolled out, by its path.
 */
export const configurationChange = z
  .object({
    kind: z.enum(['environment', 'secret', 'definition']),
    name: z.string(),
    from: z.string().optional(),
    to: z.string().optional(),
  })
  .readonly();
export type ConfigurationChange = z.output<typeof configurationChange>;

/** What differs, as far as a record has room for it. */
export const configurationDifference = z
  .object({
    changes: z.array(configurationChange).readonly(),
    /** How many more there are. */
    more: z.number(),
  })
  .readonly();
export type ConfigurationDifference = z.output<typeof configurationDifference>;
