import { judge, type Judgement, type Requirement } from '../attestation/judge.ts';
import { trustedKey, type TrustedKey } from '../attestation/trusted-key.ts';
import { verifyEnvelope } from '../attestation/verify-envelope.ts';
import type { Attestations, KeptAttestations } from '../ports/attestations.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { CheckSettings } from '../specification/checks.ts';
import type { Check } from './check.ts';
import { messageOf } from '../specification/text/message-of.ts';

type Settings = NonNullable<CheckSettings['attested']>;

/**
 * Returns the keys that a spec trusts to speak for its stage.
 * @throws Error for one that is no key on P-256
 */
export function trustedKeysOf({ from, keys }: Settings): readonly TrustedKey[] {
  return keys.map(({ key, kinds }, index) => {
    const scope = kinds === undefined ? from : `${from}:${kinds.join('+')}`;
    try {
      return trustedKey(scope, key);
    } catch (error) {
      const why = messageOf(error);
      throw new Error(`checks.attested.keys[${String(index)}]: ${why}`, { cause: error });
    }
  });
}

/** Returns what a spec asks for. */
export function requirementIn({ from, kinds, soak, notOlder }: Settings): Requirement {
  return { stage: from, attested: kinds, soak, notOlder };
}

/** What is proven of the image of a rollout, and what was kept and is not believed any more. */
export interface Proof extends Judgement {
  readonly refused: readonly string[];
}

/** Verifies the attestations that were kept for an image anew, by the keys of the spec, and judges them. */
function proofOf(
  settings: Settings,
  { service, image }: Pick<RolloutState, 'service' | 'image'>,
  { attestations }: KeptAttestations,
  now: Date,
): Proof {
  const trusted = trustedKeysOf(settings);
  const found = attestations.map(({ envelope }) => verifyEnvelope(envelope, trusted));
  const verified = found.flatMap((one) => (one.outcome === 'verified' ? [one.attestation] : []));
  const wanted = { service, digest: image.digest, shown: image.tag };
  return {
    ...judge(requirementIn(settings), wanted, verified, now),
    refused: found.flatMap((one) => (one.outcome === 'refused' ? [one.why] : [])),
  };
}

/**
 * Reads what is proven of the image of a rollout; `undefined` where its spec asks for nothing.
 * @throws Error where the record of attestations, or a key, cannot be read
 */
export async function readAttestations(
  state: Pick<RolloutState, 'service' | 'image' | 'spec'>,
  { store, now }: { readonly store: Pick<Attestations, 'attested'>; readonly now: () => Date },
): Promise<Proof | undefined> {
  const settings = state.spec.checks?.attested;
  if (settings === undefined) return undefined;
  return proofOf(settings, state, await store.attested(state.service, state.image.digest), now());
}

/** Returns what is proven, or all that is lacking, in words. */
export function proofText({ isProven, kinds, refused }: Proof): string {
  const counting = kinds.filter(({ standing }) => isProven || standing !== 'proven').map(({ says }) => says);
  const ignored =
    refused.length === 0 ? [] : [`${String(refused.length)} kept attestations are not believed: ${refused[0] ?? ''}`];
  return [...counting, ...ignored].join('; ');
}

/** A version that another stage has not proven should not reach users here. */
export const attested: Check = {
  name: 'attested',
  expected: 'a pass of each of `kinds`, signed by a trusted key of the stage `from`',
  page: {
    asks: 'Has another stage attested this very image: a rollout of it there, and suites?',
    reads: 'the attestations that `sluice attest` brought, whose signatures are verified anew',
    rights: ['dynamodb:GetItem'],
    fails:
      'a kind is not attested, its newest attestation is a failure, is too old or has expired, or the image has not served there for `soak`',
    fix: 'roll the image out in that stage and run what is missing there, bring the attestations with `sluice attest`, and start it again; in an emergency write a waiver',
  },
  async observe(state, world) {
    const proof = await readAttestations(state, world);
    if (proof === undefined) return { passed: true, skipped: true, saw: 'the spec asks for no attestation' };
    return { passed: proof.isProven, saw: proofText(proof) };
  },
};
