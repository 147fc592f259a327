import { type EventType, knownDefinitionOf, type RecordedEvent, type RolloutEvent } from './events.ts';
import type { Severity } from './events/define-event.ts';
import { type Matter, mattersAfter } from './matters.ts';

/** Something that needs a person, from the event that opened it to the one that ended it. */
export interface Need {
  readonly type: EventType;
  /** When it was opened, ISO 8601. */
  readonly at: string;
  readonly severity: Severity;
  /** The events that announced it: the one that opened it, and each repetition while it stayed open. */
  readonly announced: readonly { readonly sequence: number; readonly at: string }[];
}

/** One event's part in what needs a person. */
export interface NeedChange {
  /** Needs that are over with the event. */
  readonly ended: readonly Need[];
  /** Needs that a person took with it. */
  readonly taken: readonly Need[];
}

export const noChange: NeedChange = { ended: [], taken: [] };

/** Whether a person has to know at once, or to decide; all of it is announced again when it ends. */
export function needsPerson({ type, severity }: { readonly type: EventType; readonly severity: Severity }): boolean {
  return severity === 'critical' || knownDefinitionOf({ type })?.needsPerson === true;
}

/** Returns what every event of a whole record ended and who took what, by sequence; events that did neither are left out. */
export function needChanges(record: readonly RecordedEvent[]): ReadonlyMap<number, NeedChange> {
  const changes = new Map<number, NeedChange>();
  let matters: readonly Matter[] = [];
  let needs: readonly Need[] = [];
  for (const { event, sequence, at } of record) {
    const before = matters;
    matters = mattersAfter(before, event, at);
    const isOpen = ({ type, at: since }: Need) => matters.some((one) => one.type === type && one.at === since);
    const ended = needs.filter((need) => !isOpen(need));
    const taken = needs.filter((need) => isOpen(need) && isTaken(need, matters) && !isTaken(need, before));
    if (ended.length + taken.length > 0) changes.set(sequence, { ended, taken });
    needs = announced(needs.filter(isOpen), matters, event, { sequence, at });
  }
  return changes;
}

function isTaken({ type }: Need, matters: readonly Matter[]): boolean {
  return matters.some((matter) => matter.type === type && matter.taken !== undefined);
}

/** The needs that are open, with one more announcement of the event's own. */
function announced(
  open: readonly Need[],
  matters: readonly Matter[],
  { type }: RolloutEvent,
  here: Need['announced'][number],
): readonly Need[] {
  const known = open.find((need) => need.type === type);
  if (known !== undefined) {
    return open.map((need) => (need === known ? { ...need, announced: [...need.announced, here] } : need));
  }
  const opened = matters.find((matter) => matter.type === type && matter.at === here.at);
  if (opened === undefined || !needsPerson(opened)) return open;
  return [...open, { type, at: opened.at, severity: opened.severity, announced: [here] }];
}
