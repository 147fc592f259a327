import type { Attestation } from '../../attestation/statement.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { isActive } from '../../rollout/phase.ts';
import { CliFailure, type Stack } from '../cli-context.ts';

/** What is looked through for a rollout of an image. */
const rolloutsLookedThrough = 100;

/**
 * Returns what the record of a stage says of an image: a pass with the time for which it was seen to serve all traffic, or a failure where it
 * was rolled back, also by a person later.
 * @throws CliFailure where no rollout of it has ended there, or its record was changed outside of Sluice
 */
export async function recordedRollout(
  service: string,
  digest: string,
  stage: string,
  store: Pick<Stack['store'], 'list' | 'load'>,
  now: Date,
): Promise<Attestation> {
  const listed = await store.list(service, rolloutsLookedThrough);
  const all = await Promise.all(listed.map(({ rolloutId }) => store.load(rolloutId)));
  // A drill leaves what serves as it is, and proves nothing against it.
  const loaded = all.filter((one) => one?.state.drill === undefined);
  // Those that came after it decide as much: whether it was taken back, and for how long it served.
  const last = loaded.findIndex((one) => one?.state.phase !== 'rejected' && one?.state.image.digest === digest);
  const changed = loaded.slice(0, last + 1).find((one) => one?.altered !== undefined);
  if (changed?.altered !== undefined)
    throw new CliFailure(`${changed.state.rolloutId} attests nothing: ${changed.altered}`);
  const tried = loaded.filter((one) => one !== undefined).filter(({ state }) => state.phase !== 'rejected');
  const place = tried.findIndex(({ state }) => state.image.digest === digest);
  const found = tried[place];
  if (found === undefined) {
    throw new CliFailure(
      `Stage ${stage} has not tried a rollout of ${digest}; start it there: sluice start ${service} --image ${digest} --stage ${stage}`,
    );
  }
  const about = { digest, service, stage, kind: 'rollout', issuer: `rollout ${found.state.rolloutId}` } as const;
  return { ...about, ...whatItSays(found, tried[place - 1], now) };
}

/** @param next the one that came after it, of another image */
function whatItSays(
  { state }: StoredRollout,
  next: StoredRollout | undefined,
  now: Date,
): Pick<Attestation, 'result' | 'finishedAt' | 'servedFrom' | 'servedUntil'> {
  const { rolloutId, phase, closedAt } = state;
  if (isActive(state) || closedAt === undefined) {
    throw new CliFailure(`${rolloutId} has not ended yet: it is ${phase}. Follow it with: sluice status ${rolloutId}`);
  }
  if (phase !== 'succeeded') return { result: 'fail', finishedAt: closedAt };
  if (next?.state.rollback !== undefined) return { result: 'fail', finishedAt: next.state.openedAt };
  // From then on it may have had less than all traffic.
  const servedUntil = next?.state.openedAt ?? now.toISOString();
  return { result: 'pass', finishedAt: closedAt, servedFrom: closedAt, servedUntil };
}
