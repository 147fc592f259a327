import { driverOf } from '../../drivers/registry.ts';
import * as z from 'zod';
import { ledToBlue } from '../../drivers/rules/kept-actions.ts';
import { isLeft } from '../../drivers/rules/left-rules.ts';
import { pairOf } from '../../drivers/rules/pairs.ts';
import { isActive } from '../../rollout/phase.ts';
import { isSameButWeights } from '../../drivers/rules/restoration.ts';
import type { TrafficTarget } from '../../drivers/layout/layout.ts';
import { type Routing, type RoutingAction, weightsOf, withoutGroupStickiness } from '../../drivers/rules/routing.ts';
import { assertOwned, ownedInput, ownedRollout } from '../ownership/owned-rollout.ts';
import { servingSides } from './serving-sides.ts';
import type { Part } from '../../ports/world.ts';

export const restoreTrafficInput = ownedInput.extend({
  item: z.object({
    kind: z.enum(['rule', 'listener']),
    arn: z.string(),
    actions: z.array(z.record(z.string(), z.unknown())).min(1),
  }),
});

interface Output {
  readonly outcome: 'restored';
  /** What the rule had right before; absent where it could not be read. */
  readonly stood?: readonly RoutingAction[];
  readonly wrote: readonly RoutingAction[];
}

/** Thrown where a rule stays as it is, as blue has no healthy target and green has, or nothing tells. */
class OnlyGreenServes extends Error {
  override readonly name = 'OnlyGreenServes';
  constructor(saw: string) {
    super(`Traffic stays where it is until blue can serve: ${saw}.`);
  }
}

/**
 * State `RestoreByFunction`: the second way to put one rule back, where the state machine's own call did not go through. Time has
 * passed since the rule was planned: what others have added to it by now is kept. One that cannot be read is written as planned.
 * One that sends green nothing and would be refused is left to people (`isLeft`), as is one that was deleted.
 * @throws OnlyGreenServes where target health says that green alone can serve, or said so last: the state machine tries again, and then
 * plans anew
 */
export async function restoreTraffic(
  input: z.output<typeof restoreTrafficInput>,
  world: Part<'store' | 'router'>,
): Promise<Output> {
  const { state } = await ownedRollout(world, input);
  if (!isActive(state)) {
    throw new Error(
      `Rollout ${state.rolloutId} is ${state.phase}: its rules may be another's now, nothing is restored.`,
    );
  }
  const { kind, arn, actions: planned } = input.item;
  const { found, isDeleted } = await readRule(kind === 'rule' ? { rule: arn } : { listener: arn }, world);
  if (isDeleted) return { outcome: 'restored', wrote: [] };
  if (found !== undefined && isLeft(state, found)) {
    return { outcome: 'restored', stood: found.actions, wrote: found.actions };
  }
  // The machine may have tried for minutes since who can serve was read, or could not read it at all.
  const serving = await servingSides(state, world);
  const wasDown = serving.outcome === 'unknown' && state.restorationHeld?.why === 'blueDown';
  if (serving.outcome === 'onlyGreenServes' || wasDown) throw new OnlyGreenServes(serving.saw);
  const pair = pairOf(state, weightsOf(planned));
  const isChanged = found !== undefined && pair !== undefined && !isSameButWeights(found.actions, planned);
  const wrote = isChanged ? withoutGroupStickiness(ledToBlue(found.actions, planned, pair)) : planned;
  await assertOwned(world, input);
  await driverOf(state.spec).restore({ kind, arn, actions: wrote }, world);
  return { outcome: 'restored', ...(found !== undefined && { stood: found.actions }), wrote };
}

/** Reads one rule; one that cannot be read was not deleted for all that is known. */
async function readRule(
  target: TrafficTarget,
  { router }: Part<'router'>,
): Promise<{ readonly found?: Routing | undefined; readonly isDeleted: boolean }> {
  const read = await router.find([target]).catch(() => undefined);
  return { found: read?.[0], isDeleted: read !== undefined && read[0] === undefined };
}
