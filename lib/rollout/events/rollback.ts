import * as z from 'zod';
import { callerFacts, deciderOf, identity } from '../decider.ts';
import { number, optionalFlag, optionalText, text, texts } from '../event-shapes.ts';
import { commanded } from '../people-state.ts';
import { defineEvent } from './define-event.ts';
import { closeCommand, reasonOfRollback } from './rollback-text.ts';
import { counted } from '../../specification/text/counted.ts';

/** What an attempt says that put nothing back. */
const ofAnAttempt = {
  attempt: number,
  reason: text,
  /** Every rule and listener of the restore plan, and what was seen of it. */
  rules: texts,
  /** What to run by hand. */
  command: text,
};

/** What is said of a record of which it is not known whether it is true. */
const couldNotCheck = 'Whether the record of this rollout is as Sluice wrote it could not be checked.';

const rollbackRequested = defineEvent({
  type: 'RollbackRequested',
  marksChange: 'between',
  short: 'rolling back',
  run: ['watch {rollout}'],
  deed: 'asked for the rollback',
  when: 'it goes back, and why',
  detail: z.object({
    reason: text,
    /** The gate that failed, where one did. */
    gate: optionalText,
    by: text,
    /** How a person who requested it was identified; absent where the rollout or its guard did. */
    how: identity.optional(),
    ...callerFacts,
    /** It was not known whether the record of the rollout is true. */
    unchecked: optionalFlag,
  }),
  allowedIn: ['checking', 'awaitingApproval', 'provisioning', 'verifying', 'shifting', 'baking', 'finishing'],
  severity: 'warning',
  severityOf: ({ unchecked }) => (unchecked === true ? 'critical' : undefined),
  opens: true,
  opensAsItIs: true,
  needsPerson: true,
  closes: ['BakeHeld', 'ApprovalRequested', 'DecisionRequested', 'RolloutPaused', 'TaskDecisionRequested'],
  evolve: (state, { reason, gate, by, how }, at) => ({
    phase: 'rollingBack',
    rollbackSince: at,
    reason,
    ...(gate === undefined ? {} : { failedGate: gate }),
    ...(how === undefined ? {} : commanded(state, 'aborted', { by, how, reason }, at)),
  }),
  says: ({ reason, by, how, ...facts }) =>
    `Rolling back${how === undefined ? '' : `, asked for by ${deciderOf(by, how, facts)}`}: ${reason}`,
  why: ({ reason, gate, unchecked }) => [
    reason,
    ...(gate === undefined ? [] : [`Gate ${gate} failed.`]),
    ...(unchecked === true ? [couldNotCheck] : []),
  ],
  byGates: true,
  next: ({ unchecked }, { state: { rolloutId }, stage }) =>
    `All traffic goes back to blue now; that takes seconds. Then blue is verified.${unchecked === true ? ` Then check the record: sluice audit verify ${rolloutId} --stage ${stage}` : ''}`,
});

/** During a rollback, where blue has to warm up. */
const trafficSteppedBack = defineEvent({
  type: 'TrafficSteppedBack',
  when: 'green keeps some traffic for a moment during a rollback',
  detail: z.object({ weight: number }),
  allowedIn: ['rollingBack'],
  // The rollback leads down only.
  accepts: (state, { weight }) => weight < state.weight,
  severity: 'info',
  inHead: true,
  evolve: ({ shifts }, { weight }, at) => ({ weight, shifts: [...shifts, { at, weight }] }),
  says: ({ weight }) => `During a rollback: green keeps ${weight} % for a moment.`,
  why: reasonOfRollback,
  next: 'The rest of the traffic goes back to blue next.',
});

const trafficRestored = defineEvent({
  type: 'TrafficRestored',
  marksChange: 'between',
  short: ({ drill }) => (drill === undefined ? 'traffic taken back from green' : 'drill: traffic taken back'),
  when: 'all rules are at blue 100, read back',
  detail: z.object({ rules: number }),
  allowedIn: ['rollingBack'],
  severity: 'warning',
  closes: ['TrafficNotRestored', 'RestorationThrottled', 'RestorationHeld'],
  evolve: ({ shifts }, _, at) => ({ weight: 0, shifts: [...shifts, { at, weight: 0 }], restorationHeld: undefined }),
  says: ({ rules }) =>
    `Blue's weights are back on ${counted(rules, 'rule')}, accepted and read back; every node of the load balancer obeys them within about 10 s.`,
  why: reasonOfRollback,
  next: 'Blue is verified next, then green is removed.',
});

/** Traffic stays where it is for now: blue has no healthy target and green has, or nothing tells. */
const restorationHeld = defineEvent({
  type: 'RestorationHeld',
  short: ({ weight }) => (weight > 0 ? `traffic kept at ${weight} %` : 'traffic was kept'),
  run: ['rollback {service} --direct', 'notify take {rollout}'],
  when: 'traffic is not put back for now, because blue cannot serve and green can, or nothing tells',
  detail: z.object({
    /** The fence of the attempt: each one that holds traffic says so, once. */
    attempt: number,
    why: z.enum(['blueDown', 'unknown']),
    reason: text,
    /** What a person runs to move traffic to blue all the same. */
    command: text,
  }),
  allowedIn: ['rollingBack', 'rolledBack'],
  severity: 'critical',
  evolve: (_, { why, attempt }, at) => ({ restorationHeld: { since: at, why, attempt } }),
  says: ({ reason }) => `Traffic is NOT put back on blue for now: ${reason}`,
  why: ({ reason }) => [reason],
  next: ({ why }, { state: { service }, stage }) =>
    `${
      why === 'blueDown'
        ? 'Blue is checked again every 10 s; traffic goes back as soon as it has a healthy target. A person has to bring blue back.'
        : 'Health is read again every 5 s; after a minute traffic goes back to blue all the same.'
    } To move it all the same: sluice rollback ${service} --direct --stage ${stage}`,
});

/** The load balancer refuses every call because there are too many: nothing is known to be wrong with what was asked for. */
const restorationThrottled = defineEvent({
  type: 'RestorationThrottled',
  short: ({ weight }) => (weight > 0 ? `traffic still at ${weight} %` : 'traffic is restored late'),
  run: ['rollback {service} --direct', 'notify take {rollout}'],
  when: 'traffic could not be put back yet, because AWS throttles the calls to the load balancer',
  detail: z.object({
    /** The fence of the attempt: each one that was throttled to its end says so, once. */
    ...ofAnAttempt,
  }),
  allowedIn: ['rollingBack'],
  severity: 'critical',
  evolve: (_, { attempt }) => ({ emergencyOf: attempt }),
  says: ({ reason }) => `Traffic is not back on blue yet: AWS throttles the load balancer's API. ${reason}`,
  why: ({ reason, rules }) => [reason, ...rules],
  next: (_, { state: { service }, stage }) =>
    `It is tried again every 2 s and goes through once calls do. Stop what else calls Elastic Load Balancing in this account. By hand: sluice rollback ${service} --direct --stage ${stage}`,
});

/** Emergency: the machine could not put traffic back; a person has to. */
const trafficNotRestored = defineEvent({
  type: 'TrafficNotRestored',
  short: ({ weight }) => (weight > 0 ? `traffic stuck at ${weight} %` : 'traffic was not restored'),
  run: ['rollback {service} --direct', 'notify take {rollout}'],
  when: 'traffic could not be put back: a person has to act now',
  detail: z.object({
    /** The fence of the attempt: each one that fails is announced, once. */
    ...ofAnAttempt,
  }),
  allowedIn: ['rollingBack'],
  severity: 'critical',
  evolve: (_, { attempt }) => ({ emergencyOf: attempt }),
  says: ({ reason }) => `EMERGENCY: traffic could not be put back on blue: ${reason}`,
  why: ({ reason, rules }) => [reason, ...rules],
  next: (_, { state: { service }, stage }) =>
    `It is tried again. A person has to look at the load balancer now, and can put the rules back: sluice rollback ${service} --direct --stage ${stage}`,
});

const rollbackAttemptFailed = defineEvent({
  type: 'RollbackAttemptFailed',
  short: 'a rollback attempt failed',
  when: 'a rollback did not come to its end, and what is done about it',
  detail: z.object({
    /** Name of the execution that ended without having put everything back. */
    execution: text,
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    reason: text,
    /** What is done about it. */
    next: text,
  }),
  allowedIn: 'active',
  aside: true,
  severity: 'critical',
  evolve: ({ failedAttempts = [] }, { execution }) => ({ failedAttempts: [...failedAttempts, execution] }),
  says: ({ execution, status, reason, next }) =>
    `A rollback did not come to its end: ${execution} ended ${status}: ${reason} ${next}`,
  why: ({ reason }) => [reason],
  next: ({ next }, { state: { phase, rolloutId }, stage }) =>
    phase === 'rollingBack' ? `${next} To end it as it is: ${closeCommand(rolloutId, stage)}` : next,
});

const rolledBack = defineEvent({
  type: 'RolledBack',
  short: ({ drill }) => (drill === undefined ? 'rolled back' : 'drill: rolled back'),
  run: ['retry {rollout}'],
  when: 'the rollback is over',
  detail: z.object({ reason: text }),
  allowedIn: ['rollingBack'],
  countsAs: 'rolledBack',
  marksChange: 'end',
  severity: 'warning',
  endsRollout: true,
  evolve: (_state, _event, at) => ({ phase: 'rolledBack', closedAt: at }),
  says: ({ reason }) => `Rolled back: ${reason}`,
  why: ({ reason }) => [reason],
  next: (_, { state: { drill } }) =>
    drill === undefined
      ? 'Nothing happens by itself: the version stays out until a person starts it again.'
      : 'Nothing has changed for users: the version that served before the drill serves.',
});

/** The decision to go back, and traffic on its way to blue. */
export const rollback = [
  rollbackRequested,
  trafficSteppedBack,
  trafficRestored,
  restorationHeld,
  restorationThrottled,
  trafficNotRestored,
  rollbackAttemptFailed,
  rolledBack,
] as const;
