import type { RequestedRollback } from './event-shapes.ts';

/**
 * Returns whether a rollout goes back to a version that nobody can wait for: one that is kept and that a person wants again, or one that
 * an emergency brings back. It gets everything at once, by the health of its targets, and no gate sends users to where they came from.
 */
export function isUrgent(rollback: RequestedRollback | undefined): boolean {
  return rollback !== undefined && (rollback.to === 'kept' || rollback.emergency !== undefined);
}

/** Returns the id of the emergency that a rollout brings a version back for; `undefined` for any other rollout. */
export function emergencyOf({ rollback }: { readonly rollback?: RequestedRollback | undefined }): string | undefined {
  return rollback?.to === 'version' ? rollback.emergency : undefined;
}
