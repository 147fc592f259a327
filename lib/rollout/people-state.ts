import type { RolloutEvent } from './events.ts';
import type { Identity, PeopleEvent } from './people-events.ts';
import type { RolloutState } from './state.ts';

/** Something that people are asked, or may do, at one moment of a rollout; a link is for one of them. */
export type DecisionPoint = 'approval' | `hold-${number}` | `control-${number}`;

/** What somebody decided, kept so that a second visit can say so. */
export interface Decision {
  readonly point: DecisionPoint;
  readonly answer: 'approved' | 'rejected' | 'promoted' | 'promotedFully' | 'paused' | 'resumed' | 'aborted';
  readonly by: string;
  readonly how: Identity;
  readonly at: string;
  readonly reason?: string | undefined;
}

/** One approval of the quorum. */
export interface Approval {
  readonly name: string;
  readonly roles: readonly string[];
  readonly how: Identity;
  readonly at: string;
}

/** What is true of a rollout because of people. */
export interface PeopleState {
  readonly approval?: {
    /** Since when people are asked; they may answer before that. */
    readonly requestedAt?: string;
    readonly until?: string;
    readonly given: readonly Approval[];
    readonly grantedAt?: string;
  };
  /** The decision that a bake held at its cap waits for. */
  readonly asked?: { readonly step: number; readonly since: string; readonly until: string } | undefined;
  readonly paused?: { readonly by: string; readonly at: string } | undefined;
  /** Milliseconds for which the step under way was paused, without the present pause. */
  readonly pausedMs?: number;
  readonly promotion?: { readonly step: number; readonly full: boolean; readonly by: string } | undefined;
  /** Grows with each command: a control link is for one state of affairs. */
  readonly commands?: number;
  /** Newest last; the record has all of them. */
  readonly decisions?: readonly Decision[];
}

const mostDecisions = 40;

/** The decision point of a link that lets its holder command the rollout as it is now. */
export function controlPoint({ commands = 0 }: PeopleState): DecisionPoint {
  return `control-${commands}`;
}

/** The decision point of a bake that is held at its cap in a step. */
export function holdPoint(step: number): DecisionPoint {
  return `hold-${step}`;
}

/** What an event of people changes. */
export function peopleChange(state: RolloutState, event: PeopleEvent, at: string): Partial<RolloutState> {
  switch (event.type) {
    case 'ApprovalRequested':
      return { approval: { given: [], ...state.approval, requestedAt: at, until: event.until } };
    case 'Approved': {
      const { by: name, how, roles } = event;
      const asked = { given: [], ...state.approval };
      return {
        approval: { ...asked, given: [...asked.given, { name, roles, how, at }] },
        ...decided(state, 'approval', 'approved', event, at),
      };
    }
    case 'ApprovalGranted':
      return {
        phase: 'checking',
        approval: { given: [], ...state.approval, grantedAt: at },
      };
    case 'DecisionRequested':
      return { asked: { step: event.step, since: at, until: event.until } };
    case 'RolloutPaused':
      return { paused: { by: event.by, at }, ...commanded(state, 'paused', event, at) };
    case 'RolloutResumed':
      return { ...afterPause(state, at), ...commanded(state, 'resumed', event, at) };
    case 'StepPromoted':
      return {
        promotion: { step: event.step, full: event.full, by: event.by },
        ...commanded(state, event.full ? 'promotedFully' : 'promoted', event, at),
      };
    case 'RetryRequested':
      return { commands: (state.commands ?? 0) + 1 };
  }
}

/** What an event that is not only of people changes where a person made it: who ended the rollout. */
export function endedByPeople(state: RolloutState, event: RolloutEvent, at: string): Partial<RolloutState> {
  if (event.type !== 'RolloutRejected' && event.type !== 'RollbackRequested') return {};
  const { by, how, reason } = event;
  if (by === undefined || how === undefined) return {};
  if (event.type === 'RolloutRejected') return decided(state, 'approval', 'rejected', { by, how, reason }, at);
  return commanded(state, 'aborted', { by, how, reason }, at);
}

/** The time of a pause counts for no deadline. */
function afterPause(state: PeopleState, at: string): Partial<PeopleState> {
  const { asked, paused } = state;
  const pause = paused === undefined ? 0 : Math.max(0, Date.parse(at) - Date.parse(paused.at));
  const until = asked && new Date(Date.parse(asked.until) + pause).toISOString();
  return {
    paused: undefined,
    pausedMs: pausedMs(state, at),
    ...(asked === undefined || until === undefined ? {} : { asked: { ...asked, until } }),
  };
}

type Deciding = Pick<Decision, 'by' | 'how' | 'reason'>;

/** What a bake that is held at its cap asks for; any other command leaves that question open. */
const endsHold: readonly Decision['answer'][] = ['promoted', 'promotedFully', 'aborted'];

function commanded(state: RolloutState, answer: Decision['answer'], by: Deciding, at: string): Partial<RolloutState> {
  const { asked, paused } = state;
  const isAnswer = asked !== undefined && paused === undefined && endsHold.includes(answer);
  const point = isAnswer ? holdPoint(asked.step) : controlPoint(state);
  return { commands: (state.commands ?? 0) + 1, ...decided(state, point, answer, by, at) };
}

function decided(
  { decisions = [] }: PeopleState,
  point: DecisionPoint,
  answer: Decision['answer'],
  { by, how, reason }: Deciding,
  at: string,
): Partial<RolloutState> {
  const decision: Decision = { point, answer, by, how, at, ...(reason === undefined ? {} : { reason }) };
  return { decisions: [...decisions, decision].slice(-mostDecisions) };
}

/** Milliseconds of the step under way that do not count because it was paused. */
export function pausedMs({ paused, pausedMs: before = 0 }: PeopleState, at: string): number {
  return before + (paused === undefined ? 0 : Math.max(0, Date.parse(at) - Date.parse(paused.at)));
}
