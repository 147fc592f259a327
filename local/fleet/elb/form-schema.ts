import * as z from 'zod';

/** Leaves of the query protocol are strings; what follows reads the other types from them. */
const wholeNumber = z
  .string()
  .regex(/^-?\d+$/, 'Member must be a whole number')
  .transform(Number);

/** AWS takes whole seconds; fractions are accepted here so that tests and demos need not wait. */
export const seconds = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'Member must be a number of seconds')
  .transform(Number);

export const flag = z.enum(['true', 'false'], 'Member must be true or false').transform((value) => value === 'true');

/** A whole number within bounds, refused in AWS's words. */
export function wholeBetween(least: number, most: number) {
  return wholeNumber.pipe(
    z
      .number()
      .min(least, `Member must have value greater than or equal to ${least}`)
      .max(most, `Member must have value less than or equal to ${most}`),
  );
}

/** The SDK writes an empty list as an empty string. */
export function listOf<T extends z.ZodType>(member: T) {
  return z.preprocess((value) => (value === '' ? [] : value), z.array(member, 'Member must not be null'));
}

export const tagList = listOf(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256).optional() }));
export type TagList = z.output<typeof tagList>;

export const keyValueList = listOf(z.object({ Key: z.string(), Value: z.string() }));
