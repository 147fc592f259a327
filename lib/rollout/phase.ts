import * as z from 'zod';

/** Where a rollout stands. */
export const phase = z.enum([
  'checking',
  'awaitingApproval',
  'provisioning',
  'verifying',
  'shifting',
  'baking',
  'finishing',
  'rollingBack',
  'rejected',
  'succeeded',
  'rolledBack',
]);

export type Phase = z.output<typeof phase>;

/** Phases after which a rollout does nothing more by itself. */
const endPhases: ReadonlySet<Phase> = new Set<Phase>(['rejected', 'succeeded', 'rolledBack']);

/** Returns whether a rollout has not ended yet: it holds its service's lock. */
export function isActive({ phase: current }: { readonly phase: Phase }): boolean {
  return !endPhases.has(current);
}
