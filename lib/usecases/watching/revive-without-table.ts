import * as z from 'zod';
import type { Executions, KnownExecution } from '../../ports/executions.ts';
import { type WithoutTable, withoutTableInput } from '../../drivers/rules/without-table.ts';
import { insistWithoutTable } from '../rollback/start-rollback.ts';
import type { Part } from '../../ports/world.ts';
import { fieldsOf } from './execution-input.ts';

export type RevivingWithoutTable = Part<'rollbacks' | 'now'>;

/** How Step Functions ends an execution that did not succeed. */
const endings = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;
/** Attempts that ended before are older than any outage of the table that is still news. */
const recentSeconds = 24 * 3600;
/** How a rollout's execution ends that has given its rules away, or never had any traffic. As in state `HasSucceeded`. */
const givenAway = ['RolledBack', 'Rejected', 'CouldNotOpen', 'TakenOver'];

const attemptInput = z.object({
  rolloutId: z.string().min(1),
  reason: z.string().optional(),
  withoutTable: withoutTableInput.optional().catch(undefined),
});

/** An attempt to roll back, with what it was started with. */
interface Attempt extends z.output<typeof attemptInput> {
  readonly execution: KnownExecution;
}

/**
 * Makes attempts to roll back again that ended while the table does not answer, from what they were started with. The event of an
 * attempt's end does the same at once; this is for one that was lost, or whose function failed. An attempt that would write nothing is not made:
 * its rollout's execution has succeeded, or has given its rules away. Nor is one that a person has ended to close the rollback.
 * @returns ids of the rollouts whose attempt was made again
 */
export async function reviveWithoutTable(world: RevivingWithoutTable): Promise<readonly string[]> {
  const { rollbacks, now } = world;
  const since = now().getTime() - recentSeconds * 1000;
  const running = new Set((await attempts(['RUNNING'], since, rollbacks)).map(({ rolloutId }) => rolloutId));
  const ended = (await attempts(endings, since, rollbacks)).filter(({ rolloutId }) => !running.has(rolloutId));
  const revived: string[] = [];
  for (const [rolloutId, ofRollout] of Map.groupBy(ended, (one) => one.rolloutId)) {
    const isClosed = ofRollout.some(({ execution }) => execution.error === 'Closed');
    const latest = ofRollout.find(({ withoutTable }) => withoutTable !== undefined);
    if (isClosed || latest?.withoutTable === undefined || !(await mayStillMove(latest.withoutTable, rollbacks)))
      continue;
    const { reason = 'a rollback did not come to its end', withoutTable } = latest;
    await insistWithoutTable({ rolloutId, by: 'the guard', reason, ifPassed: 'finish', withoutTable }, world);
    revived.push(rolloutId);
  }
  return revived;
}

/** The newest attempts in these statuses that run, or ended since then. What a person started with something else is left out. */
async function attempts(
  statuses: readonly KnownExecution['status'][],
  since: number,
  rollbacks: Executions,
): Promise<readonly Attempt[]> {
  const found: Attempt[] = [];
  for (const status of statuses) {
    for (const { executionArn, stoppedAt } of await rollbacks.newest(status)) {
      if (stoppedAt !== undefined && stoppedAt.getTime() < since) continue;
      const execution = await rollbacks.describe(executionArn);
      const { data } = attemptInput.safeParse(fieldsOf(execution?.input));
      if (execution !== undefined && data !== undefined) found.push({ ...data, execution });
    }
  }
  return found;
}

async function mayStillMove({ executionArn }: WithoutTable, rollbacks: Executions): Promise<boolean> {
  const rollout = await rollbacks.describe(executionArn);
  return rollout !== undefined && rollout.status !== 'SUCCEEDED' && !givenAway.includes(rollout.error ?? '');
}
