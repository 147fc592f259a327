import type { Archived, RecordArchive, WrittenOnce } from '../../ports/record-archive.ts';
import type { Signer } from '../../ports/signer.ts';
import { eventHash } from '../chain.ts';
import { isLink, rawEventOf } from '../raw-event.ts';
import type { ArchiveBucket } from './archive-bucket.ts';
import { type Checkpoint, checkpointHash, readCheckpoint, signedText, textHash } from './checkpoint.ts';
import { type ArchivedObject, missingObjects, type WrittenTable } from './missing-objects.ts';
import { checkpointFolder, checkpointKey, eventAt } from './object-keys.ts';

export interface ArchiveParts {
  readonly table: WrittenTable;
  readonly bucket: ArchiveBucket;
  readonly signer: Pick<Signer, 'sign'>;
  readonly stage: string;
  readonly now: () => Date;
}

/** So many other writers may be first before one gives up; it is called again. */
const mostRaces = 40;
const mostAtOnce = 20;

/**
 * An archive with signed checkpoints, each of which names the one before. The checkpoint is written before the objects that it
 * names: an object that is there is always named, so what was archived before is told by the objects alone, and a call that dies
 * in between is made up for by the next one.
 */
export function signedArchive(parts: ArchiveParts): RecordArchive {
  return {
    async keep(items: readonly WrittenOnce[]): Promise<Archived> {
      const missing = await missingObjects(items, parts.table, parts.bucket);
      if (missing.length === 0) return { objects: 0 };
      const checkpoint = await addCheckpoint(missing, parts);
      let objects = 0;
      for (let from = 0; from < missing.length; from += mostAtOnce) {
        const added = await Promise.all(missing.slice(from, from + mostAtOnce).map((one) => add(one, parts.bucket)));
        objects += added.filter(Boolean).length;
      }
      return { objects, checkpoint };
    },
  };
}

async function addCheckpoint(missing: readonly ArchivedObject[], parts: ArchiveParts): Promise<number> {
  const { bucket, signer, stage, now } = parts;
  const objects = missing.map(({ key, text }) => ({ key, sha256: textHash(text) }));
  for (let race = 0; race < mostRaces; race += 1) {
    const { number: last, hash: previous } = await newestCheckpoint(bucket);
    const number = last + 1;
    const checkpoint: Checkpoint = {
      ...{ type: 'sluice-checkpoint-1', stage, number, at: now().toISOString(), previous },
      ...{ heads: headsOf(missing), objects },
    };
    if (await bucket.add(checkpointKey(number), await signedText(checkpoint, signer))) return number;
  }
  throw new Error(`Others wrote ${mostRaces} checkpoints meanwhile; this one is written at the next call.`);
}

async function newestCheckpoint(bucket: ArchiveBucket): Promise<{ readonly number: number; readonly hash: string }> {
  const [key] = await bucket.keys(checkpointFolder, 1);
  if (key === undefined) return { number: 0, hash: '' };
  const signed = readCheckpoint(await bucket.text(key));
  if (signed !== undefined && checkpointKey(signed.checkpoint.number) === key) {
    return { number: signed.checkpoint.number, hash: checkpointHash(signed.checkpoint) };
  }
  throw new Error(
    `${key} in the archive is no checkpoint of Sluice, so none can follow it. Find out who put it there: sluice audit verify --archive`,
  );
}

function headsOf(objects: readonly ArchivedObject[]): Checkpoint['heads'] {
  const heads = new Map<string, Checkpoint['heads'][number]>();
  for (const { key, text } of objects) {
    const place = eventAt(key);
    const event = place && rawEventOf(text);
    if (place === undefined || event === undefined || !isLink(event.chain)) continue;
    const { rolloutId: rollout, sequence } = place;
    if (sequence > (heads.get(rollout)?.sequence ?? 0))
      heads.set(rollout, { rollout, sequence, hash: eventHash(event) });
  }
  return [...heads.values()];
}

async function add({ key, text }: ArchivedObject, bucket: ArchiveBucket): Promise<boolean> {
  if (await bucket.add(key, text)) return true;
  if ((await bucket.text(key)) === text) return false;
  throw new Error(
    `${key} in the archive is not what the table has now: one of the two was changed. Compare them: sluice audit verify --archive`,
  );
}
