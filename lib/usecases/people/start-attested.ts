import { judge } from '../../attestation/judge.ts';
import { rolloutKind } from '../../attestation/statement.ts';
import type { TrustedKey } from '../../attestation/trusted-key.ts';
import { type VerifiedAttestation, verifyEnvelope } from '../../attestation/verify-envelope.ts';
import { requesterOfCaller } from '../../approval/requester-of.ts';
import type { Calling } from '../../approval/judge-caller.ts';
import { requirementIn } from '../../checks/attested.ts';
import type { Executions } from '../../ports/executions.ts';
import type { RolloutStore, RolloutSummary } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import type { CheckSettings } from '../../specification/checks.ts';

/** What is looked through for the version that production took last. */
const rolloutsLookedThrough = 20;

interface StartNeeds extends Part<'now'> {
  readonly store: Pick<RolloutStore, 'attested' | 'list'>;
  readonly executions: Pick<Executions, 'start'>;
}

interface Proven {
  readonly service: string;
  readonly digest: string;
  readonly settings: NonNullable<CheckSettings['attested']>;
  readonly trusted: readonly TrustedKey[];
  /** The name of who brought the attestations. */
  readonly by: string;
}

/**
 * Starts a rollout of an image once all that the spec asks for is attested of it; once for each image, however often attestations come.
 * One that the other stage finished before the version that was taken here last is not started: attestations may come late.
 * @returns the ARN of the execution; `undefined` where nothing is started
 */
export async function startAttested(
  { service, digest, settings, trusted, by }: Proven,
  { caller }: Calling,
  world: StartNeeds,
): Promise<string | undefined> {
  const mine = await verifiedOf(service, digest, trusted, world.store);
  const { isProven } = judge(requirementIn(settings), { service, digest }, mine, world.now());
  if (!isProven) return undefined;
  const [newest] = (await world.store.list(service, rolloutsLookedThrough)).filter(
    ({ phase, drill }) => phase !== 'rejected' && drill === undefined,
  );
  if (newest !== undefined && !(finishedIn(mine) > (await takenFrom(newest, service, trusted, world.store))))
    return undefined;
  const name = `attested-${service}-${digest.slice('sha256:'.length, 'sha256:'.length + 16)}`;
  const input = { service, image: digest, requestedBy: by, requester: requesterOfCaller(caller) };
  const { executionArn, alreadyStarted } = await world.executions.start(name, input);
  return alreadyStarted ? undefined : executionArn;
}

/** When the other stage finished what was taken here last; when it was taken, where it was taken without an attestation. */
async function takenFrom(
  { digest, openedAt }: RolloutSummary,
  service: string,
  trusted: readonly TrustedKey[],
  store: Pick<RolloutStore, 'attested'>,
): Promise<number> {
  const finished = digest === undefined ? undefined : finishedIn(await verifiedOf(service, digest, trusted, store));
  return finished === undefined || finished === Number.NEGATIVE_INFINITY ? Date.parse(openedAt) : finished;
}

async function verifiedOf(
  service: string,
  digest: string,
  trusted: readonly TrustedKey[],
  store: Pick<RolloutStore, 'attested'>,
): Promise<readonly VerifiedAttestation[]> {
  const { attestations } = await store.attested(service, digest);
  return attestations.flatMap(({ envelope }) => {
    const found = verifyEnvelope(envelope, trusted);
    return found.outcome === 'verified' ? [found.attestation] : [];
  });
}

/** When the other stage finished its newest rollout of an image, in milliseconds; before all times where that is not attested. */
function finishedIn(attestations: readonly VerifiedAttestation[]): number {
  const rollouts = attestations.filter(({ kind }) => kind === rolloutKind);
  return Math.max(Number.NEGATIVE_INFINITY, ...rollouts.map(({ finishedAt }) => Date.parse(finishedAt)));
}
