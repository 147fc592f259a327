import * as z from 'zod';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { retirementOf } from '../../rollout/retirement.ts';
import { isActive } from '../../rollout/phase.ts';
import { type WithoutTable, withoutTableInput } from '../../drivers/rules/without-table.ts';
import { record } from '../ownership/owned-rollout.ts';
import {
  attemptsAtOnce,
  insistOnRollback,
  insistWithoutTable,
  type InsistedRollback,
  type RollbackRequest,
  rolloutIdOfAttempt,
  startNextAttempt,
} from '../rollback/start-rollback.ts';
import type { Part } from '../../ports/world.ts';
import { fieldsOf } from './execution-input.ts';

/** `Step Functions Execution Status Change` as EventBridge delivers it; an input beyond 248 KB is left out. */
export const watchExecutionInput = z.object({
  detail: z.object({
    executionArn: z.string().min(1),
    stateMachineArn: z.string().min(1),
    name: z.string().min(1),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});
type Ended = z.output<typeof watchExecutionInput>['detail'];

type Needs = Part<'store' | 'rollbacks' | 'retirements' | 'now'>;

interface Output {
  readonly outcome: 'ignored' | 'retirementStarted' | InsistedRollback['outcome'];
  readonly rolloutId?: string;
}

/**
 * Trigger: an execution of the rollout or the rollback machine ended other than by succeeding. A rollout that is still active
 * then has lost its execution (somebody pressed Stop, a state failed in a way that no Catch takes) and is rolled back, or
 * finished where everything had passed. A rollback that did not come to its end is tried again, until one does; while the table does
 * not answer, by what the attempt was started with. An event that comes twice, or late, finds the rollback running or the rollout ended.
 */
export async function watchExecution(event: z.output<typeof watchExecutionInput>, world: Needs): Promise<Output> {
  const { detail } = event;
  return detail.stateMachineArn.endsWith('-rollback') ? afterRollback(detail, world) : afterRollout(detail, world);
}

async function afterRollout(ended: Ended, world: Needs): Promise<Output> {
  const stored = await rolloutOf(ended, world);
  if (stored === undefined) return { outcome: 'ignored' };
  const { state } = stored;
  const { rolloutId } = state;
  if (state.phase === 'succeeded') return startRetirement(stored, world);
  const reason = `The rollout's execution ended ${ended.status} without having handed over${saidBy(ended)}`;
  const { outcome } = await insistOnRollback({ rolloutId, by: 'the guard', reason, ifPassed: 'finish' }, world);
  // A function outlives the execution that called it, and the last one may have ended the rollout between these two evaluations.
  const now = outcome === 'nothingToRollBack' ? await world.store.load(rolloutId) : undefined;
  return now?.state.phase === 'succeeded' ? startRetirement(now, world) : { outcome, rolloutId };
}

/** Its execution ended between its success and the start of the retirement; a retirement that was started keeps its name. */
async function startRetirement({ state }: StoredRollout, world: Needs): Promise<Output> {
  await world.retirements.start(`${state.rolloutId}-retire`, retirementOf(state));
  return { outcome: 'retirementStarted', rolloutId: state.rolloutId };
}

async function afterRollback(ended: Ended, world: Needs): Promise<Output> {
  const rolloutId = rolloutIdOf(ended);
  if (rolloutId === undefined) return { outcome: 'ignored' };
  const means = withoutTableOf(ended);
  let stored: StoredRollout | undefined;
  try {
    stored = await world.store.load(rolloutId);
  } catch (error) {
    // Users must not wait for the table. An attempt that a person has ended to close the rollback is not made again unread.
    if (means === undefined || ended.error === 'Closed') throw error;
    const again = { rolloutId, by: 'the guard', reason: requestedReason(ended), ifPassed: 'finish' } as const;
    const { outcome } = await insistWithoutTable({ ...again, withoutTable: means }, world);
    return { outcome, rolloutId };
  }
  if (stored === undefined) return { outcome: 'ignored' };
  if (stored.state.phase === 'succeeded') return compareRules(rolloutId, world);
  if (!isActive(stored.state)) return { outcome: 'ignored' };
  const reason = stored.state.reason ?? requestedReason(ended);
  const isClosing = stored.state.closing !== undefined;
  const request: RollbackRequest = {
    ...{ rolloutId, by: 'the guard', reason },
    ifPassed: 'finish',
    ...(isClosing && { close: 'yes' }),
    // The table may be lost before the next attempt has claimed the rollout.
    ...(means && { withoutTable: means }),
  };
  const next = await insistOnRollback(request, world);
  const begins = next.outcome === 'awaitsTurn' ? next.begins : undefined;
  // The closing stops the attempt under way: that is no failure.
  const isStopped = isClosing && ended.status === 'ABORTED';
  if (next.outcome !== 'nothingToRollBack' && !isStopped) await recordFailure(ended, rolloutId, begins, world);
  return { outcome: next.outcome, rolloutId };
}

/**
 * An attempt may have moved traffic without the table while its rollout succeeded, and ended before it found that out: another
 * one compares the rules with the record.
 */
async function compareRules(rolloutId: string, { rollbacks }: Needs): Promise<Output> {
  const request = { rolloutId, by: 'the guard', reason: 'an attempt to roll back ended', ifPassed: 'finish' } as const;
  const started = await startNextAttempt(request, rollbacks, attemptsAtOnce);
  return { outcome: started === undefined ? 'ignored' : started.outcome, rolloutId };
}

/**
 * Each failed attempt is announced once, however often its event comes.
 * @param begins when the next one does; `undefined` where it is under way
 */
async function recordFailure(
  { name, status, ...ended }: Ended,
  rolloutId: string,
  begins: Date | undefined,
  world: Needs,
): Promise<void> {
  const stored = await world.store.load(rolloutId);
  if (stored === undefined || !isActive(stored.state) || stored.state.failedAttempts?.includes(name) === true) return;
  const next =
    begins === undefined
      ? 'Another attempt is under way.'
      : `The next attempt begins at ${begins.toISOString()}, and so on until one succeeds. To try at once, run: sluice rollback ${stored.state.service}`;
  await record(world, stored, {
    type: 'RollbackAttemptFailed',
    execution: name,
    status,
    reason: `${saidBy({ ...ended, name, status }).replace(/^: /, '') || 'no reason was given'}.`,
    next,
  });
}

/** The rollout that an execution of the rollout machine carried; `undefined` where it opened none. */
async function rolloutOf({ input, executionArn }: Ended, { store }: Needs): Promise<StoredRollout | undefined> {
  const service = fieldOf(input, 'service');
  if (service === undefined) return undefined;
  const { lockedBy } = await store.service(service);
  // Not locked: it may have succeeded, and ended before it could start the retirement.
  const candidates =
    lockedBy === undefined ? (await store.list(service, 1)).map(({ rolloutId }) => rolloutId) : [lockedBy];
  for (const rolloutId of candidates) {
    const stored = await store.load(rolloutId);
    const isWanted = stored?.state.phase === 'succeeded' || (stored !== undefined && isActive(stored.state));
    if (stored?.state.executionArn === executionArn && isWanted) return stored;
  }
  return undefined;
}

function rolloutIdOf({ input, name }: Ended): string | undefined {
  return fieldOf(input, 'rolloutId') ?? rolloutIdOfAttempt(name);
}

function requestedReason({ input }: Ended): string {
  return fieldOf(input, 'reason') ?? 'a rollback did not come to its end';
}

/** What ended the execution, as a part of a sentence. */
function saidBy({ error, cause }: Pick<Ended, 'error' | 'cause' | 'name' | 'status'>): string {
  const said = [error, cause].filter((part) => part !== undefined && part !== null && part !== '').join(': ');
  return said === '' ? '' : `: ${said.slice(0, 400)}`;
}

/** A text of a JSON object that another program wrote. */
function fieldOf(json: string | null | undefined, key: string): string | undefined {
  const value = fieldsOf(json)[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What an attempt that was started with it puts traffic back by, without the table. */
function withoutTableOf({ input }: Ended): WithoutTable | undefined {
  return withoutTableInput.safeParse(fieldsOf(input)['withoutTable']).data;
}
