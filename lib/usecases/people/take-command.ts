import * as z from 'zod';
import { judgeCalled, type Calling, factsOfCaller, recognize, unreadText } from '../../approval/judge-caller.ts';
import type { Roles } from '../../ports/roles.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import { type Judged, refused } from '../../approval/judge-approval.ts';
import { judgeDirectUse } from '../../approval/judge-direct-use.ts';
import { judgeBreakGlass, judgeReview } from '../../approval/judge-break-glass.ts';
import type { Decider } from '../../rollout/decider.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { applySpec } from './apply-spec.ts';
import { commandRelease, type ReleaseNeeds } from './command-release.ts';
import { commandByCaller, commandNeeds, type CommandNeeds } from './command-rollout.ts';
import { orderStop } from './order-stop.ts';
import type { CommandAnswer, CommandRequest, DirectUseRequest, GlassRequest } from './command-request.ts';
import { decide, type Decided } from './decide.ts';
import { callEmergency, type ChapterOrders, lead, maintain } from './order-chapters.ts';
import { callerAsIs, identifyCaller } from './identify-caller.ts';
import { keepAttestations } from './keep-attestations.ts';
import { type CloseNeeds, requestClose } from './request-close.ts';
import { startByCaller, type StartNeeds } from './start-by-caller.ts';
import { acknowledgeAlert } from './acknowledge-alert.ts';
import type { Part } from '../../ports/world.ts';
import { startClosing } from '../rollback/start-rollback.ts';

/** As much of the world as a command of the command line touches. */
export interface TakeCommandNeeds
  extends CommandNeeds, ReleaseNeeds, StartNeeds, Pick<CloseNeeds, 'startClosing'>, ChapterOrders {
  readonly store: Pick<
    RolloutStore,
    | 'load'
    | 'append'
    | 'service'
    | 'list'
    | 'spec'
    | 'putSpec'
    | 'holders'
    | 'specProposal'
    | 'putSpecProposal'
    | 'attested'
    | 'putAttested'
    | 'maintenance'
    | 'putMaintenance'
    | 'stops'
    | 'putStop'
    | 'endStop'
    | 'waiting'
    | 'cancelWaiting'
  >;
  readonly roles: Roles;
}

/** The stack's own way to what a command touches. */
export function takeCommandNeeds(
  world: Part<'store' | 'executions' | 'rollbacks' | 'releaseExecutions' | 'now'> &
    Pick<TakeCommandNeeds, 'roles' | 'keepMaintenance' | 'orderEmergency' | 'orderIncident'>,
): TakeCommandNeeds {
  const { store, executions, rollbacks, releaseExecutions, roles, keepMaintenance } = world;
  const { orderEmergency, orderIncident } = world;
  return {
    ...commandNeeds(world),
    store,
    executions,
    releaseExecutions,
    roles,
    keepMaintenance,
    orderEmergency,
    orderIncident,
    startClosing: (rolloutId, request) => startClosing({ rolloutId, ...request }, rollbacks),
  };
}

/** What stops a rollout, makes it safer, or is for an emergency: open to every caller whom AWS lets through, whatever IAM says of their role. */
const stops: ReadonlySet<CommandRequest['command']> = new Set<CommandRequest['command']>([
  'pause',
  'abort',
  'close',
  'take',
  'abortRelease',
  'rollBackRelease',
  'maintenanceOn',
  'maintenanceOff',
  'emergencyBegin',
  'emergencyEnd',
  'freeze',
  'cancelWaiting',
  'directUse',
  'incident',
]);

/**
 * Does what a caller of the command line wants: the one way by which commands reach the record. AWS verified who calls; the name that
 * they give is recorded beside it, and is believed only as far as docs/approvals.md says.
 * @param principal ARN of the caller, as API Gateway verified it
 */
export async function takeCommand(
  request: CommandRequest,
  principal: string,
  world: TakeCommandNeeds,
): Promise<CommandAnswer> {
  const caller = stops.has(request.command) ? callerAsIs(principal) : await identifyCaller(principal, world.roles);
  const reason = 'reason' in request ? request.reason : undefined;
  const calling: Calling = { as: request.as, user: request.user, reason, caller };
  switch (request.command) {
    case 'approve':
    case 'reject': {
      const { command, rollout } = request;
      return judged(rollout, (state, now) => judgeCalled(state, command, calling, now), calling, world);
    }
    case 'breakGlass':
    case 'review':
    case 'directUse':
      return judged(request.rollout, (state, now) => judgeAlone(state, request, calling, now), calling, world);
    case 'close':
      return known(request.rollout, world, calling, (stored) =>
        requestClose(request.rollout, deciderOfCalling(stored, calling), request.traffic, world),
      );
    case 'take':
      return take(request.rollout, request.note, calling, world);
    case 'maintenanceOn':
    case 'maintenanceOff':
      return maintain(request, calling, world);
    case 'emergencyBegin':
    case 'emergencyEnd':
      return callEmergency(request, calling, world);
    case 'freeze':
    case 'thaw':
    case 'cancelWaiting':
      return orderStop(request, calling, world, () => identifyCaller(principal, world.roles));
    case 'incident':
      return lead(request, calling, world);
    case 'apply':
      return applySpec(request, calling, world);
    case 'attest':
      return keepAttestations(request, calling, world);
    case 'start':
    case 'reconcile':
      return startByCaller(request, calling, world);
    case 'startRelease':
    case 'abortRelease':
    case 'rollBackRelease':
      return commandRelease(request, calling, world);
    case 'pause':
    case 'resume':
    case 'promote':
    case 'promoteFully':
    case 'override':
    case 'abort':
    case 'retry':
      return tell(request.rollout, request.command, calling, world);
  }
}

function judged(
  rolloutId: string,
  judge: (state: RolloutState, now: Date) => Judged,
  calling: Calling,
  world: TakeCommandNeeds,
): Promise<CommandAnswer> {
  return known(rolloutId, world, calling, () => decide(rolloutId, judge, world));
}

function deciderOfCalling({ state }: StoredRollout, calling: Calling): Decider {
  const { by, how } = recognize(state.spec.approvals, calling);
  return { by, how, reason: calling.reason, ...factsOfCaller(calling.caller) };
}

/** A name that AWS contradicts is taken for nobody's: who acts alone, or tells of it, has to be known. */
function judgeAlone(
  state: RolloutState,
  request: GlassRequest | DirectUseRequest,
  calling: Calling,
  now: Date,
): Judged {
  const { by, how, person, contradiction } = recognize(state.spec.approvals, calling);
  if (contradiction !== undefined) return refused(contradiction);
  const isProofMissing = request.command === 'review' || (person?.principals ?? []).length > 0;
  if (calling.caller.standing === 'unread' && isProofMissing && request.command !== 'directUse')
    return refused(unreadText(calling.caller));
  const decider = { by, how, reason: calling.reason, ...factsOfCaller(calling.caller) };
  if (request.command === 'directUse') return judgeDirectUse(state, request.use, decider, now);
  return request.command === 'review' ? judgeReview(state, decider) : judgeBreakGlass(state, decider, now);
}

function unknownRollout(rolloutId: string): CommandAnswer {
  return { outcome: 'refused', reason: `The stack knows no rollout ${rolloutId}.` };
}

async function known(
  rolloutId: string,
  { store }: TakeCommandNeeds,
  calling: Calling,
  act: (stored: StoredRollout) => Promise<Decided>,
): Promise<CommandAnswer> {
  const stored = await store.load(rolloutId);
  if (stored === undefined) return unknownRollout(rolloutId);
  const decided = await act(stored);
  if (decided.outcome === 'refused') return { outcome: 'refused', reason: decided.reason };
  return { outcome: 'done', by: deciderOfCalling(stored, calling).by };
}

/** What a start of the rollback machine came to. */
const startedRollback = z.object({ execution: z.string().optional(), outcome: z.string().optional() });

async function tell(
  rolloutId: string,
  command: Parameters<typeof commandByCaller>[1],
  calling: Calling,
  world: TakeCommandNeeds,
): Promise<CommandAnswer> {
  let begun: z.output<typeof startedRollback> = {};
  const startRollback: TakeCommandNeeds['startRollback'] = async (id, request) => {
    begun = startedRollback.parse(await world.startRollback(id, request));
  };
  const answer = await known(rolloutId, world, calling, () =>
    commandByCaller(rolloutId, command, calling, { ...world, startRollback }),
  );
  const { execution, outcome } = begun;
  if (answer.outcome === 'refused' || execution === undefined) return answer;
  return { ...answer, execution, joined: outcome === 'joined' };
}

async function take(
  rolloutId: string,
  note: string | undefined,
  calling: Calling,
  world: TakeCommandNeeds,
): Promise<CommandAnswer> {
  const stored = await world.store.load(rolloutId);
  if (stored === undefined) return unknownRollout(rolloutId);
  const { by, how } = deciderOfCalling(stored, calling);
  const decided = await acknowledgeAlert(rolloutId, { by, how, note, ...factsOfCaller(calling.caller) }, world);
  if (decided.outcome === 'refused') return { outcome: 'refused', reason: decided.reason };
  return { outcome: 'done', by, taken: decided.taken.map(({ type, at }) => ({ type, at })) };
}
