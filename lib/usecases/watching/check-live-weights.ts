import * as z from 'zod';
import { pairOfRouting } from '../../drivers/rules/pairs.ts';
import { withGreenWeight } from '../../drivers/rules/routing.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { WeightParameters } from '../../ports/weight-parameters.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';
import { record } from '../ownership/owned-rollout.ts';
import { recordEnds } from '../ownership/record-ends.ts';
import {
  type Checked,
  decideStrayed,
  type Expected,
  expectationOf,
  type RecordedService,
  type Strayed,
  strayedIn,
} from './decide-live-weights.ts';

/** A schedule sends this, an event of CloudTrail something else: the event is a hint that it is time for a check of the weights. */
export const checkLiveWeightsInput = z.object({
  /** All services, where none is named. */
  services: z.array(z.string().min(1).max(64)).max(100).default([]),
  /** Whether rollouts that an outage has left unsettled are checked, too. */
  settle: z.boolean().default(false),
});

export type WeighingWorld = Part<'store' | 'router' | 'now'> & { readonly weightParameters: WeightParameters };

/** What one service's check found. */
export interface CheckedWeights extends Checked {
  readonly service: string;
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

async function checkOne(service: string, world: WeighingWorld): Promise<Checked> {
  if (await inRollout(service, world)) return { outcome: 'inRollout' };
  const expected = expectationOf(await recordOf(service, world));
  if ('outcome' in expected) return expected;
  const checked = await compare(expected, world);
  await world.weightParameters.publish(service, expected.blue);
  return checked;
}

async function inRollout(service: string, { store }: WeighingWorld): Promise<boolean> {
  return (await store.service(service)).lockedBy !== undefined;
}

async function recordOf(service: string, { store }: WeighingWorld): Promise<RecordedService> {
  const [applied, [newest]] = await Promise.all([store.spec(service), store.list(service, 1)]);
  const isComparable = applied !== undefined && newest !== undefined;
  const stored = isComparable ? await store.load(newest.rolloutId) : undefined;
  return { spec: applied?.spec, hasRollout: newest !== undefined, newest: stored };
}

async function compare(expected: Expected, world: WeighingWorld): Promise<Checked> {
  const { stored } = expected;
  const strayed = await strayedFrom(expected, world);
  const current = (await recordEnds(stored, strayed !== 'unclear' && strayed.length === 0, world)) ?? stored;
  if (strayed === 'unclear') {
    return { outcome: 'unclear', reason: 'a rule is gone, or leads to other target groups' };
  }
  return strayed.length === 0 ? { outcome: 'asRecorded' } : tell(current, strayed, world);
}

async function strayedFrom(expected: Expected, { router }: WeighingWorld): Promise<readonly Strayed[] | 'unclear'> {
  const targets = trafficOf(expected.spec);
  const read = async () => (await router.find(targets)).filter((routing) => routing !== undefined);
  const found = strayedIn(expected, [await read(), await read()], targets.length);
  if (found === 'unclear') return found;
  const strayed: Strayed[] = [];
  for (const routing of found) {
    const pair = pairOfRouting(expected, routing);
    const isUnserved = (await router.targetHealth(pair.green)).healthy === 0;
    const canBeHelped = isUnserved && (await router.targetHealth(pair.blue)).healthy > 0;
    strayed.push({ routing, pair, isUnserved, canBeHelped });
  }
  return strayed;
}

/** Puts back what leaves users without a target, where that helps, and says what was found. */
async function tell(stored: StoredRollout, strayed: readonly Strayed[], world: WeighingWorld): Promise<Checked> {
  const { state } = stored;
  const put = await putBack(state.service, strayed, world);
  if (put === 'inRollout') return { outcome: 'inRollout' };
  const { outcome, event } = decideStrayed(state, strayed, put.restored);
  if (event !== undefined) await record(world, stored, event);
  if (put.failed !== undefined) throw put.failed;
  return { outcome };
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
