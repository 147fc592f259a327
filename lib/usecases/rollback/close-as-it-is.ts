import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import { StaleWrite } from '../../ports/rollout-store.ts';
import { callerFactsOf } from '../../rollout/decider.ts';
import { assertLegal } from '../../rollout/rule-book.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { longestStickiness } from '../../drivers/rules/unread-restoration.ts';
import { releasedSettings } from './release-later.ts';
import { disarmGuard, type GuardNote } from '../ownership/guard.ts';
import { closeHeaderRoutes } from '../green/header-routes.ts';
import { liveTraffic, type LiveTraffic } from './live-traffic.ts';
import { assertOwned, type OwnedInput, ownedRollout, record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

type Needs = Part<'store' | 'router' | 'capacity' | 'schedules' | 'now'>;

/**
 * State `CloseAsItIs`: ends a rollback that a person closes. No weight is written and no task is stopped. Autoscaling, header rules and
 * the guard are put back as far as they can be: what cannot be is named in the record, with what a person does about it, and does not
 * keep the lock.
 * @throws Error where no person asked for it
 */
export async function closeAsItIs(
  input: OwnedInput,
  world: Needs,
): Promise<GuardNote & { outcome: 'closed' | 'rolledBack' }> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  if (state.phase === 'rolledBack') return { outcome: 'rolledBack', ...(await disarmGuard(input, world)) };
  const { closing } = state;
  if (closing === undefined)
    throw new Error(`No person has asked to close the rollback of ${state.rolloutId} as it is.`);
  assertLegal(state, 'RollbackClosed');
  const live = await liveTraffic(state, world);
  const done = [...(await releaseScaling(state, live, input, world)), await removeHeaderRules(state, input, world)];
  const unreleased = done.flatMap(({ unreleased: side }) => side ?? []);
  const [greenCount, stickiness] = [keptGreen(state), keptStickiness(state)];
  await record(world, stored, {
    type: 'RollbackClosed',
    by: closing.by,
    how: closing.how,
    reason: closing.reason,
    ...callerFactsOf(closing),
    ...(live.serves !== undefined && { serves: live.serves === 'blue' ? state.blue : state.green }),
    putBack: [...done.flatMap(({ putBack }) => putBack ?? []), 'the guard is off', 'the lock is released'],
    stays: [...live.lines, greenCount, ...stickiness, ...done.flatMap(({ stays }) => stays ?? [])],
    ...(unreleased.length > 0 && { unreleased }),
  });
  return { outcome: 'closed', ...(await disarmGuard(input, world)) };
}

interface Done {
  readonly putBack?: string;
  readonly stays?: string;
  /** A side whose autoscaling the sweep puts back later. */
  readonly unreleased?: 'blue' | 'green';
}

/** The side that serves gets blue's settings; a green without traffic is parked, so that nothing starts more of its tasks. */
async function releaseScaling(
  state: RolloutState,
  live: LiveTraffic,
  input: OwnedInput,
  world: Needs,
): Promise<readonly Done[]> {
  const { spec, green } = state;
  const serves = live.serves && state[live.serves];
  const done: Done[] = [];
  for (const side of ['blue', 'green'] as const) {
    const workload = workloadOf(spec, state[side]);
    const next = releasedSettings(state, serves, side);
    if (next === undefined) continue;
    const hint =
      'it is tried again every five minutes for a day; until then set min, max and suspensions by hand where you need them';
    const one = await attempted(`autoscaling of ${side} (${workload.service})`, hint, async () => {
      await assertOwned(world, input);
      await world.capacity.setAutoscaling(workload, next);
    });
    done.push(one.stays === undefined ? one : { ...one, unreleased: side });
  }
  const isSplit = serves === undefined && state.autoscaling?.green !== undefined;
  return isSplit
    ? [...done, { stays: `autoscaling of green (${workloadOf(spec, green).service}) as the rollout set it` }]
    : done;
}

function removeHeaderRules(state: RolloutState, input: OwnedInput, world: Needs): Promise<Done> {
  const hint = `remove the rules with the tag sluice:rollout = ${state.rolloutId} by hand`;
  return attempted('header rules of this rollout', hint, async () => {
    await assertOwned(world, input);
    const routings = (await world.router.find(trafficOf(state.spec))).filter((routing) => routing !== undefined);
    await closeHeaderRoutes(state, routings, world);
  });
}

/** A service that does not answer must not keep a rollback open that a person closes. A caller that lost its right still ends. */
async function attempted(what: string, hint: string, call: () => Promise<void>): Promise<Done> {
  try {
    await call();
    return { putBack: what };
  } catch (error) {
    if (error instanceof StaleWrite) throw error;
    const said = messageOf(error);
    return { stays: `${what}: could not be put back (${said.slice(0, 200)}); ${hint}` };
  }
}

function keptGreen({ spec, green, happened }: RolloutState): string {
  const { service } = workloadOf(spec, green);
  return happened?.GreenRemoved === undefined ? `green's tasks run (${service})` : `green has no tasks (${service})`;
}

function keptStickiness(state: RolloutState): readonly string[] {
  const isOff = longestStickiness(state) > 0 && state.happened?.StickinessRestored === undefined;
  return isOff ? ['group stickiness of the rules is off; switch it on by hand'] : [];
}
