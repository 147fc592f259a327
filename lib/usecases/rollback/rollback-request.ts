import * as z from 'zod';

/** What is too long is cut and what is no text is passed over: neither is a reason not to roll back. */
const text = (longest: number, otherwise: string) =>
  z
    .string()
    .catch(otherwise)
    .transform((written) => written.slice(0, longest));

/** What a rollback execution was started with; a starter from outside may say who and why. */
export const rollbackRequest = z.object({
  by: text(200, 'a caller outside the rollout'),
  reason: text(600, 'the rollback machine was started from outside'),
});
