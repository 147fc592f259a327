import * as z from 'zod';
import { assertOwned, ownedInput } from './owned-rollout.ts';
import type { Part } from './world.ts';

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
  await assertOwned(world, input);
  const { kind, arn, actions } = input.item;
  await world.router.write(kind, arn, actions);
  return { outcome: 'restored' };
}
