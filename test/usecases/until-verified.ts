import { verifyGreen, verifyGreenInput } from '../../lib/usecases/green/verify-green.ts';
import type { OwnedInput } from '../../lib/usecases/ownership/owned-rollout.ts';
import type { World } from '../../lib/ports/world.ts';

/** Every look at green until one ends the verification, as the state machine repeats them; `wait` lets the time pass between. */
export async function untilVerified(
  owned: OwnedInput,
  world: World,
  wait: (milliseconds: number) => unknown,
): Promise<readonly { readonly outcome: string }[]> {
  const looks = [];
  let look = await verifyGreen(owned, world);
  looks.push(look);
  while (look.outcome === 'waiting') {
    await wait(look.waitSeconds * 1000);
    const handed: unknown = JSON.parse(JSON.stringify({ ...owned, progress: look.progress }));
    look = await verifyGreen(verifyGreenInput.parse(handed), world);
    looks.push(look);
  }
  return looks;
}
