import type { RolloutStore } from '../../ports/rollout-store.ts';
import { isActive } from '../../rollout/phase.ts';
import type { WithoutTable } from '../../drivers/rules/without-table.ts';
import type { Part } from '../../ports/world.ts';

/** Why a rollout shall go back, as the rollback machine takes it. */
export interface RollbackRequest {
  readonly rolloutId: string;
  /** Who asks, in words. */
  readonly by: string;
  readonly reason: string;
  /** A rollout whose last watch has passed is finished instead. A person or an alarm leaves it out: they mean it. */
  readonly ifPassed?: 'finish';
  /** A person closes the rollback as it is; see `CloseRequested`. */
  readonly close?: 'yes';
  /** With it the machine puts traffic back while the table does not answer. */
  readonly withoutTable?: WithoutTable;
}

export type StartedRollback =
  | {
      /** `joined`: one runs already. */
      readonly outcome: 'started' | 'joined';
      readonly execution: string;
    }
  | { readonly outcome: 'nothingToRollBack' | 'givenUp' };

/** As many as a person will ever try; each has a name of its own. */
const mostAttempts = 50;
/** What `ConfirmRestored` takes. */
const longestBy = 200;
const longestReason = 600;

interface StartNeeds extends Part<'rollbacks'> {
  readonly store: Pick<RolloutStore, 'load'>;
}

/**
 * The one way in which anybody starts a rollback: joins the one that runs, otherwise starts the next attempt under its name
 * `<rollout>-rb-<attempt>`, so that two who ask at once start one. Even where both start one (EventBridge Scheduler names its
 * executions itself) the second joins, by the claim in the machine.
 */
export async function startRollback(
  request: RollbackRequest,
  { store, rollbacks }: StartNeeds,
  atMost = mostAttempts,
): Promise<StartedRollback> {
  const { rolloutId } = request;
  const stored = await store.load(rolloutId);
  if (stored === undefined || !isActive(stored.state)) return { outcome: 'nothingToRollBack' };
  const { claimedBy } = stored;
  if (claimedBy !== undefined && (await rollbacks.isRunning(claimedBy))) {
    return { outcome: 'joined', execution: claimedBy };
  }
  return (await startNextAttempt(request, rollbacks, atMost)) ?? { outcome: 'givenUp' };
}

/** Starts the first attempt whose name is not used, or joins the one that runs; `undefined` where all have been and gone. */
export async function startNextAttempt(
  request: RollbackRequest,
  rollbacks: StartNeeds['rollbacks'],
  atMost: number,
  kind: 'rb' | 'close' = 'rb',
): Promise<Extract<StartedRollback, { execution: string }> | undefined> {
  for (let attempt = 1; attempt <= atMost; attempt += 1) {
    const { executionArn, alreadyStarted } = await rollbacks.start(
      `${request.rolloutId}-${kind}-${attempt}`,
      cut(request),
    );
    if (!alreadyStarted) return { outcome: 'started', execution: executionArn };
    if (await rollbacks.isRunning(executionArn)) return { outcome: 'joined', execution: executionArn };
  }
  return undefined;
}

/**
 * Starts the machine to close a rollback as it is, or joins the execution that does so already.
 * @throws Error where all attempts have been and gone
 */
export async function startClosing(
  request: RollbackRequest & { readonly close: 'yes' },
  rollbacks: StartNeeds['rollbacks'],
): Promise<Extract<StartedRollback, { execution: string }>> {
  const started = await startNextAttempt(request, rollbacks, mostAttempts, 'close');
  if (started !== undefined) return started;
  throw new Error(`${mostAttempts} attempts to close the rollback of ${request.rolloutId} have ended already.`);
}

/** Attempts that are made at once; those after them wait for their turn. */
export const attemptsAtOnce = 5;

/** What became of a request that does not give up. */
export type InsistedRollback =
  | { readonly outcome: 'started' | 'joined' | 'nothingToRollBack' }
  | { readonly outcome: 'awaitsTurn'; readonly begins: Date };

/** Starts the next attempt, or one that waits for its turn where several have failed: until one succeeds. */
export async function insistOnRollback(
  request: RollbackRequest,
  world: StartNeeds & Part<'now'>,
): Promise<InsistedRollback> {
  const { outcome } = await startRollback(request, world, attemptsAtOnce);
  return outcome === 'givenUp' ? { outcome: 'awaitsTurn', begins: await startAtItsTurn(request, world) } : { outcome };
}

/**
 * The same while the record cannot be read, from what an earlier attempt was started with. An attempt too many is harmless: one
 * of them claims the rollout, and what it does before that is asked of AWS each time.
 */
export async function insistWithoutTable(
  request: RollbackRequest & Required<Pick<RollbackRequest, 'withoutTable'>>,
  world: Part<'rollbacks' | 'now'>,
): Promise<Exclude<InsistedRollback, { outcome: 'nothingToRollBack' }>> {
  const started = await startNextAttempt(request, world.rollbacks, attemptsAtOnce);
  return started === undefined
    ? { outcome: 'awaitsTurn', begins: await startAtItsTurn(request, world) }
    : { outcome: started.outcome };
}

/** Seconds between two attempts that nobody asks for. */
const turnSeconds = 120;
/** Turns ahead that are tried: one whose execution was stopped while it waited is over. */
const mostTurns = 5;

/**
 * Starts an attempt that waits for its turn, where those that were made at once have failed: whatever keeps traffic from
 * going back may take hours to be mended, and nobody may be awake. There is one attempt a turn at most, named after it, so
 * that events that come twice, or of several executions, start one. A caller that comes meanwhile does not wait for it.
 * @returns when it begins
 * @throws Error where each of the next turns has been and gone
 */
async function startAtItsTurn(request: RollbackRequest, { rollbacks, now }: Part<'rollbacks' | 'now'>): Promise<Date> {
  const next = Math.floor(now().getTime() / (turnSeconds * 1000)) + 1;
  for (let turn = next; turn < next + mostTurns; turn += 1) {
    const begins = new Date(turn * turnSeconds * 1000);
    const { executionArn, alreadyStarted } = await rollbacks.start(turnName(request.rolloutId, turn), {
      ...cut(request),
      notBefore: begins.toISOString(),
    });
    if (!alreadyStarted || (await rollbacks.isRunning(executionArn))) return begins;
  }
  throw new Error(
    `The next ${mostTurns} attempts to roll ${request.rolloutId} back were stopped before their turn. Start the rollback machine with {"rolloutId": "${request.rolloutId}"}.`,
  );
}

/** A rollout's id has up to 55 characters, an execution's name up to 80. */
function turnName(rolloutId: string, turn: number): string {
  return `${rolloutId}-turn-${turn}`;
}

/** The rollout whose rollback has this name; `undefined` where the scheduler, or a person, gave it one. */
export function rolloutIdOfAttempt(executionName: string): string | undefined {
  return /^(.+)-(?:rb|turn|close)-\d+$/.exec(executionName)?.[1];
}

function cut(request: RollbackRequest): RollbackRequest {
  return { ...request, by: request.by.slice(0, longestBy), reason: request.reason.slice(0, longestReason) };
}
