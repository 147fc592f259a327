import { neededApprovals, openApprovals, openText } from '../approval/needed-approvals.ts';
import { deciderOf } from '../rollout/decider.ts';
import type { RecordedEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { readableTimes } from '../specification/text/readable-times.ts';
import { headlineOf } from '../messages/for-people.ts';
import { describeEvent, transitionsOf } from '../rollout/transition.ts';

/** Approvals that a rollout needs, as they stand. */
export interface ApprovalsView {
  readonly needed: readonly string[];
  /** `Ana (by personal link), tech-lead` */
  readonly given: readonly string[];
  /** Who has to approve still, in words; empty where no one has to. */
  readonly open: string;
  /** Why more is needed than the spec says; empty where it is not. */
  readonly why: string;
  readonly until: string | undefined;
  readonly isGranted: boolean;
}

/** What people were notified of. */
export interface NotifiedView {
  /** Transitions that were announced, as far as the view's events go back, and those that wait for it. */
  readonly announced: number;
  readonly waiting: number;
  /** The newest one that was announced. */
  readonly last: { readonly at: string; readonly text: string } | undefined;
  /** What stays open, and who has acknowledged it. */
  readonly open: readonly {
    readonly type: string;
    /** What happened, in a few words. */
    readonly text: string;
    readonly since: string;
    readonly severity: string;
    readonly takenBy: string | undefined;
  }[];
}

/** Returns the approvals of a rollout; `undefined` where its spec asks for none, or it is a rollback. */
export function approvalsOf(state: RolloutState): ApprovalsView | undefined {
  const needed = neededApprovals(state);
  if (needed.roles.length === 0 || state.rollback !== undefined) return undefined;
  const given = state.approval?.given ?? [];
  return {
    needed: needed.roles,
    given: given.map(({ name, how, roles }) => `${deciderOf(name, how)}, ${roles.join(', ')}`),
    open: openText(openApprovals(needed, given)),
    why: needed.why,
    until: state.approval?.until,
    isGranted: state.approval?.grantedAt !== undefined,
  };
}

/**
 * Returns what people were notified of.
 * @param events the newest ones of the record
 * @param announcedUpTo sequence of the newest announced event
 */
export function notifiedOf(state: RolloutState, events: readonly RecordedEvent[], announcedUpTo: number): NotifiedView {
  const transitions = transitionsOf(events);
  const announced = transitions.filter(({ sequence }) => sequence <= announcedUpTo);
  const last = announced.at(-1);
  return {
    announced: announced.length,
    waiting: transitions.length - announced.length,
    last: last && { at: last.at, text: readableTimes(describeEvent(last.event, state)) },
    open: (state.matters ?? [])
      .filter(({ severity }) => severity !== 'info')
      .map(({ type, at, severity, taken }) => ({
        ...{ type, since: at, severity, takenBy: taken?.by },
        text: headlineOf(type, state),
      })),
  };
}
