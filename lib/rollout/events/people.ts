import * as z from 'zod';
import { callerFacts, callerFactsOf, decider, deciderOf, identity } from '../decider.ts';
import { flag, int, optionalText, text, texts, time } from '../event-shapes.ts';
import { afterPause, commanded, decided } from '../people-state.ts';
import type { Phase } from '../phase.ts';
import { approvalLines } from '../hotfix.ts';
import { defineEvent } from './define-event.ts';
import { differenceLines } from './difference-lines.ts';

/** People may stop whatever comes before the end of the last step, and let it go on. */
const stoppable: readonly Phase[] = ['checking', 'awaitingApproval', 'provisioning', 'verifying', 'shifting', 'baking'];

const approvalRequested = defineEvent({
  type: 'ApprovalRequested',
  short: 'waits for approval',
  run: ['approve {rollout} --as "<your name>"'],
  when: 'people are asked to approve',
  detail: z.object({
    /** Roles that must each approve. */
    required: texts,
    /** Approvals beyond these, by any other people of the spec, and why; absent where there are none. */
    more: z.number().optional(),
    moreBecause: z.string().optional(),
    /** Names of those who got a link. */
    asked: texts,
    until: time,
  }),
  allowedIn: ['awaitingApproval'],
  asks: ['approval'],
  severity: 'info',
  opens: true,
  evolve: ({ approval }, { until }, at) => ({ approval: { given: [], ...approval, requestedAt: at, until } }),
  says: ({ required, more, moreBecause, asked, until }) =>
    `Waits until ${until} for the approval of ${required.join(', ')}${moreText(more, moreBecause)}; asked: ${names(asked)}.`,
  why: ({ required, moreBecause }, { configuration, ...state }) => [
    `The spec wants the approval of ${required.join(', ')} before anything changes.`,
    ...(moreBecause === undefined ? [] : [`Besides: ${moreBecause}.`]),
    ...differenceLines(configuration),
    ...approvalLines(state),
  ],
  next: ({ until }) => `What is not approved by ${until} is rejected.`,
});

const approved = defineEvent({
  type: 'Approved',
  deed: 'approved',
  when: 'one of them has',
  detail: z.object({
    by: decider.by,
    how: decider.how,
    roles: texts,
    reason: decider.reason,
    /** What they were told of the rollback; absent where it is safe. */
    unsafe: optionalText,
    ...callerFacts,
  }),
  allowedIn: ['awaitingApproval'],
  aside: true,
  severity: 'info',
  inHead: true,
  evolve: (state, event, at) => {
    const { by: name, how, roles } = event;
    const asked = { given: [], ...state.approval };
    return {
      approval: { ...asked, given: [...asked.given, { name, roles, how, at, ...callerFactsOf(event) }] },
      ...decided(state, 'approval', 'approved', event, at),
    };
  },
  says: (event) =>
    `Approved by ${deciderOf(event.by, event.how, event)}, ${event.roles.join(', ')}${because(event.reason)}`,
  why: theirReason,
  next: (_, { state: { approval } }) =>
    approval?.until === undefined
      ? 'The other approvals are still needed.'
      : `The other approvals are needed by ${approval.until}.`,
});

const approvalGranted = defineEvent({
  type: 'ApprovalGranted',
  marksChange: 'between',
  short: 'approved',
  when: 'every role has',
  detail: z.object({}),
  allowedIn: ['awaitingApproval'],
  severity: 'info',
  inHead: true,
  closes: ['ApprovalRequested'],
  evolve: ({ approval }, _, at) => ({ phase: 'checking', approval: { given: [], ...approval, grantedAt: at } }),
  says: 'Every required approval is given; the pre-checks run once more before anything changes.',
  why: (_, { approval }) =>
    (approval?.given ?? []).map(({ name, roles, at }) => `${name} (${roles.join(', ')}) approved at ${at}.`),
  next: 'The pre-checks run once more, then green is provisioned.',
});

const decisionRequested = defineEvent({
  type: 'DecisionRequested',
  short: ({ weight }) => `needs a decision at ${weight} %`,
  run: ['promote {rollout}', 'abort {rollout} --reason "<why>"'],
  when: 'a held bake waits for a person',
  detail: z.object({
    step: int,
    reason: text,
    /** Names of those who got a link. */
    asked: texts,
    until: time,
  }),
  allowedIn: ['baking'],
  asks: ['hold'],
  severity: 'warning',
  opens: true,
  needsPerson: true,
  evolve: (_, { step, until }, at) => ({ asked: { step, since: at, until } }),
  says: ({ step, reason, asked, until }) =>
    `Step ${step + 1} needs a person's decision until ${until}. Asked: ${names(asked)}. Why: ${reason}`,
  why: ({ reason }) => [reason],
  byGates: true,
  next: ({ until }) => `Its gates are still judged. Without a decision it is rolled back at ${until}.`,
});

const rolloutPaused = defineEvent({
  type: 'RolloutPaused',
  marksChange: 'between',
  short: ({ weight }) => `paused at ${weight} %`,
  run: ['resume {rollout}'],
  deed: 'paused',
  when: 'a person holds the rollout',
  detail: z.object(decider),
  allowedIn: stoppable,
  asks: ['control'],
  aside: true,
  severity: 'warning',
  opens: true,
  evolve: (state, event, at) => ({ paused: { by: event.by, at }, ...commanded(state, 'paused', event, at) }),
  says: (event) => `Paused by ${deciderOf(event.by, event.how, event)}; no traffic is shifted${because(event.reason)}`,
  why: theirReason,
  next: (_, { state, stage }) =>
    `It goes on when a person resumes it: sluice resume ${state.rolloutId} --stage ${stage}`,
});

const rolloutResumed = defineEvent({
  type: 'RolloutResumed',
  marksChange: 'between',
  short: 'resumed',
  deed: 'resumed',
  when: 'a person lets it go on',
  detail: z.object(decider),
  allowedIn: stoppable,
  asks: ['control', 'hold'],
  aside: true,
  severity: 'info',
  closes: ['RolloutPaused'],
  evolve: (state, event, at) => ({ ...afterPause(state, at), ...commanded(state, 'resumed', event, at) }),
  says: (event) => `Resumed by ${deciderOf(event.by, event.how, event)}${because(event.reason)}`,
  why: theirReason,
  next: 'It goes on at its next evaluation.',
});

const stepPromoted = defineEvent({
  type: 'StepPromoted',
  marksChange: 'between',
  deed: 'promoted a step',
  when: 'a person skips the rest of a step',
  detail: z.object({
    step: int,
    /** Skips the steps between this one and the last, too. */
    full: flag,
    ...decider,
  }),
  allowedIn: ['baking'],
  aside: true,
  severity: 'info',
  evolve: (state, event, at) => ({
    promotion: { step: event.step, full: event.full, by: event.by },
    ...commanded(state, event.full ? 'promotedFully' : 'promoted', event, at),
  }),
  says: ({ by, how, step, full, reason, ...facts }, { spec }) =>
    `${deciderOf(by, how, facts)} skips the rest of step ${step + 1} of ${spec.steps.length}${full ? ' and goes to the last one' : ''}${because(reason)}`,
  why: theirReason,
  byGates: true,
  next: 'Its gates are judged once more at the next evaluation; if none fails, it goes on.',
});

const retryRequested = defineEvent({
  type: 'RetryRequested',
  deed: 'tried it again',
  when: 'a person tries the same image again',
  detail: z.object({
    /** Name of the execution that tries the same image again. */
    execution: text,
    ...decider,
  }),
  allowedIn: ['rejected', 'rolledBack'],
  severity: 'info',
  evolve: ({ commands = 0 }) => ({ commands: commands + 1 }),
  says: (event) => `${deciderOf(event.by, event.how, event)} tries the same image again${because(event.reason)}`,
  why: theirReason,
  next: 'A new rollout of the same image starts.',
});

/** A person takes what is open: reminders end. Possible at any time, also after the end. */
const alertTaken = defineEvent({
  type: 'AlertTaken',
  short: 'taken by a person',
  deed: 'acknowledged what was open',
  when: 'a person took what is open',
  detail: z.object({
    by: text,
    note: optionalText,
    /** How they were identified; older records do not say. */
    how: identity.optional(),
    ...callerFacts,
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'info',
  says: ({ by, how, note, ...facts }) =>
    `${deciderOf(by, how, facts)} takes it${note === undefined ? '.' : `: ${note}`}`,
  why: ({ note }) => (note === undefined ? [] : [note]),
  next: 'Its reminders have ended.',
});

/** What people do to a rollout, and what they are asked. */
export const people = [
  approvalRequested,
  approved,
  approvalGranted,
  decisionRequested,
  rolloutPaused,
  rolloutResumed,
  stepPromoted,
  retryRequested,
  alertTaken,
] as const;

function theirReason({ reason }: { readonly reason?: string | undefined }): readonly string[] {
  return reason === undefined ? [] : [reason];
}

function moreText(more = 0, why = ''): string {
  const whom = more > 0 ? ' and one more person' : '';
  return why === '' ? whom : `${whom} (${why})`;
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '.' : `: ${reason}`;
}

function names(asked: readonly string[]): string {
  return asked.length === 0 ? 'no one, as the spec names no people' : asked.join(', ');
}
