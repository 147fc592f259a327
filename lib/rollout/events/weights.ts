import * as z from 'zod';
import { number, texts } from '../event-shapes.ts';
import { defineEvent } from './define-event.ts';
import { counted } from '../../specification/text/counted.ts';

const requests = { blue: number, green: number, seconds: number };
const ended = ['rejected', 'succeeded', 'rolledBack'] as const;

/** After the rollback CloudWatch counted requests of blue, and none of green, for so long. */
const requestsMoved = defineEvent({
  type: 'RequestsMoved',
  short: 'blue gets all requests',
  when: 'after a rollback CloudWatch counts requests of blue and none of green',
  detail: z.object(requests),
  allowedIn: ['rolledBack'],
  severity: 'info',
  inHead: true,
  once: true,
  closes: ['RequestsNotMoved'],
  says: ({ blue, seconds }) => `Blue gets the requests again: ${blue} within ${seconds} s, none of them green's.`,
  why: ['Weights and targets were verified at once; CloudWatch counts requests minutes later.'],
  next: 'The weights are checked until ten minutes after the rollback.',
});

/** After the rollback green still got requests, though no rule sends it any. */
const requestsNotMoved = defineEvent({
  type: 'RequestsNotMoved',
  short: 'green still gets requests',
  when: 'after a rollback green still gets requests',
  detail: z.object(requests),
  allowedIn: ['rolledBack'],
  severity: 'critical',
  once: true,
  says: ({ blue, green, seconds }) =>
    `After the rollback green still got ${green} of ${blue + green} requests within ${seconds} s.`,
  why: ['No rule of the rollout sends green anything.'],
  next: 'The weights are checked until ten minutes after the rollback. Look for another rule or listener that forwards to green.',
});

/** After the rollback green got traffic again, from others; it was put back. */
const trafficStrayed = defineEvent({
  type: 'TrafficStrayed',
  short: 'traffic went to green again',
  when: 'after a rollback something sent traffic to green again; it was put back. `WeightsAsRecorded` ends it',
  detail: z.object({
    /** Each rule, and what it had. */
    rules: texts,
  }),
  allowedIn: ['rolledBack'],
  severity: 'critical',
  once: true,
  says: ({ rules }) =>
    `After the rollback something sent traffic to green again, where nothing runs any more; it was put back to blue: ${rules.join('; ')}`,
  why: ({ rules }) => rules,
  next: 'The weights are checked until ten minutes after the rollback. Find out who writes these rules: green has no tasks any more.',
});

/** After the rollout's success its rules led to the former blue, from a rollback that could not read the record; they lead to green again. */
const trafficGivenBack = defineEvent({
  type: 'TrafficGivenBack',
  short: 'green got its traffic back',
  when: 'a rollback that could not read the record had sent traffic to the former blue while the rollout succeeded; green has it again',
  detail: z.object({
    /** Each rule, and what it had. */
    rules: texts,
  }),
  allowedIn: ['succeeded'],
  severity: 'warning',
  once: true,
  says: ({ rules }) =>
    `A rollback that could not read the record had sent traffic to the former blue, while the rollout succeeded; green has it again: ${rules.join('; ')}`,
  why: ({ rules }) => rules,
  next: 'The former blue is retired as planned.',
});

/** Outside a rollout users were sent to the slot that should not serve, which has healthy targets. */
const weightsChanged = defineEvent({
  type: 'WeightsChanged',
  short: 'weights were changed',
  when: 'outside a rollout users were sent to a version that should not serve any more, and it still answers',
  detail: z.object({
    /** Each rule, and what it has. */
    rules: texts,
  }),
  allowedIn: ended,
  severity: 'warning',
  ofService: true,
  evolve: (_, { type, rules }) => ({ liveWeights: JSON.stringify([type, rules]) }),
  says: ({ rules }) =>
    `Outside a rollout the weights were changed: users reach a version that should not serve any more, and it still answers: ${rules.join('; ')}`,
  why: ({ rules }) => rules,
  next: 'Nothing is written while users are served. Put the weights back, and let your infrastructure code leave them alone.',
});

/** Outside a rollout users were sent to a slot without healthy targets. */
const usersUnserved = defineEvent({
  type: 'UsersUnserved',
  short: 'users reached nothing healthy',
  when: 'outside a rollout users were sent to a slot without healthy targets; `restored` names the rules that were put back',
  detail: z.object({
    rules: texts,
    /** Rules that were put back, as the slot that should serve has healthy targets. */
    restored: texts,
  }),
  allowedIn: ended,
  severity: 'critical',
  ofService: true,
  evolve: (_, { type, rules }) => ({ liveWeights: JSON.stringify([type, rules]) }),
  says: ({ rules, restored }) => {
    const found = rules.join('; ');
    const done =
      restored.length === 0
        ? `The version that should serve has no healthy target either: ${found}`
        : `${counted(restored.length, 'rule')} ${restored.length === 1 ? 'was' : 'were'} put back on the version that should serve: ${found}`;
    return `Outside a rollout the weights were changed, and users reached no healthy target. ${done}`;
  },
  why: ({ rules }) => rules,
  next: ({ restored }) =>
    restored.length === 0
      ? 'It is checked again every five minutes. A person has to act now.'
      : 'Find out what wrote these rules, and let your infrastructure code leave the weights alone.',
});

/** The weights are again what the record says. */
const weightsAsRecorded = defineEvent({
  type: 'WeightsAsRecorded',
  short: 'weights are as recorded',
  when: 'the weights are again as the rollout left them',
  detail: z.object({}),
  allowedIn: ended,
  severity: 'info',
  ofService: true,
  closes: ['UsersUnserved', 'TrafficStrayed', 'RestorationHeld'],
  evolve: () => ({ liveWeights: undefined, restorationHeld: undefined }),
  says: 'The weights are again as the rollout left them.',
  next: 'They are checked every five minutes.',
});

/** What is seen of requests and weights after the end of a rollout. */
export const weights = [
  requestsMoved,
  requestsNotMoved,
  trafficStrayed,
  trafficGivenBack,
  weightsChanged,
  usersUnserved,
  weightsAsRecorded,
] as const;
