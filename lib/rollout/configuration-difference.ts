import * as z from 'zod';
import { number, optionalText, text } from './event-shapes.ts';

/**
 * One thing that green gets otherwise than blue: without `from` it is new, without `to` it is gone. Of `definition`: anything of
 * the task definition but the variables of the container that is rolled out, by its path.
 */
export const configurationChange = z
  .object({
    kind: z.enum(['environment', 'secret', 'definition']),
    name: text,
    from: optionalText,
    to: optionalText,
  })
  .readonly();
export type ConfigurationChange = z.output<typeof configurationChange>;

/** What differs, as far as a record has room for it. */
export const configurationDifference = z
  .object({
    changes: z.array(configurationChange).readonly(),
    /** How many more there are. */
    more: number,
  })
  .readonly();
export type ConfigurationDifference = z.output<typeof configurationDifference>;
