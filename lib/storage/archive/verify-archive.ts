import type { KeyObject } from 'node:crypto';
import type { KeptRecord } from '../../ports/kept-record.ts';
import { rawEventOf } from '../raw-event.ts';
import { chainFindings, isChained } from '../verify-chain.ts';
import { type ArchiveCopy, eachOf } from './archive-copy.ts';
import { type ArchiveFinding, finding } from './archive-finding.ts';
import { textHash } from './checkpoint.ts';
import { checkpointAt, eventAt, eventFolder, eventKey } from './object-keys.ts';
import { type Checkpoints, verifyCheckpoints } from './verify-checkpoints.ts';

/** What was found out about an archive. */
export interface VerifiedArchive {
  readonly findings: readonly ArchiveFinding[];
  readonly newest: Checkpoints['newest'];
  readonly began: Checkpoints['began'];
  readonly objects: number;
  readonly rollouts: number;
  /** Rollouts whose events carry no hash chain: a version of the product without chains opened them. */
  readonly unchained: readonly string[];
}

/**
 * Checks an archive by the public key alone: every checkpoint, every object that one names, the hash chain of every rollout. Names
 * each object that was changed, dropped, inserted or reordered. An object that no signed checkpoint names was inserted.
 */
export async function verifyArchive(copy: ArchiveCopy, key: KeyObject): Promise<VerifiedArchive> {
  const keys = await copy.keys();
  const checkpoints = await verifyCheckpoints(keys, copy, key);
  const { named } = checkpoints;
  const there = new Set(keys);
  const objects = [...new Set([...named.keys(), ...keys.filter((one) => checkpointAt(one) === undefined)])].sort();
  const rollouts = [...new Set(objects.flatMap((one) => eventAt(one)?.rolloutId ?? []))];
  const others = objects.filter((one) => eventAt(one) === undefined);
  const ofOthers = await eachOf(others, async (one) => judged(one, there.has(one) ? await copy.texts(one) : [], named));
  const byRollout = Map.groupBy(objects, (one) => eventAt(one)?.rolloutId);
  const ofRollouts = await eachOf(rollouts, (rolloutId) =>
    ofRollout(rolloutId, byRollout.get(rolloutId) ?? [], { copy, named, there }),
  );
  return {
    findings: [
      ...checkpoints.findings,
      ...ofOthers.flatMap((one) => one ?? []),
      ...ofRollouts.flatMap(({ findings }) => findings),
    ],
    newest: checkpoints.newest,
    began: checkpoints.began,
    objects: objects.length,
    rollouts: rollouts.length,
    unchained: ofRollouts.flatMap(({ unchained }) => unchained ?? []),
  };
}

/** Returns the events of a rollout as an archive has them; `undefined` where it has none. */
export async function archivedRecord(rolloutId: string, copy: ArchiveCopy): Promise<KeptRecord | undefined> {
  const folder = eventFolder(rolloutId);
  const keys = (await copy.keys()).filter((one) => one.startsWith(folder) && eventAt(one) !== undefined);
  const texts = await eachOf(keys, async (one) => [eventAt(one)?.sequence ?? 0, await copy.texts(one)] as const);
  const events = new Map(
    texts.flatMap(([sequence, [text]]) => (text === undefined ? [] : [[sequence, text] as const])),
  );
  return events.size === 0 ? undefined : { rolloutId, events, state: undefined, source: 'archive' };
}

interface Known {
  readonly copy: ArchiveCopy;
  readonly named: Checkpoints['named'];
  readonly there: ReadonlySet<string>;
}

async function ofRollout(rolloutId: string, keys: readonly string[], { copy, named, there }: Known) {
  const events = new Map<number, string>();
  const findings = new Map<string, ArchiveFinding>();
  for (const key of keys) {
    const texts = there.has(key) ? await copy.texts(key) : [];
    const found = judged(key, texts, named);
    if (found !== undefined) findings.set(key, found);
    const [text] = texts;
    const sequence = eventAt(key)?.sequence;
    if (text !== undefined && sequence !== undefined) events.set(sequence, text);
  }
  if (!isChained({ rolloutId, events, state: undefined })) {
    return { findings: [...findings.values()], unchained: rolloutId };
  }
  for (const { kind, sequence, through } of chainFindings(rolloutId, events)) {
    const key = eventKey(rolloutId, sequence);
    if (kind === 'unhashed' || findings.has(key)) continue;
    const how = kind === 'stateChanged' ? 'changed' : kind;
    const says = (what: string) =>
      through === undefined
        ? `${what} was ${how} before it was archived.`
        : `Events ${sequence} to ${through} of ${rolloutId} were ${how} before they were archived.`;
    findings.set(key, finding(kind, key, says));
  }
  return { findings: [...findings.values()] };
}

/** What is wrong with one object, by what the checkpoints say of it. */
function judged(key: string, texts: readonly string[], named: Checkpoints['named']): ArchiveFinding | undefined {
  const expected = named.get(key);
  if (expected === undefined) {
    return finding('inserted', key, (what) => `${what} is named by no signed checkpoint: it was inserted.`);
  }
  if (texts.length === 0) return finding('dropped', key, (what) => `${what} is missing.`);
  const wrong = texts.find((text) => textHash(text) !== expected);
  if (wrong === undefined) return undefined;
  const place = eventAt(key);
  const event = place && rawEventOf(wrong);
  if (place === undefined || event === undefined) return finding('changed', key, (what) => `${what} was changed.`);
  const { rolloutId, sequence } = event;
  if (rolloutId !== place.rolloutId) {
    return finding('inserted', key, (what) => `Event ${sequence} of ${rolloutId} is in the place of ${lower(what)}.`);
  }
  if (sequence === place.sequence) return finding('changed', key, (what) => `${what} was changed.`);
  return finding('reordered', key, (what) => `Event ${sequence} is in the place of ${lower(what)}.`);
}

const lower = (text: string) => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
