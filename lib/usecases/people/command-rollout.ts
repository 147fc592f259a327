import { judgeNamed } from '../../approval/decision-actions.ts';
import type { Command } from '../../approval/judge-command.ts';
import { judgeCalled, type Calling } from '../../approval/judge-caller.ts';
import type { Judged } from '../../approval/judge-approval.ts';
import { requesterAgain, requesterOfRetry } from '../../approval/requester-of.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import type { Decider } from '../../rollout/decider.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { decide, type Decided } from './decide.ts';
import { startRollback } from '../rollback/start-rollback.ts';
import type { Part } from '../../ports/world.ts';

/** As much of the world as a command touches: the command line and the functions reach it differently. */
export interface CommandNeeds extends Part<'now'> {
  readonly store: Pick<RolloutStore, 'load' | 'append' | 'service' | 'list'>;
  /** Starts the rollback machine for a rollout, or joins it. */
  readonly startRollback: (rolloutId: string, request: { by: string; reason: string }) => Promise<unknown>;
  /** Starts the rollout machine under a name that is used once. */
  readonly startRollout: (name: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;
}

/** The functions' own way to what a command touches. */
export function commandNeeds(world: Part<'store' | 'rollbacks' | 'now'> & Partial<Part<'executions'>>): CommandNeeds {
  const { store, executions, now } = world;
  return {
    store,
    now,
    startRollback: (rolloutId, request) => startRollback({ rolloutId, ...request }, world),
    startRollout: (name, input) =>
      executions?.start(name, input) ?? Promise.reject(new Error('Nothing here may start a rollout.')),
  };
}

/**
 * Does what a person tells a rollout, wherever they said it. What they said is in the record before anything follows from it: an
 * `abort` whose machine could not be started is taken up by the rollout's next evaluation. `resume` and `promote` act at that evaluation,
 * which judges the gates first; `pause` holds from the next rule on.
 */
export async function commandRollout(
  rolloutId: string,
  command: Command,
  decider: Decider,
  world: CommandNeeds,
): Promise<Decided> {
  const judge = (state: RolloutState, now: Date) => judgeNamed(state, command, decider, now);
  return carryOut(
    rolloutId,
    command,
    { judge, by: decider.by, again: (requester) => requester && requesterAgain(requester) },
    world,
  );
}

/** The same for a caller whom AWS verified: what they may do follows from that, not from the name that they give. */
export async function commandByCaller(
  rolloutId: string,
  command: Command,
  calling: Calling,
  world: CommandNeeds,
): Promise<Decided> {
  const judge = (state: RolloutState, now: Date) => judgeCalled(state, command, calling, now);
  const again = (requester: RolloutState['requester']) => requesterOfRetry(requester, calling.caller);
  return carryOut(rolloutId, command, { judge, by: calling.as ?? calling.user, again }, world);
}

interface Carried {
  readonly judge: (state: RolloutState, now: Date) => Judged;
  /** The name for what is not recorded with the decision itself. */
  readonly by: string;
  /** What another attempt is told of its requester. */
  readonly again: (requester: RolloutState['requester']) => RolloutState['requester'];
}

async function carryOut(
  rolloutId: string,
  command: Command,
  { judge, by, again }: Carried,
  world: CommandNeeds,
): Promise<Decided> {
  const superseded = command === 'retry' ? await whyNotAgain(rolloutId, world) : undefined;
  if (superseded !== undefined) return superseded;
  const decided = await decide(rolloutId, judge, world);
  const { state } = decided.stored;
  // Also where it was requested before: that caller may have died before the machine was started.
  if (command === 'abort' && state.phase === 'rollingBack') {
    await world.startRollback(rolloutId, { by, reason: state.reason ?? 'no reason was recorded' });
  }
  if (command === 'retry' && decided.outcome === 'done' && startsAgain(state))
    await startAgain(state, by, again(state.requester), world);
  return decided;
}

/** A task that is run again starts no rollout. */
function startsAgain({ phase }: RolloutState): boolean {
  return phase === 'rejected' || phase === 'rolledBack';
}

/** A request takes so much; one that is repeated must not be cut off. */
const longestRequester = 200;
const mostOfRequester = 120;

async function startAgain(
  state: RolloutState,
  by: string,
  requester: RolloutState['requester'],
  { startRollout }: CommandNeeds,
): Promise<void> {
  const { rolloutId, service, image, commands = 0, spec, greenBase, requestedBy } = state;
  await startRollout(`${rolloutId}-retry-${commands}`, {
    service,
    image: image.digest,
    // Both requested it: neither can approve what they want themselves.
    requestedBy: requestedBy === by ? by : `${requestedBy.slice(0, mostOfRequester)}, ${by}`.slice(0, longestRequester),
    ...(requester !== undefined && { requester }),
    // What the event of the first attempt named is asked for again.
    ...(spec.taskDefinition === 'from-event' && greenBase !== undefined && { taskDefinition: greenBase }),
  });
}

async function whyNotAgain(rolloutId: string, { store }: CommandNeeds): Promise<Decided | undefined> {
  const stored = await store.load(rolloutId);
  if (stored === undefined) return undefined;
  const { service } = stored.state;
  const { lockedBy } = await store.service(service);
  if (lockedBy !== undefined && lockedBy !== rolloutId) {
    const reason = `Service ${service} is busy with rollout ${lockedBy}; wait until it ends, then try again.`;
    return { outcome: 'refused', stored, reason };
  }
  const newest = (await store.list(service, 1))[0]?.rolloutId;
  if (newest === undefined || newest === rolloutId) return undefined;
  const reason = `${newest} came after ${rolloutId}. Start the image by hand if it is still wanted: sluice start ${service} --image ${stored.state.image.digest}`;
  return { outcome: 'refused', stored, reason };
}
