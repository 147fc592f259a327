import type { RolloutFacts } from '../rollout-facts.ts';

/** Returns why the rollout is rolled back, as a line of reasons; none where the record does not say. */
export function reasonOfRollback(
  _: unknown,
  { reason, failedGate }: Pick<RolloutFacts, 'reason' | 'failedGate'>,
): readonly string[] {
  if (reason === undefined) return [];
  return [`Rolled back because: ${reason}${failedGate === undefined ? '' : ` (gate ${failedGate})`}`];
}

/** Returns the command by which a person ends a rollback as it is. */
export function closeCommand(rolloutId: string, stage: string): string {
  return `sluice close ${rolloutId} --stage ${stage} --reason "…"`;
}
