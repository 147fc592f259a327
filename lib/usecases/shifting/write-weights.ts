import { driverOf } from '../../drivers/registry.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { type OwnedInput, ownedRollout, trustedRollout } from '../ownership/owned-rollout.ts';
import { isThrottling } from '../ownership/state-error.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

type Stop = { readonly outcome: 'paused'; readonly waitSeconds: number } | { readonly outcome: 'rollBack' };

/**
 * Writes a weight on every rule, as long as nobody has paused the rollout or asked for it to go back: that is read right before
 * each rule. Answers what stopped it, with the rules as they were; `undefined` where all were written. The load balancer has no transaction over rules: where one cannot be written, it and those
 * before it go back at once to what the record says, so that no user stays on a share that no step has.
 * @throws Error that says which rule could not be written; of a throttled write it has that name, so that the machine gives way
 */
export async function writeWeights(
  state: RolloutState,
  routings: readonly Routing[],
  weight: number,
  input: OwnedInput,
  world: Part<'store' | 'router' | 'runtime'>,
): Promise<Stop | undefined> {
  for (const [index, routing] of routings.entries()) {
    const stop = stopped((await trustedRollout(world, input)).state);
    if (stop?.outcome === 'paused') await putBack(routings.slice(0, index), input, world);
    if (stop !== undefined) return stop;
    // Written by an earlier call: every write costs one of the few that the load balancer takes from the whole account.
    if (driverOf(state.spec).weightOf(state, routing) === weight) continue;
    try {
      await driverOf(state.spec).give(state, routing, weight, world);
    } catch (error) {
      // A throttled write was not made, and putting it back would be refused like it.
      const throttled = error instanceof Error && isThrottling(error.name) ? { name: error.name } : undefined;
      const left = await putBack(routings.slice(0, throttled ? index : index + 1), input, world);
      const said = messageOf(error);
      const and = left.length === 0 ? 'the others were put back' : `not put back: ${left.join(', ')}`;
      const what = `${routing.kind} ${routing.arn} could not be given ${weight} % for green: ${said} (${and})`;
      throw Object.assign(new Error(what, { cause: error }), throttled);
    }
  }
  return undefined;
}

/** Why no traffic may be shifted now; `undefined` where it may. */
export function stopped({ phase, paused, spec }: RolloutState): Stop | undefined {
  if (phase === 'rollingBack') return { outcome: 'rollBack' };
  return paused === undefined ? undefined : { outcome: 'paused', waitSeconds: spec.period };
}

/** Answers what could not be put back: that is left to the rollback, which the failed write leads to. */
async function putBack(
  routings: readonly Routing[],
  input: OwnedInput,
  world: Part<'store' | 'router' | 'runtime'>,
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const routing of routings) {
    // Another call of the same state may have made and recorded the shift while this one waited for an answer.
    const { state } = await ownedRollout(world, input);
    await driverOf(state.spec)
      .give(state, routing, state.weight, world)
      .catch(() => left.push(routing.arn));
  }
  return left;
}
