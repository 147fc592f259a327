import type { EventType, RolloutEvent } from './events.ts';
import { type Severity, severityOf } from './transition.ts';

/** Something that stays open after it was told: people hear of it again until it is over or somebody takes it. */
export interface Matter {
  /** The event that opened it, and when: together its name. */
  readonly type: EventType;
  readonly at: string;
  readonly severity: Severity;
  /** Who takes care of it; nobody is reminded any more. */
  readonly taken?: { readonly by: string; readonly at: string };
}

/** What opens a matter besides everything critical. */
const openers: ReadonlySet<EventType> = new Set<EventType>([
  'RolloutOpened',
  'BakeHeld',
  'ApprovalRequested',
  'DecisionRequested',
  'RolloutPaused',
  'RollbackRequested',
]);

/** What is over with which event; the end of a rollout closes everything but what outlives it. */
const closers: Readonly<Partial<Record<EventType, readonly EventType[]>>> = {
  ApprovalGranted: ['ApprovalRequested'],
  ForeignChangeUndone: ['ForeignChange'],
  RolloutResumed: ['RolloutPaused'],
  StepPassed: ['BakeHeld', 'DecisionRequested'],
  RollbackRequested: ['BakeHeld', 'ApprovalRequested', 'DecisionRequested', 'RolloutPaused'],
  BlueVerified: ['BlueNotHealthy'],
  TrafficRestored: ['TrafficNotRestored', 'RestorationHeld'],
  RequestsMoved: ['RequestsNotMoved'],
  WeightsAsRecorded: ['UsersUnserved'],
  // The person who closes it has looked at blue, and decided.
  RollbackClosed: ['BlueNotHealthy'],
};
const ends: ReadonlySet<EventType> = new Set<EventType>([
  'RolloutRejected',
  'RolledBack',
  'RollbackClosed',
  'RolloutSucceeded',
]);
const outlivesTheEnd: ReadonlySet<EventType> = new Set<EventType>(['BlueNotHealthy', 'OthersChangesLost']);

/** Whether an event may end or take what was open before it. */
export function mayEndMatters(type: EventType): boolean {
  return type === 'AlertTaken' || ends.has(type) || closers[type] !== undefined;
}

/** What is open after one more event. The same matter opens once, however often its event comes. */
export function mattersAfter(open: readonly Matter[], event: RolloutEvent, at: string): readonly Matter[] {
  const { type } = event;
  if (type === 'AlertTaken') return open.map((matter) => take(matter, event.by, at));
  const closed = closers[type] ?? [];
  const left = open.filter(
    (matter) => !closed.includes(matter.type) && (!ends.has(type) || outlivesTheEnd.has(matter.type)),
  );
  const severity = severityOf(type);
  const isOpener = openers.has(type) || severity === 'critical';
  if (!isOpener || severity === undefined || left.some((matter) => matter.type === type)) return left;
  return [...left, { type, at, severity }];
}

/** A rollout that merely runs is nobody's to take. */
function take(matter: Matter, by: string, at: string): Matter {
  return matter.severity === 'info' || matter.taken !== undefined ? matter : { ...matter, taken: { by, at } };
}

/** What somebody could take: open, worse than news, and nobody's yet. */
export function untaken(matters: readonly Matter[]): readonly Matter[] {
  return matters.filter(({ severity, taken }) => severity !== 'info' && taken === undefined);
}
