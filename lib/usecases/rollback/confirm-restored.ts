import { driverOf } from '../../drivers/registry.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import type { RolloutEvent } from '../../rollout/events.ts';
import { overrunOf } from '../../rollout/rollback-budget.ts';
import { deletedRules, listenerOf, presentRules } from '../../drivers/rules/deleted-rules.ts';
import { isLeft, straysOf } from '../../drivers/rules/left-rules.ts';
import {
  givenBack,
  type Losses,
  lossesOf,
  type Overwritten,
  overwrittenOf,
  writtenRule,
} from '../../drivers/rules/overwritten.ts';
import { differencesFrom } from '../../drivers/rules/restoration.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { type GuardNote, pushAttemptGuard } from '../ownership/guard.ts';
import { closeHeaderRoutes } from '../green/header-routes.ts';
import { assertOwned, ownedInput, ownedRollout, record } from '../ownership/owned-rollout.ts';
import { deletedEvent, othersToGreen } from './deleted-event.ts';
import { leftEvent } from './left-event.ts';
import { requestEvents, rollbackRequest } from './rollback-request.ts';
import { isThrottling } from '../ownership/state-error.ts';
import type { Part } from '../../ports/world.ts';

export const confirmRestoredInput = ownedInput.extend({
  /** When this attempt began. */
  startedAt: z.iso.datetime(),
  request: rollbackRequest,
  /** Each rule that was written, with what it had right before. Executions of 0.1.0 do not say. */
  written: z.array(writtenRule).optional(),
  /** The same of the first restoration, where its own read-back did not succeed. */
  earlier: z.array(writtenRule).optional(),
});
type Input = z.output<typeof confirmRestoredInput>;

/** The wait of state `OutwaitWriters`. */
const writersLiveSeconds = 16;

/**
 * State `ConfirmRestored`: reads every rule back, closes the header route and records that traffic is on blue, and which changes
 * of others were kept or lost, or may have been, and which rules only a person can lead to blue or create again. What others had added to a rule
 * that was written over comes back here. Runs after each of the two restorations.
 * @throws Error where a rule still sends traffic to green, so that the state machine restores again
 */
export async function confirmRestored(
  input: Input,
  world: Part<'store' | 'router' | 'schedules' | 'now'>,
): Promise<GuardNote & { outcome: 'restored' }> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  const overwritten = overwrittenOf([...(input.earlier ?? []), ...(input.written ?? [])]);
  await giveBack(overwritten, input, state, world);
  const live = await world.router.find(trafficOf(stored.state.spec));
  const routings = presentRules(live);
  assertOnBlue(state, routings);
  const deleted = deletedRules(state, live).map(({ arn }) => ({ listenerArn: listenerOf(arn) }));
  await closeHeaderRoutes(state, [...routings, ...deleted], world);
  const toGreen = await othersToGreen(state, live, world).catch(() => []);

  const now = world.now();
  const request = requestEvents(stored, input.request);
  const isNews = state.weight > 0 || state.shifts.at(-1)?.weight !== 0;
  const since = new Date(state.rollbackSince ?? input.startedAt);
  const left = routings.filter((routing) => isLeft(state, routing));
  const rules = routings.length - left.length;
  const restored: readonly RolloutEvent[] = isNews
    ? [{ type: 'TrafficRestored', rules }, ...overrunOf(state, 'restore', since, now)]
    : [];
  const rollingBack: RolloutState = { ...state, phase: 'rollingBack' };
  const losses = lossesOf(rollingBack, overwritten, routings);
  const others = routings.filter((routing) => !left.includes(routing));
  const events = [
    ...request,
    ...restored,
    ...leftEvent(rollingBack, left),
    ...deletedEvent(rollingBack, live, toGreen),
    ...othersChanges(rollingBack, losses, others),
  ];
  if (events.length > 0) await record(world, stored, ...events);
  // A rollback that dies from here on is tried again by the guard.
  return { outcome: 'restored', ...(await pushAttemptGuard(stored, writersLiveSeconds, world)) };
}

/**
 * Writes what others had added to a rule back into it, where a restoration has written over it. What the load balancer refuses (a
 * login whose secret it has forgotten) stays lost, and is announced: users are on blue whatever happens here.
 */
async function giveBack(
  overwritten: readonly Overwritten[],
  input: Input,
  state: RolloutState,
  world: Part<'store' | 'router'>,
): Promise<void> {
  for (const one of overwritten) {
    if (one.stood === undefined) continue;
    const [now] = await world.router.find([one.kind === 'rule' ? { rule: one.arn } : { listener: one.arn }]);
    const actions = givenBack(state, one, now);
    if (actions === undefined) continue;
    await assertOwned(world, input);
    await driverOf(state.spec).restore({ kind: one.kind, arn: one.arn, actions }, world).catch(unlessThrottled);
  }
}

/** A write that may go through later is tried again by the state machine. */
function unlessThrottled(error: unknown): void {
  if (error instanceof Error && isThrottling(error.name)) throw error;
}

function lostEvent(lost: Losses['lost']): RolloutEvent {
  return { type: 'OthersChangesLost', rules: lost.map(({ rule }) => rule), stood: lost.map(({ stood }) => stood) };
}

/** What people hear of others' changes; each once. */
function othersChanges(state: RolloutState, losses: Losses, routings: readonly Routing[]): readonly RolloutEvent[] {
  const isNew = (rule: string) => state.othersChanges?.includes(rule) !== true;
  const kept = differencesFrom(state.restorePlan, state, routings)
    .map(({ rule, before, now }) => `${rule} had ${before} when the rollout began and has ${now}`)
    .filter(isNew);
  const lost = losses.lost.filter(({ rule }) => isNew(rule));
  const unknown = losses.unknown.filter(isNew);
  return [
    ...(kept.length > 0 ? [{ type: 'OthersChangesKept', rules: kept } as const] : []),
    ...(lost.length > 0 ? [lostEvent(lost)] : []),
    ...(unknown.length > 0 ? [{ type: 'OthersChangesUnknown', rules: unknown } as const] : []),
  ];
}

function assertOnBlue(state: RolloutState, routings: readonly Routing[]): void {
  const strays = straysOf(state, routings);
  if (strays.length === 0) return;
  const seen = strays.map(({ arn, weights }) => `${arn} has ${JSON.stringify(weights)}`).join('; ');
  throw new Error(`Traffic is not back on blue: ${seen}.`);
}
