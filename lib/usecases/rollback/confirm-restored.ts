import * as z from 'zod';
import type { RolloutEvent } from '../../rollout/events.ts';
import { overrunOf } from '../../rollout/rollback-budget.ts';
import { type Pair, pairOf, shareOf } from '../../rollout/pairs.ts';
import { differencesFrom, isSameButWeights } from '../../rollout/restoration.ts';
import {
  type Routing,
  type RoutingAction,
  weightsOf,
  withGreenWeight,
  withoutGroupStickiness,
  writable,
} from '../../rollout/routing.ts';
import { newestPlan } from '../../rollout/way-back.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import { closeHeaderRoutes } from '../green/header-routes.ts';
import { assertOwned, ownedInput, ownedRollout, record } from '../ownership/owned-rollout.ts';
import { rollbackRequest } from './rollback-request.ts';
import type { Part } from '../../ports/world.ts';

export const confirmRestoredInput = ownedInput.extend({
  /** When this attempt began. */
  startedAt: z.iso.datetime(),
  request: rollbackRequest,
  /** Each rule that was written; with what it had right before, where no function had read it. Executions of 0.1.0 do not say. */
  written: z
    .array(
      z.object({
        item: z.object({ kind: z.enum(['rule', 'listener']), arn: z.string() }),
        // A list of what was found: paths that end in one entry are read differently by different interpreters.
        live: z.object({ actions: z.array(z.array(z.record(z.string(), z.unknown()))) }).optional(),
      }),
    )
    .optional(),
});
type Input = z.output<typeof confirmRestoredInput>;

/** The wait of state `OutwaitWriters`. */
const writersLiveSeconds = 16;

/**
 * State `ConfirmRestored`: reads every rule back, closes the header route and records that traffic is on blue, and which changes
 * of others were kept or lost. Where the machine had to write a rule that no function had read, what others had added to it comes
 * back here. Runs after each of the two restorations.
 * @throws Error where a rule still sends traffic to green, so that the state machine restores again
 */
export async function confirmRestored(
  input: Input,
  world: Part<'store' | 'router' | 'schedules' | 'now'>,
): Promise<GuardNote & { outcome: 'restored' }> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  await giveBack(input, state, world);
  const routings = await world.router.read(stored.state.spec.traffic);
  assertOnBlue(state, routings);
  await closeHeaderRoutes(state, routings, world);

  const now = world.now();
  const request: readonly RolloutEvent[] =
    state.phase === 'rollingBack' ? [] : [{ type: 'RollbackRequested', ...input.request }];
  const isNews = state.weight > 0 || state.shifts.at(-1)?.weight !== 0;
  const since = new Date(state.rollbackSince ?? input.startedAt);
  const restored: readonly RolloutEvent[] = isNews
    ? [{ type: 'TrafficRestored', rules: routings.length }, ...overrunOf(state, 'restore', since, now)]
    : [];
  const events = [...request, ...restored, ...othersChanges({ ...state, phase: 'rollingBack' }, routings)];
  if (events.length > 0) await record(world, stored, ...events);
  // A rollback that dies from here on is tried again by the guard.
  return { outcome: 'restored', ...(await pushGuard(state, writersLiveSeconds, world)) };
}

/** Writes what others had added to a rule back into it, where the machine's own restoration has overwritten it. */
async function giveBack(input: Input, state: RolloutState, world: Part<'store' | 'router'>): Promise<void> {
  for (const { item, live } of input.written ?? []) {
    const planned = state.restorePlan.find(({ arn }) => arn === item.arn);
    const pair = planned && pairOf(state, weightsOf(planned.actions));
    const [found] = live?.actions ?? [];
    if (found === undefined || pair === undefined) continue;
    const [now] = await world.router.read([item.kind === 'rule' ? { rule: item.arn } : { listener: item.arn }]);
    const before = writable(found);
    if (now === undefined || !forwardsTo(pair, before) || isSameButWeights(before, now.actions)) continue;
    await assertOwned(world, input);
    const actions = withGreenWeight(before, pair.blue, pair.green, 0);
    await world.router.write(item.kind, item.arn, withoutGroupStickiness(actions));
  }
}

function forwardsTo({ blue, green }: Pair, actions: readonly RoutingAction[]): boolean {
  const weights = weightsOf(actions);
  return blue in weights || green in weights;
}

/** What people hear of others' changes; each once. */
function othersChanges(state: RolloutState, routings: readonly Routing[]): readonly RolloutEvent[] {
  const isNew = (rule: string) => state.othersChanges?.includes(rule) !== true;
  const kept = differencesFrom(state.restorePlan, state, routings)
    .map(({ rule, before, now }) => `${rule} had ${before} when the rollout began and has ${now}`)
    .filter(isNew);
  const lost = differencesFrom(newestPlan(state), state, routings)
    .map(({ rule, before, now }) => `${rule} had ${before} before the restoration and has ${now}`)
    .filter(isNew);
  return [
    ...(kept.length > 0 && lost.length === 0 ? [{ type: 'OthersChangesKept', rules: kept } as const] : []),
    ...(lost.length > 0 ? [{ type: 'OthersChangesLost', rules: lost } as const] : []),
  ];
}

function assertOnBlue(state: RolloutState, routings: readonly Routing[]): void {
  const strays = routings.filter(({ weights }) => shareOf(state, weights) !== 0);
  if (strays.length === 0) return;
  const seen = strays.map(({ arn, weights }) => `${arn} has ${JSON.stringify(weights)}`).join('; ');
  throw new Error(`Traffic is not back on blue: ${seen}.`);
}
