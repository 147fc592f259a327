import type { KeptRecord } from '../../ports/kept-record.ts';
import { rawEventOf } from '../raw-event.ts';
import { isChained, recordFindings } from '../verify-chain.ts';
import { type ArchiveFinding, finding } from './archive-finding.ts';
import { textHash } from './checkpoint.ts';
import { eventText } from './missing-objects.ts';
import { eventKey } from './object-keys.ts';

/**
 * Returns where the table differs from the archive, event by event; the archive is taken as true. What the table says of its own
 * chain and state is checked besides.
 * @param table the record of the table; `undefined` where it has none
 */
export function compareWithTable(
  rolloutId: string,
  archived: KeptRecord['events'],
  table: KeptRecord | undefined,
): readonly ArchiveFinding[] {
  const events = table?.events ?? new Map<number, string>();
  const places = [...new Set([...archived.keys(), ...events.keys()])].sort((one, other) => one - other);
  const findings = new Map<number, ArchiveFinding>();
  for (const place of places) {
    const found = compared(eventKey(rolloutId, place), archived.get(place), events.get(place));
    if (found !== undefined) findings.set(place, found);
  }
  const others = table === undefined ? [] : tableFindings(table);
  return [
    ...findings.values(),
    ...others.filter(({ kind, sequence = 0 }) => kind === 'stateChanged' || !findings.has(sequence)),
  ];
}

/** Returns what a record of the table says of its own chain and state; nothing of one without a chain. */
export function tableFindings(table: KeptRecord): readonly ArchiveFinding[] {
  const { rolloutId } = table;
  const found = isChained(table) ? recordFindings(table) : [];
  return found.flatMap(({ kind, sequence, says }) =>
    kind === 'unhashed'
      ? []
      : [
          {
            ...{ kind, object: eventKey(rolloutId, sequence), rollout: rolloutId, sequence },
            says: `In the table of ${rolloutId}: ${says}`,
          },
        ],
  );
}

/**
 * Whether all events of a record say that they are older than an archive, which then need not have them.
 * @param began when the archive began, in ISO 8601; `undefined` where that is not known, so that nothing is older
 */
export function isOlderThan(began: string | undefined, { events }: KeptRecord): boolean {
  if (began === undefined) return false;
  return [...events.values()].every((text) => {
    const at = rawEventOf(text)?.['at'];
    return typeof at === 'string' && Date.parse(at) < Date.parse(began);
  });
}

function compared(key: string, archived: string | undefined, text: string | undefined): ArchiveFinding | undefined {
  if (archived === undefined) {
    const says = 'is in the table and not in the archive: it was inserted, or its copy is older than a minute';
    return finding('inserted', key, (what) => `${what} ${says}.`);
  }
  if (text === undefined) return finding('dropped', key, (what) => `${what} is missing from the table.`);
  if (textHash(eventText(text)) === textHash(archived)) return undefined;
  return finding('changed', key, (what) => `${what} was changed in the table.`);
}
