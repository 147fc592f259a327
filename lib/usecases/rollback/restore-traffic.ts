import * as z from 'zod';
import { isActive } from '../../rollout/phase.ts';
import { ownedInput, ownedRollout } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

export const restoreTrafficInput = ownedInput.extend({
  item: z.object({
    kind: z.enum(['rule', 'listener']),
    arn: z.string(),
    actions: z.array(z.record(z.string(), z.unknown())).min(1),
  }),
});

/** State `RestoreByFunction`: the second way to put one rule back, where the state machine's own call did not go through. */
export async function restoreTraffic(
  input: z.output<typeof restoreTrafficInput>,
  world: Part<'store' | 'router'>,
): Promise<{ outcome: 'restored' }> {
  const { state } = await ownedRollout(world, input);
  if (!isActive(state)) {
    throw new Error(
      `Rollout ${state.rolloutId} is ${state.phase}: its rules may be another's now, nothing is restored.`,
    );
  }
  const { kind, arn, actions } = input.item;
  await world.router.write(kind, arn, actions);
  return { outcome: 'restored' };
}
