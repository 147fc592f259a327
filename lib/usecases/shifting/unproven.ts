import { readAttestations, proofText } from '../../checks/attested.ts';
import { waiverOf } from '../../checks/waived.ts';
import type { Part } from '../../ports/world.ts';
import type { RolloutState } from '../../rollout/state.ts';

/**
 * Returns why the image of a rollout may not get its first traffic, by what another stage has attested meanwhile: a failure that came
 * after the pre-check, or a pass that is too old by now. `undefined` where it may. A rollout that goes back never asks.
 */
export async function whyUnproven(state: RolloutState, world: Part<'store' | 'now'>): Promise<string | undefined> {
  const blocks = state.spec.checks?.attested?.severity === 'block';
  if (!blocks || state.rollback !== undefined || waiverOf('attested', state, world.now()) !== undefined)
    return undefined;
  const proof = await readAttestations(state, world);
  return proof === undefined || proof.isProven ? undefined : `Green may not get traffic: ${proofText(proof)}`;
}
