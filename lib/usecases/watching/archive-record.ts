import * as z from 'zod';
import type { Archived, RecordArchive, WrittenOnce } from '../../ports/record-archive.ts';
import type { Part } from '../../ports/world.ts';

const writtenOnce = z.object({ pk: z.string(), sk: z.string() });
export const archiveRecordInput = z.union([
  /** What was written just now. */
  z.object({ items: z.array(writtenOnce).min(1) }),
  /** Whatever no hint told of. */
  z.object({ sweep: z.literal(true) }),
]);

export interface ArchiveRecordWorld {
  readonly recordArchive: RecordArchive;
  readonly store: Pick<Part<'store'>['store'], 'services' | 'list' | 'specVersions'>;
}

/** So many of a service's newest rollouts does a sweep look at: older ones have had a sweep while they were new. */
const newest = 5;
const itemsAtOnce = 20;

/** `ArchiveRecord`: copies what was written to the table into the archive. What is there already is not written again. */
export async function archiveRecord(
  input: z.output<typeof archiveRecordInput>,
  { recordArchive, store }: ArchiveRecordWorld,
): Promise<Pick<Archived, 'objects'>> {
  if ('items' in input) return recordArchive.keep(input.items);
  const items = await newestItems(store);
  let objects = 0;
  for (let from = 0; from < items.length; from += itemsAtOnce) {
    objects += (await recordArchive.keep(items.slice(from, from + itemsAtOnce))).objects;
  }
  return { objects };
}

/** The last specs and rollouts of each service; of a rollout any event stands for all of them. */
async function newestItems(store: ArchiveRecordWorld['store']): Promise<readonly WrittenOnce[]> {
  const items: WrittenOnce[] = [];
  for (const service of await store.services()) {
    const [rollouts, specs] = await Promise.all([store.list(service, newest), store.specVersions(service, newest)]);
    items.push(
      ...rollouts.map(({ rolloutId }) => ({ pk: `ROLLOUT#${rolloutId}`, sk: 'EVENT#00000001' })),
      ...specs.map(({ version }) => ({ pk: `SERVICE#${service}`, sk: `SPEC#${String(version).padStart(8, '0')}` })),
    );
  }
  return items;
}
