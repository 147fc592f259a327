/** Name of the error that a call was refused with; `accepted` where it was not. */
export async function nameOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
  return 'accepted';
}

/** An ARN of the same kind that nothing has. */
export const missing = (arn: string) => `${arn.slice(0, -4)}0000`;
