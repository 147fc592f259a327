import * as z from 'zod';
import { callerFacts, callerFactsOf, decider, deciderOf } from '../decider.ts';
import { text } from '../event-shapes.ts';
import { decided } from '../people-state.ts';
import { defineEvent } from './define-event.ts';

/** A person who acts alone has to say why. */
const alone = z.object({ by: decider.by, how: decider.how, reason: text, ...callerFacts });

const breakGlassUsed = defineEvent({
  type: 'BreakGlassUsed',
  marksChange: 'between',
  short: 'approved alone',
  run: ['review {rollout} --reason "<what you found>"'],
  deed: 'approved alone (break-glass)',
  when: 'one person approved alone, in an emergency',
  detail: alone,
  allowedIn: ['awaitingApproval'],
  severity: 'critical',
  outlivesEnd: true,
  closes: ['ApprovalRequested'],
  evolve: (state, event, at) => ({
    phase: 'checking',
    approval: { given: [], ...state.approval, grantedAt: at },
    brokenGlass: { by: event.by, at, ...callerFactsOf(event) },
    ...decided(state, 'approval', 'approved', event, at),
  }),
  says: (event) =>
    `${deciderOf(event.by, event.how, event)} let it in alone, without the approvals that the spec asks for (break-glass): ${event.reason}`,
  why: ({ reason }) => [reason],
  next: (_, { state: { rolloutId }, stage }) =>
    `The pre-checks run once more, then it goes on. Another person reviews it: sluice review ${rolloutId} --stage ${stage} --reason '<what you found>'`,
});

const breakGlassReviewed = defineEvent({
  type: 'BreakGlassReviewed',
  short: 'a lone approval was reviewed',
  deed: 'reviewed the break-glass',
  when: 'another person has reviewed that',
  detail: alone,
  allowedIn: 'any',
  aside: true,
  severity: 'info',
  closes: ['BreakGlassUsed'],
  evolve: ({ brokenGlass }, event) =>
    brokenGlass === undefined ? {} : { brokenGlass: { ...brokenGlass, reviewedBy: event.by } },
  says: (event) =>
    `${deciderOf(event.by, event.how, event)} reviewed that it was let in by one person: ${event.reason}`,
  why: ({ reason }) => [reason],
  next: 'Nothing more is asked.',
});

/** What one person lets in alone, in an emergency, and what becomes of that. */
export const breakGlass = [breakGlassUsed, breakGlassReviewed] as const;
