import { rolloutsOf, scopeName, type Stop, type StopScope } from '../../ports/stops.ts';
import { messageOf } from '../../specification/text/message-of.ts';
import { CliFailure, type Stack } from '../cli-context.ts';
import { haveDone } from '../have-done.ts';

/** Who stops rollouts, and why, as the record has it. */
export interface Holder {
  readonly as?: string;
  readonly user: string;
  readonly reason: string;
}

/** A stop that was begun here. */
export interface OwnStop {
  readonly scope: StopScope;
  /** When it began, as the stack recorded it: a stop that began at another time is somebody else's. */
  readonly at: string;
}

/** A stop ends by itself after so long unless it is prolonged, so that nothing stays stopped where this process dies. */
export const leaseSeconds = 900;
/** How often a stop is prolonged: twice in a row may fail. */
export const renewSeconds = 300;

/**
 * Stops rollouts of each scope for the length of a lease; all of them, or none.
 * @throws CliFailure where somebody else's stop of a scope is in force, or cannot be read: it is not written over
 */
export async function beginStops(
  scopes: readonly StopScope[],
  holder: Holder,
  until: Date,
  now: Date,
  stack: Pick<Stack, 'store' | 'command'>,
): Promise<readonly OwnStop[]> {
  for (const scope of scopes) await refuseOthers(scope, now, stack);
  const begun: OwnStop[] = [];
  try {
    for (const scope of scopes) begun.push(await stopped(scope, holder, until, stack));
  } catch (error) {
    await endStops(begun, holder, stack);
    throw error;
  }
  return begun;
}

async function refuseOthers(scope: StopScope, now: Date, { store }: Pick<Stack, 'store'>): Promise<void> {
  const { stops, unreadable } = await store.stops(scope.service ?? '');
  if (unreadable !== undefined)
    throw new CliFailure(`It is not known whether rollouts are stopped: ${unreadable} Nothing was run.`);
  const other = stops.find((stop) => stop.service === scope.service && isInForce(stop, now));
  if (other === undefined) return;
  const { by, reason, until } = other;
  throw new CliFailure(
    `${rolloutsOf(scope)} stopped by ${by}${until === undefined ? '' : ` until ${until}`} ("${reason}"), and a second stop would write over that one. ` +
      `Try again once it has ended, or end it with: sluice thaw ${scopeName(scope)}`,
  );
}

function isInForce({ until }: Stop, now: Date): boolean {
  return until === undefined || Date.parse(until) > now.getTime();
}

async function stopped(scope: StopScope, holder: Holder, until: Date, stack: Pick<Stack, 'command'>): Promise<OwnStop> {
  const { at = '' } = await haveDone({ command: 'freeze', ...scope, ...holder, until: until.toISOString() }, stack);
  return { scope, at };
}

/** Prolongs stops that were begun here; returns them as they are now. */
export async function prolongStops(
  stops: readonly OwnStop[],
  holder: Holder,
  until: Date,
  stack: Pick<Stack, 'store' | 'command'>,
): Promise<readonly OwnStop[]> {
  const prolonged: OwnStop[] = [];
  for (const stop of stops) {
    prolonged.push((await isOurs(stop, stack)) ? await stopped(stop.scope, holder, until, stack) : stop);
  }
  return prolonged;
}

/**
 * Ends the stops that were begun here, each whatever becomes of the others; one that somebody wrote over or ended stays as it is.
 * @returns why some of them could not be ended, a sentence each
 */
export async function endStops(
  stops: readonly OwnStop[],
  holder: Holder,
  stack: Pick<Stack, 'store' | 'command'>,
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const stop of stops) {
    try {
      if (await isOurs(stop, stack)) await haveDone({ command: 'thaw', ...stop.scope, ...holder }, stack);
    } catch (error) {
      failures.push(
        `${rolloutsOf(stop.scope)} still stopped: ${messageOf(error)} That ends by itself within ${String(leaseSeconds / 60)} min, or with: sluice thaw ${scopeName(stop.scope)}`,
      );
    }
  }
  return failures;
}

async function isOurs({ scope, at }: OwnStop, { store }: Pick<Stack, 'store'>): Promise<boolean> {
  const { stops } = await store.stops(scope.service ?? '');
  return stops.some((stop) => stop.service === scope.service && stop.at === at);
}
