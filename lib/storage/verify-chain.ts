import type { KeptRecord } from '../ports/kept-record.ts';
import { parsedJson } from '../specification/text/parsed-json.ts';
import { canonicalJson } from './canonical-json.ts';
import { beforeTheFirst, eventHash, stateHash } from './chain.ts';
import { isLink, rawEventOf, type RawEvent } from './raw-event.ts';

/** What is wrong with one event, or with the state that follows from all of them. */
export interface ChainFinding {
  readonly kind: 'changed' | 'dropped' | 'inserted' | 'reordered' | 'stateChanged' | 'unhashed';
  /** The event that it is about; the newest one where it is about the state. */
  readonly sequence: number;
  /** Of several in a row that are missing: the last one. */
  readonly through?: number;
  readonly says: string;
}

/** Returns whether a record carries hashes: a rollout that was opened by a version without chains has none anywhere. */
export function isChained({ events, state }: KeptRecord): boolean {
  return state?.['head'] !== undefined || [...events.values()].some((text) => isLink(rawEventOf(text)?.chain));
}

/** Returns what was changed in the whole record of a rollout with a chain; see `chainFindings`. */
export function recordFindings({ rolloutId, events, state, source, stray = [] }: KeptRecord): readonly ChainFinding[] {
  const beside = stray.map((key): ChainFinding => {
    return { kind: 'inserted', sequence: 0, says: `The item ${key} lies among the events, but is no event.` };
  });
  if (state !== undefined || source === 'archive') return [...beside, ...chainFindings(rolloutId, events, state)];
  const says = 'The state is missing.';
  return [
    ...beside,
    ...chainFindings(rolloutId, events),
    { kind: 'stateChanged', sequence: Math.max(0, ...events.keys()), says },
  ];
}

/**
 * Returns what was changed, dropped, inserted or reordered in the events of a rollout with a chain; empty where nothing was. A
 * finding of kind `unhashed` is no forgery by itself: a version of the product without chains wrote the event.
 * @param state the item of the state, where it is checked besides
 */
export function chainFindings(
  rolloutId: string,
  events: KeptRecord['events'],
  state?: Readonly<Record<string, unknown>>,
): readonly ChainFinding[] {
  const findings: ChainFinding[] = [];
  const places = [...events.keys()].sort((left, right) => left - right);
  const last = state === undefined ? (places.at(-1) ?? 0) : Number(state['sequence']);
  let walk: Walk = { expected: beforeTheFirst, findings: [], stateHash: undefined };
  let next = 1;
  const take = (taken: Walk): void => {
    walk = taken;
    findings.push(...taken.findings);
  };
  // Not number by number: what was changed may name any number.
  for (const [place, text] of places.flatMap((one) =>
    one < 1 || one > last ? [] : [[one, events.get(one)] as const],
  )) {
    if (place > next) take(missing(next, place - 1));
    take(step(rolloutId, place, text ?? '', walk));
    next = place + 1;
  }
  if (last >= next) take(missing(next, last));
  for (const place of places.filter((one) => one < 1 || one > last)) {
    const where = place < 1 ? 'before the beginning' : 'behind the end';
    findings.push({ kind: 'inserted', sequence: place, says: `Event ${place} is ${where} of the record.` });
  }
  return state === undefined ? findings : [...findings, ...stateFindings(state, walk, last)];
}

interface Walk {
  /** The hash that the next event has to name; `undefined` behind an event that is missing. */
  readonly expected: string | undefined;
  readonly findings: readonly ChainFinding[];
  /** The newest hash of the state that an event carries, while no event without a hash came after it. */
  readonly stateHash: string | undefined;
}

function missing(from: number, through: number): Walk {
  const finding: ChainFinding =
    from === through
      ? { kind: 'dropped', sequence: from, says: `Event ${from} is missing.` }
      : { kind: 'dropped', sequence: from, through, says: `Events ${from} to ${through} are missing.` };
  return { expected: undefined, findings: [finding], stateHash: undefined };
}

function step(rolloutId: string, place: number, text: string, { expected }: Walk): Walk {
  const event = rawEventOf(text);
  const found = (kind: ChainFinding['kind'], says: string): ChainFinding => ({ kind, sequence: place, says });
  if (event === undefined) {
    const findings = [found('changed', `Event ${place} cannot be read.`)];
    return { expected: undefined, findings, stateHash: undefined };
  }
  const { chain } = event;
  if (!isLink(chain)) {
    const virtual = eventHash({ ...event, chain: { previous: expected ?? beforeTheFirst } });
    const findings = misplaced(rolloutId, place, event) ?? found('unhashed', `Event ${place} carries no hash.`);
    return { expected: virtual, findings: [findings], stateHash: undefined };
  }
  const hash = eventHash(event);
  const wrong = misplaced(rolloutId, place, event) ?? wrongLink(place, { hash, link: chain, expected });
  const finding =
    wrong ?? (isAsWritten(text) ? undefined : found('changed', `Event ${place} is not written as Sluice writes it.`));
  return { expected: hash, findings: finding === undefined ? [] : [finding], stateHash: chain.state };
}

/** A key that stands twice, or white space, changes nothing that Sluice reads, but another reader may read another value. */
function isAsWritten(text: string): boolean {
  const value = parsedJson(text);
  return text === JSON.stringify(value) || text === canonicalJson(value);
}

function misplaced(rolloutId: string, place: number, event: RawEvent): ChainFinding | undefined {
  if (event.rolloutId !== rolloutId) {
    const says = `Event ${event.sequence} of rollout ${event.rolloutId} is in the place of event ${place}.`;
    return { kind: 'inserted', sequence: place, says };
  }
  if (event.sequence === place) return undefined;
  return { kind: 'reordered', sequence: place, says: `Event ${event.sequence} is in the place of event ${place}.` };
}

interface Linked {
  readonly hash: string;
  readonly link: { readonly previous: string; readonly hash: string };
  readonly expected: string | undefined;
}

function wrongLink(place: number, { hash, link, expected }: Linked): ChainFinding | undefined {
  if (link.hash !== hash) return { kind: 'changed', sequence: place, says: `Event ${place} was changed.` };
  if (expected === undefined || link.previous === expected) return undefined;
  const says = `Event ${place} does not follow from event ${place - 1}: one of the two was changed, with a new hash.`;
  return { kind: 'changed', sequence: Math.max(1, place - 1), says };
}

function stateFindings(
  state: Readonly<Record<string, unknown>>,
  { expected, stateHash: carried }: Walk,
  sequence: number,
): readonly ChainFinding[] {
  const found = (says: string): ChainFinding[] => [{ kind: 'stateChanged', sequence, says }];
  if (carried === undefined) return [];
  if (state['head'] !== expected) return found(`The state does not carry the hash of event ${sequence}.`);
  return carried === stateHash(state) ? [] : found(`The state does not follow from event ${sequence}.`);
}
