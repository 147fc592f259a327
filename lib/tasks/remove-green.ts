import { assertLegal } from '../rollout/state.ts';
import { assertOwned, type OwnedInput, ownedRollout, recordOnce } from './owned-rollout.ts';
import type { Part } from './world.ts';

/** State `RemoveGreen`: scales green to zero, once no rule sends anything there; draining goes on after it. */
export async function removeGreen(
  input: OwnedInput,
  world: Part<'store' | 'router' | 'runtime' | 'now'>,
): Promise<{ outcome: 'removed' }> {
  const stored = await ownedRollout(world, input);
  if (stored.state.phase === 'rolledBack') return { outcome: 'removed' };
  assertLegal(stored.state, 'GreenRemoved');
  const { spec, green } = stored.state;
  const { service, targetGroup } = spec.slots[green];
  const routings = await world.router.read(spec.traffic);
  const still = routings.find(({ weights }) => (weights[targetGroup] ?? 0) > 0);
  if (still !== undefined) throw new Error(`${still.arn} still sends traffic to green; it is not removed.`);
  await assertOwned(world, input);
  await world.runtime.scale(spec.cluster, service, 0);
  await recordOnce(world, stored, { type: 'GreenRemoved' });
  return { outcome: 'removed' };
}
