import * as z from 'zod';

/** Returns the fields of what an execution was started with; none where that is no JSON object. Others may have written it. */
export function fieldsOf(input: string | null | undefined): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(input ?? '')).data ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
