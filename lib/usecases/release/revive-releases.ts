import * as z from 'zod';
import type { Executions } from '../../ports/executions.ts';
import type { Part } from '../../ports/world.ts';
import { executionNameIn } from './execution-names.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** A schedule, or an event that an execution of the release machine has ended: both mean the same. */
export const reviveReleasesInput = z.looseObject({});

type Needs = Part<'releases'> & { readonly releaseExecutions: Pick<Executions, 'arnOf' | 'start' | 'isRunning'> };

/** As many as anybody will need; each has a name of its own. */
const mostAttempts = 200;

/** Thrown after every release had its turn, where one could not be revived. */
class NotAllRevived extends Error {
  override readonly name = 'NotAllRevived';
}

/**
 * Trigger: goes on with every release that has not ended and that no execution works for.
 * @throws NotAllRevived where that was not possible for one
 */
export async function reviveReleases(_: unknown, world: Needs): Promise<{ readonly revived: readonly string[] }> {
  const revived: string[] = [];
  const failures: string[] = [];
  for (const releaseId of await world.releases.active()) {
    try {
      if (await revive(releaseId, world)) revived.push(releaseId);
    } catch (error) {
      failures.push(`${releaseId}: ${messageOf(error)}`);
    }
  }
  if (failures.length > 0) throw new NotAllRevived(`Releases without an execution: ${failures.join('; ')}`);
  return { revived };
}

async function revive(releaseId: string, { releases, releaseExecutions }: Needs): Promise<boolean> {
  const stored = await releases.load(releaseId);
  if (stored === undefined) return false;
  const isRunning = (name: string) => releaseExecutions.isRunning(releaseExecutions.arnOf(name));
  if (await isRunning(executionNameIn(stored.state.executionArn))) return false;
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const name = `${releaseId}-again-${String(stored.sequence)}-${String(attempt)}`;
    const { alreadyStarted } = await releaseExecutions.start(name, { releaseId });
    if (!alreadyStarted) return true;
    if (await isRunning(name)) return false;
  }
  throw new Error(`${mostAttempts} executions have ended already.`);
}
