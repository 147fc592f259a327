import type { KeyObject } from 'node:crypto';
import { eachOf, type ArchiveCopy } from './archive-copy.ts';
import { type ArchiveFinding, finding } from './archive-finding.ts';
import { checkpointHash, isSignedBy, readCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { checkpointAt, checkpointKey } from './object-keys.ts';

/** What the true checkpoints of an archive say. */
export interface Checkpoints {
  readonly findings: readonly ArchiveFinding[];
  /** The SHA-256 of each object that they name. */
  readonly named: ReadonlyMap<string, string>;
  /** The newest one; none where there is no true one. */
  readonly newest?: { readonly number: number; readonly at: string; readonly hash: string };
  /** When the archive began: the time of checkpoint 1, where that is a true one. */
  readonly began?: string;
}

/**
 * Checks the checkpoints of an archive from the first to the newest: each signed by the key, in its place, and naming the one before.
 * What a checkpoint says that is not signed counts for nothing.
 */
export async function verifyCheckpoints(
  keys: readonly string[],
  copy: Pick<ArchiveCopy, 'texts'>,
  key: KeyObject,
): Promise<Checkpoints> {
  const numbers = keys.flatMap((one) => checkpointAt(one) ?? []).toSorted((one, other) => one - other);
  const read = new Map(
    await eachOf(numbers, async (number) => [number, await checkpointIn(number, copy, key)] as const),
  );
  const findings: ArchiveFinding[] = [];
  const named = new Map<string, string>();
  let before: { readonly number: number; readonly hash: string } | undefined = { number: 0, hash: '' };
  let newest: Checkpoints['newest'];
  let began: string | undefined;
  let next = 1;
  // Not number by number: anybody may put a file there that names a high one.
  for (const [number, found] of read) {
    if (number > next) {
      findings.push(missing(next, number - 1));
      before = undefined;
    }
    next = number + 1;
    if ('finding' in found) {
      findings.push(found.finding);
      before = undefined;
      continue;
    }
    const { checkpoint } = found.signed;
    if (before !== undefined && checkpoint.previous !== before.hash) {
      const says = `Checkpoint ${number} does not follow from checkpoint ${number - 1}, though the key signed both: somebody else used the key.`;
      findings.push(ofCheckpoint('changed', number, says));
    }
    findings.push(...contradictions(checkpoint, named));
    for (const { key: object, sha256 } of checkpoint.objects) if (!named.has(object)) named.set(object, sha256);
    before = { number, hash: checkpointHash(checkpoint) };
    newest = { number, at: checkpoint.at, hash: before.hash };
    if (number === 1) began = checkpoint.at;
  }
  return { findings, named, ...(newest !== undefined && { newest }), ...(began !== undefined && { began }) };
}

type Read = { readonly signed: SignedCheckpoint } | { readonly finding: ArchiveFinding };

/** Of several versions the one that the key signed counts; any other one is named. */
async function checkpointIn(number: number, copy: Pick<ArchiveCopy, 'texts'>, key: KeyObject): Promise<Read> {
  const texts = await copy.texts(checkpointKey(number));
  const candidates = [...new Set(texts)].map((text) => readCheckpoint(text));
  const [signed] = candidates;
  const changed = (says: string): Read => ({ finding: ofCheckpoint('changed', number, says) });
  if (texts.length === 0) return { finding: missing(number, number) };
  if (candidates.length > 1) return changed(`Checkpoint ${number} was written over: it has versions that differ.`);
  if (signed === undefined) return changed(`Checkpoint ${number} was changed: it is not what Sluice writes.`);
  if (!isSignedBy(signed, key)) return changed(`Checkpoint ${number} was changed: the key did not sign it.`);
  if (signed.checkpoint.number === number) return { signed };
  const says = `Checkpoint ${signed.checkpoint.number} is in the place of checkpoint ${number}.`;
  return { finding: ofCheckpoint('reordered', number, says) };
}

function contradictions(
  { number, objects }: SignedCheckpoint['checkpoint'],
  named: ReadonlyMap<string, string>,
): readonly ArchiveFinding[] {
  return objects
    .filter(({ key, sha256 }) => named.has(key) && named.get(key) !== sha256)
    .map(({ key }) =>
      finding('changed', key, (what) => `${what} was changed in the table before checkpoint ${number} was written.`),
    );
}

function missing(from: number, through: number): ArchiveFinding {
  const says = from === through ? `Checkpoint ${from} is missing.` : `Checkpoints ${from} to ${through} are missing.`;
  return ofCheckpoint('dropped', from, says);
}

function ofCheckpoint(kind: ArchiveFinding['kind'], number: number, says: string): ArchiveFinding {
  return { kind, object: checkpointKey(number), says };
}
