import type { WrittenOnce } from '../../ports/record-archive.ts';
import { parsedJson } from '../../specification/text/parsed-json.ts';
import { canonicalJson } from '../canonical-json.ts';
import { eventAt, eventFolder, eventKey, objectKey } from './object-keys.ts';
import type { ArchiveBucket } from './archive-bucket.ts';

/** What the archive reads of the table. */
export interface WrittenTable {
  /** The whole item; `undefined` where there is none. */
  item(key: WrittenOnce): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** The JSON texts of the events of a rollout behind a sequence, in order. */
  eventsAfter(
    rolloutId: string,
    sequence: number,
  ): Promise<readonly { readonly sequence: number; readonly text: string }[]>;
}

/** An object as it is written. */
export interface ArchivedObject {
  readonly key: string;
  readonly text: string;
}

/**
 * Returns the objects of some items that the archive has not yet, as canonical JSON. Of a rollout these are all events behind the
 * last one up to which the archive has all: a hint that was lost is made up for by the next one.
 */
export async function missingObjects(
  items: readonly WrittenOnce[],
  table: WrittenTable,
  bucket: Pick<ArchiveBucket, 'keys'>,
): Promise<readonly ArchivedObject[]> {
  const byKey = new Map(items.flatMap((item) => named(item)));
  const rollouts = new Set([...byKey.keys()].flatMap((key) => eventAt(key)?.rolloutId ?? []));
  const ofRollouts = await Promise.all([...rollouts].map((rolloutId) => missingEvents(rolloutId, table, bucket)));
  const others = [...byKey].filter(([key]) => eventAt(key) === undefined);
  const ofOthers = await Promise.all(others.map(([key, item]) => missingItem(key, item, table, bucket)));
  return [...ofRollouts.flat(), ...ofOthers.flat()];
}

function named(item: WrittenOnce): readonly (readonly [string, WrittenOnce])[] {
  const key = objectKey(item);
  return key === undefined ? [] : [[key, item]];
}

async function missingEvents(
  rolloutId: string,
  table: WrittenTable,
  bucket: Pick<ArchiveBucket, 'keys'>,
): Promise<readonly ArchivedObject[]> {
  const there = new Set(await bucket.keys(eventFolder(rolloutId)));
  let upTo = 0;
  while (there.has(eventKey(rolloutId, upTo + 1))) upTo += 1;
  const events = await table.eventsAfter(rolloutId, upTo);
  return events
    .map(({ sequence, text }) => ({ key: eventKey(rolloutId, sequence), text: eventText(text) }))
    .filter(({ key }) => !there.has(key));
}

/** Returns an event as the archive has it: canonical JSON, or the text itself where it is none. */
export function eventText(text: string): string {
  return canonicalJson(parsedJson(text) ?? text);
}

async function missingItem(
  key: string,
  item: WrittenOnce,
  table: WrittenTable,
  bucket: Pick<ArchiveBucket, 'keys'>,
): Promise<readonly ArchivedObject[]> {
  if ((await bucket.keys(key, 1)).includes(key)) return [];
  const found = await table.item(item);
  return found === undefined ? [] : [{ key, text: canonicalJson(found) }];
}
