import { clockSkew } from '../../attestation/judge.ts';
import type { TrustedKey } from '../../attestation/trusted-key.ts';
import { type VerifiedAttestation, verifyEnvelope } from '../../attestation/verify-envelope.ts';
import { trustedKeysOf } from '../../checks/attested.ts';
import { factsOfCaller, recognize, type Calling } from '../../approval/judge-caller.ts';
import { type RolloutStore, StaleWrite } from '../../ports/rollout-store.ts';
import type { Executions } from '../../ports/executions.ts';
import type { Part } from '../../ports/world.ts';
import { deciderOf } from '../../rollout/decider.ts';
import { startAttested } from './start-attested.ts';
import type { AttestRequest, CommandAnswer } from './command-request.ts';

/** So many attestations of one image are kept. */
const mostKept = 40;
/** Room that passes leave for failures: a failure must find a place. */
const roomForFailures = 10;
/** Others may bring attestations of the same image at the same time. */
const mostAttempts = 5;

interface Taken {
  readonly envelope: string;
  readonly attestation: VerifiedAttestation;
}

interface KeepNeeds extends Part<'now'> {
  readonly store: Pick<RolloutStore, 'spec' | 'attested' | 'putAttested' | 'list'>;
  /** Of the rollout machine. */
  readonly executions: Pick<Executions, 'start'>;
}

/**
 * Takes attestations about images of a service: all of them, or none where one is not signed by a key that the spec in force trusts.
 * Who brings them is recorded, and gets no say in what they prove.
 */
export async function keepAttestations(
  { service, envelopes }: Pick<AttestRequest, 'service' | 'envelopes'>,
  calling: Calling,
  world: KeepNeeds,
): Promise<CommandAnswer> {
  const { store, now } = world;
  const applied = await store.spec(service);
  const settings = applied?.spec.checks?.attested;
  if (applied === undefined || settings === undefined) {
    const reason =
      applied === undefined
        ? `No spec is applied for service "${service}".`
        : `The spec of ${service} trusts no stage: name one, and its keys, in checks.attested, and apply it.`;
    return { outcome: 'refused', reason };
  }
  const { by, how } = recognize(applied.spec.approvals, calling);
  const sender = deciderOf(by, how, factsOfCaller(calling.caller));
  const trusted = trustedKeysOf(settings);
  const judged = envelopes.map((envelope) => whyNotTaken(envelope, service, trusted, now()));
  const wrong = judged.findIndex((one) => 'why' in one);
  const first = judged[wrong];
  if (first !== undefined && 'why' in first) {
    const reason = `Attestation ${String(wrong + 1)} of ${String(envelopes.length)} is refused, and none is kept: ${first.why}.`;
    return { outcome: 'refused', reason };
  }
  const taken = judged.flatMap((one) => ('why' in one ? [] : [one]));
  try {
    const counts = { kept: 0, known: 0 };
    for (const digest of new Set(taken.map(({ attestation }) => attestation.digest))) {
      // Failures first: they must find a place where passes do not.
      for (const result of ['fail', 'pass'] as const) {
        const about = taken.filter((one) => one.attestation.digest === digest && one.attestation.result === result);
        const most = result === 'fail' ? mostKept : mostKept - roomForFailures;
        const added = await add({ service, digest, about, trusted, most, sender, at: now().toISOString() }, store);
        counts.kept += added;
        counts.known += about.length - added;
      }
    }
    const newest = settings.onAttested === 'start' ? newestOf(taken) : undefined;
    const about = { service, settings, trusted, by };
    const execution = newest && (await startAttested({ ...about, digest: newest }, calling, world));
    return { outcome: 'done', by, attested: counts, ...(execution !== undefined && { execution }) };
  } catch (error) {
    if (error instanceof StaleWrite || error instanceof TooMany) return { outcome: 'refused', reason: error.message };
    throw error;
  }
}

/** The image that the other stage finished last: of several that are proven, that one is wanted. */
function newestOf(taken: readonly Taken[]): string | undefined {
  const [newest] = taken.toSorted(
    (one, two) => Date.parse(two.attestation.finishedAt) - Date.parse(one.attestation.finishedAt),
  );
  return newest?.attestation.digest;
}

/** Thrown where an image has as many attestations as are kept. */
class TooMany extends Error {
  override readonly name = 'TooMany';
}

function whyNotTaken(
  envelope: string,
  service: string,
  trusted: readonly TrustedKey[],
  now: Date,
): Taken | { readonly why: string } {
  const found = verifyEnvelope(envelope, trusted);
  if (found.outcome === 'refused') return { why: found.why };
  const { attestation } = found;
  if (attestation.service !== service) return { why: `it is about another service, ${attestation.service}` };
  const isAhead = Date.parse(attestation.finishedAt) > now.getTime() + clockSkew * 1000;
  // A failure counts whenever it says it finished.
  if (isAhead && attestation.result === 'pass')
    return { why: `it says it finished at ${attestation.finishedAt}, which is yet to come` };
  return { envelope, attestation };
}

interface Addition {
  readonly service: string;
  readonly digest: string;
  readonly about: readonly Taken[];
  readonly trusted: readonly TrustedKey[];
  /** So many there may be with them. */
  readonly most: number;
  readonly sender: string;
  readonly at: string;
}

/**
 * Adds what is not there yet; returns how many that were.
 * @throws TooMany where there would be too many; StaleWrite where others write all the time
 */
async function add(
  { service, digest, about, trusted, most, sender, at }: Addition,
  store: KeepNeeds['store'],
): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const { revision, attestations } = await store.attested(service, digest);
    // One whose key is not trusted any more may come again, signed by another key.
    const known = new Set(attestations.map(({ envelope }) => hashOf(envelope, trusted)));
    const once = [...new Map(about.map((one) => [one.attestation.hash, one])).values()];
    const fresh = once.filter(({ attestation }) => !known.has(attestation.hash));
    if (fresh.length === 0) return 0;
    if (attestations.length + fresh.length > most) {
      throw new TooMany(
        `${digest} of ${service} has ${String(attestations.length)} attestations; at most ${String(most)} are kept, the last ${String(roomForFailures)} places for failures.`,
      );
    }
    const added = fresh.map(({ envelope }) => ({ envelope, by: sender, at }));
    try {
      await store.putAttested(service, digest, { revision: revision + 1, attestations: [...attestations, ...added] });
      return fresh.length;
    } catch (error) {
      if (!(error instanceof StaleWrite) || attempt === mostAttempts) throw error;
    }
  }
}

function hashOf(envelope: string, trusted: readonly TrustedKey[]): string | undefined {
  const found = verifyEnvelope(envelope, trusted);
  return found.outcome === 'verified' ? found.attestation.hash : undefined;
}
