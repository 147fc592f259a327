import * as z from 'zod';
import type { Archived, RecordArchive, WrittenItems, WrittenOnce } from '../../ports/record-archive.ts';
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
  readonly writtenItems: WrittenItems;
  readonly store: Pick<Part<'store'>['store'], 'services' | 'list' | 'specVersions'>;
}

/** So many of a service's newest rollouts does a sweep look at: older ones have had a sweep while they were new. */
const newest = 5;
/** A stop is two items: it began, and it ended. */
const newestStops = 2 * newest;
/** So many releases under way, and so many of the newest steps of each. */
const newestSteps = 20;
/** A sweep comes each hour, and hints are rarely lost. */
const newestSignIns = 100;
const itemsAtOnce = 20;

/** `ArchiveRecord`: copies what was written to the table into the archive. What is there already is not written again. */
export async function archiveRecord(
  input: z.output<typeof archiveRecordInput>,
  world: ArchiveRecordWorld,
): Promise<Pick<Archived, 'objects'>> {
  const { recordArchive } = world;
  if ('items' in input) return recordArchive.keep(input.items);
  const items = [...(await itemsOfServices(world)), ...(await itemsOfStage(world))];
  let objects = 0;
  for (let from = 0; from < items.length; from += itemsAtOnce) {
    objects += (await recordArchive.keep(items.slice(from, from + itemsAtOnce))).objects;
  }
  return { objects };
}

/** The last specs, rollouts, stops and orders of maintenance of each service; of a rollout any event stands for all of them. */
async function itemsOfServices({ store, writtenItems }: ArchiveRecordWorld): Promise<readonly WrittenOnce[]> {
  const items: WrittenOnce[] = [];
  for (const service of await store.services()) {
    const pk = `SERVICE#${service}`;
    const [rollouts, specs, stops, orders] = await Promise.all([
      store.list(service, newest),
      store.specVersions(service, newest),
      writtenItems.newest(pk, 'STOP#', newestStops),
      writtenItems.newest(pk, 'MAINTENANCE#', newest),
    ]);
    items.push(
      ...stops,
      ...orders,
      ...rollouts.map(({ rolloutId }) => ({ pk: `ROLLOUT#${rolloutId}`, sk: 'EVENT#00000001' })),
      ...specs.map(({ version }) => ({ pk, sk: `SPEC#${String(version).padStart(8, '0')}` })),
    );
  }
  return items;
}

/** The last sign-ins and stops of the whole stage, and the last steps of each release that is under way. */
async function itemsOfStage({ writtenItems }: ArchiveRecordWorld): Promise<readonly WrittenOnce[]> {
  const items = [
    ...(await writtenItems.newest('SIGNINS', 'SIGNIN#', newestSignIns)),
    ...(await writtenItems.newest('STOPS', 'STOP#', newestStops)),
  ];
  for (const { sk } of await writtenItems.newest('RELEASES', 'RELEASE#', newestSteps)) {
    items.push(...(await writtenItems.newest(sk, 'ENTRY#', newestSteps)));
  }
  return items;
}
