import { eventAt } from './object-keys.ts';

/** What is wrong with one object of the archive, or with what stands in its place in the table. */
export interface ArchiveFinding {
  readonly kind: 'changed' | 'dropped' | 'inserted' | 'reordered' | 'stateChanged';
  /** The key of the object. */
  readonly object: string;
  /** Of an event: its rollout and its place there. */
  readonly rollout?: string;
  readonly sequence?: number;
  readonly says: string;
}

/** Returns a finding about an object, which says what the object is: an event by its number, anything else by its key. */
export function finding(kind: ArchiveFinding['kind'], object: string, says: (what: string) => string): ArchiveFinding {
  const event = eventAt(object);
  if (event === undefined) return { kind, object, says: says(object) };
  const { rolloutId: rollout, sequence } = event;
  return { kind, object, rollout, sequence, says: says(`Event ${sequence} of ${rollout}`) };
}
