import { hasSameSlots, trafficOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { WeightParameters } from '../../ports/weight-parameters.ts';
import { servesAfter } from '../../rollout/closing.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { Pair } from '../../drivers/rules/pair.ts';
import { pairOfRouting, shareOf } from '../../drivers/rules/pairs.ts';
import { type Routing, withGreenWeight } from '../../drivers/rules/routing.ts';
import { isActive } from '../../rollout/phase.ts';
import type { SlotName } from '../../drivers/layout/layout.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { record } from '../ownership/owned-rollout.ts';
import { recordEnds } from '../ownership/record-ends.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** A schedule sends this, an event of CloudTrail something else: the event is a hint that it is time for a check of the weights. */
export const checkLiveWeightsInput = z.object({
  /** All services, where none is named. */
  services: z.array(z.string().min(1).max(64)).max(100).default([]),
  /** Whether rollouts that an outage has left unsettled are checked, too. */
  settle: z.boolean().default(false),
});

export type WeighingWorld = Part<'store' | 'router' | 'now'> & { readonly weightParameters: WeightParameters };

/** What one service's check found. */
export interface CheckedWeights {
  readonly service: string;
  /** `unclear`: nothing could be compared, for the reason given. */
  readonly outcome: 'asRecorded' | 'inRollout' | 'changed' | 'restored' | 'unserved' | 'unclear';
  readonly reason?: string | undefined;
}

/** A rule that sends something to the slot that should not serve. */
interface Strayed {
  readonly routing: Routing;
  /** Target groups: blue's of the slot that should serve, green's of the other. */
  readonly pair: Pair;
  /** Its users reach no healthy target, while the slot that should serve has some. */
  readonly canBeHelped: boolean;
  readonly isUnserved: boolean;
}

/** Thrown after all services were checked, where one could not be. */
class ChecksFailed extends Error {
  override readonly name = 'ChecksFailed';
}

/**
 * Compares the live weights of each service that is not in a rollout with the slot that its record says should serve: infrastructure
 * code that is applied outside a rollout resets weights. A change is recorded once, and its end. Weights are written only where users
 * reach no healthy target and the slot that should serve has some. What the weights should be is published for infrastructure code.
 * One service's trouble does not keep the others from their turn.
 * @throws ChecksFailed where a service could not be checked
 */
export async function checkLiveWeights(
  { services }: Pick<z.output<typeof checkLiveWeightsInput>, 'services'>,
  world: WeighingWorld,
): Promise<readonly CheckedWeights[]> {
  const names = services.length > 0 ? services : await world.store.services();
  const answers: CheckedWeights[] = [];
  const failures: string[] = [];
  for (const service of names) {
    try {
      answers.push({ service, ...(await checkOne(service, world)) });
    } catch (error) {
      failures.push(`${service}: ${messageOf(error)}`);
    }
  }
  if (failures.length > 0) throw new ChecksFailed(`The weights could not be checked of ${failures.join('; ')}`);
  return answers;
}

type Checked = Omit<CheckedWeights, 'service'>;

async function checkOne(service: string, world: WeighingWorld): Promise<Checked> {
  const { store } = world;
  if (await inRollout(service, world)) return { outcome: 'inRollout' };
  const [applied, [newest]] = await Promise.all([store.spec(service), store.list(service, 1)]);
  if (applied === undefined || newest === undefined) return unclear('no rollout has recorded which slot serves');
  const stored = await store.load(newest.rolloutId);
  if (stored === undefined || isActive(stored.state)) return { outcome: 'inRollout' };
  const { spec } = applied;
  if (!hasSameSlots(spec, stored.state.spec)) {
    return unclear('the spec has other slots than the newest rollout');
  }
  const serving = servesAfter(stored.state);
  if (serving === undefined) return unclear('a person closed the newest rollback while traffic was split');
  const checked = await compare(stored, serving, spec, world);
  await world.weightParameters.publish(service, serving);
  return checked;
}

async function compare(
  stored: StoredRollout,
  serving: SlotName,
  spec: RolloutSpec,
  world: WeighingWorld,
): Promise<Checked> {
  const strayed = await strayedFrom(serving, spec, world);
  const current = (await recordEnds(stored, strayed !== 'unclear' && strayed.length === 0, world)) ?? stored;
  if (strayed === 'unclear') return unclear('a rule is gone, or leads to other target groups');
  if (strayed.length === 0) return { outcome: 'asRecorded' };
  return tell(current, strayed, world);
}

function unclear(reason: string): Checked {
  return { outcome: 'unclear', reason };
}

async function inRollout(service: string, { store }: WeighingWorld): Promise<boolean> {
  return (await store.service(service)).lockedBy !== undefined;
}

/** Rules seen twice with traffic for the wrong slot: one description may be older than the last write. */
async function strayedFrom(
  serving: SlotName,
  spec: RolloutSpec,
  world: WeighingWorld,
): Promise<readonly Strayed[] | 'unclear'> {
  const slots = { spec, blue: serving, green: serving === 'a' ? 'b' : 'a' } as const;
  const read = async () => (await world.router.find(trafficOf(spec))).filter((routing) => routing !== undefined);
  const look = async () => (await read()).filter(({ weights }) => (shareOf(slots, weights) ?? 0) > 0);
  if ((await look()).length === 0) {
    // A rule that is gone, or leads to other target groups, belongs to something else by now.
    const comparable = (await read()).filter(({ weights }) => shareOf(slots, weights) !== undefined);
    return comparable.length === trafficOf(spec).length ? [] : 'unclear';
  }
  const strayed: Strayed[] = [];
  for (const routing of await look()) {
    const pair = pairOfRouting(slots, routing);
    const isUnserved = (await world.router.targetHealth(pair.green)).healthy === 0;
    const canBeHelped = isUnserved && (await world.router.targetHealth(pair.blue)).healthy > 0;
    strayed.push({ routing, pair, isUnserved, canBeHelped });
  }
  return strayed;
}

async function tell(stored: StoredRollout, strayed: readonly Strayed[], world: WeighingWorld): Promise<Checked> {
  const rules = strayed.map(({ routing: { arn, weights } }) => `${arn} has ${JSON.stringify(weights)}`);
  const isUnserved = strayed.some((one) => one.isUnserved);
  const put = isUnserved ? await putBack(stored.state.service, strayed, world) : { restored: [] };
  if (put === 'inRollout') return { outcome: 'inRollout' };
  const { restored, failed } = put;
  const event: RolloutEvent = isUnserved
    ? { type: 'UsersUnserved', rules, restored }
    : { type: 'WeightsChanged', rules };
  // Each change is announced once; what was put back and changed again is another one.
  const isKnown = restored.length === 0 && stored.state.liveWeights === JSON.stringify([event.type, rules]);
  if (!isKnown) await record(world, stored, event);
  if (failed !== undefined) throw failed;
  if (!isUnserved) return { outcome: 'changed' };
  return { outcome: restored.length > 0 ? 'restored' : 'unserved' };
}

interface PutBack {
  readonly restored: readonly string[];
  /** Why a rule could not be written: people hear of the users first. */
  readonly failed?: Error;
}

async function putBack(
  service: string,
  strayed: readonly Strayed[],
  world: WeighingWorld,
): Promise<PutBack | 'inRollout'> {
  const restored: string[] = [];
  for (const { routing, pair, canBeHelped } of strayed) {
    if (!canBeHelped) continue;
    // A rollout that was opened meanwhile has these rules now.
    if (await inRollout(service, world)) return 'inRollout';
    try {
      await world.router.write(routing.kind, routing.arn, withGreenWeight(routing.actions, pair, 0));
    } catch (error) {
      return { restored, failed: error instanceof Error ? error : new Error(String(error)) };
    }
    restored.push(routing.arn);
  }
  return { restored };
}
