import * as z from 'zod';

/** A number as a driver gives it: of PostgreSQL's `bigint` a text. */
export const whole = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** A truth as a driver gives it: of MySQL a number. */
export const truth = z.union([z.boolean(), z.number().transform((value) => value !== 0)]);

/** The row of a query of migrations. */
export const migrationRow = z.object({ applied: whole, failed: whole });

/** Returns digits and dots at the start of what a server calls its version. */
export function versionIn(text: string): string {
  return /^[\d.]{1,40}/.exec(text)?.[0] ?? '';
}
