import * as z from 'zod';
import { formatDuration } from '../../specification/quantity.ts';
import { callerFacts, decider, deciderOf, identity } from '../decider.ts';
import { checkResult, text } from '../event-shapes.ts';
import { decided } from '../people-state.ts';
import { needsApproval } from '../rollout-facts.ts';
import { checkLine } from './check-line.ts';
import { defineEvent } from './define-event.ts';

const results = z.array(checkResult).readonly();

const preChecksPassed = defineEvent({
  type: 'PreChecksPassed',
  short: 'pre-checks passed',
  when: 'all pre-checks passed',
  detail: z.object({ results }),
  allowedIn: ['checking'],
  progress: true,
  severity: 'info',
  inHead: true,
  evolve: (state, event) => ({
    phase: needsApproval(state) ? 'awaitingApproval' : 'provisioning',
    blueAnswered: event.results.some(({ answered }) => answered === true),
    answerAccepts: event.results.find(({ accepts }) => accepts !== undefined)?.accepts,
  }),
  says: ({ results: found }) => {
    const others = found.filter(({ passed }) => !passed);
    if (others.length === 0)
      return found.length === 1 ? 'The pre-check passed.' : `All ${found.length} pre-checks passed.`;
    const named = others.map(
      ({ name, result = 'failed', waived }) => `${name} ${waived === undefined ? result : 'waived'}`,
    );
    return `${found.length - others.length} of ${found.length} pre-checks passed; ${named.join(', ')}.`;
  },
  why: (event) => event.results.map(checkLine),
  next: (_, { state: { phase, spec } }) =>
    phase === 'awaitingApproval'
      ? 'People are asked to approve next.'
      : `Green is provisioned next; its tasks must be ready within ${formatDuration(spec.timeouts.provisionGreen)}.`,
});

const rolloutRejected = defineEvent({
  type: 'RolloutRejected',
  short: 'rejected',
  run: ['retry {rollout}'],
  deed: 'rejected',
  when: 'a pre-check refused it; nothing was changed',
  detail: z.object({
    reason: text,
    results,
    /** The person who rejected it; absent where a check or the time did. */
    by: decider.by.optional(),
    how: identity.optional(),
    ...callerFacts,
  }),
  allowedIn: ['checking', 'awaitingApproval'],
  countsAs: 'rejected',
  marksChange: 'end',
  severity: 'warning',
  endsRollout: true,
  evolve: (state, { by, how, reason }, at) => ({
    phase: 'rejected',
    reason,
    closedAt: at,
    ...(by !== undefined && how !== undefined && decided(state, 'approval', 'rejected', { by, how, reason }, at)),
  }),
  says: ({ by, how, reason, ...facts }) =>
    `Rejected${by === undefined ? '' : ` by ${deciderOf(by, how, facts)}`}: ${reason}`,
  why: (event) => [event.reason, ...event.results.filter(({ passed }) => !passed).map(checkLine)],
  next: 'Nothing was changed. Correct what is named, then start it again.',
});

/** What the pre-checks find before anything is changed. */
export const checks = [preChecksPassed, rolloutRejected] as const;
