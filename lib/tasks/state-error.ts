import * as z from 'zod';

/** What a state machine caught. */
export const stateError = z.object({ Error: z.string().default('unknown error'), Cause: z.string().default('') });

/** Lambda puts the error's message into a JSON document; other services say it in plain words. */
export function readableError({ Error: name, Cause: cause }: z.output<typeof stateError>): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed) {
      return `${name}: ${String(parsed.errorMessage)}`;
    }
  } catch (error) {
    // No JSON: the cause is the sentence itself.
    if (!(error instanceof SyntaxError)) throw error;
  }
  return `${name}: ${cause}`;
}
