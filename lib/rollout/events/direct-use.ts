import * as z from 'zod';
import { counted } from '../../specification/text/counted.ts';
import { callerFacts, callerFactsOf, decider, deciderOf } from '../decider.ts';
import { optionalFlag, optionalText, text, texts, time } from '../event-shapes.ts';
import { defineEvent } from './define-event.ts';

/** Somebody wrote rules of a rollout without Sluice, and it was taken into the record afterwards. */
const directUseRecorded = defineEvent({
  type: 'DirectUseRecorded',
  short: 'rules were written directly',
  run: ['review {rollout} --reason "<what you found>"'],
  deed: 'recorded a direct use',
  when: 'rules that a person wrote without Sluice (rollback --direct) are taken into the record',
  detail: z.object({
    /** When the rules were written. */
    at: time,
    /** Who wrote them, as the source says: a name that the file holds, or the principal in CloudTrail. */
    actor: text,
    source: z.enum(['file', 'cloudtrail']),
    /** Each rule, and what it had afterwards where that is known. */
    rules: texts,
    /** Whether everything was back on blue, as the file says; CloudTrail does not say it. */
    restored: optionalFlag,
    /** Why, in the words of who wrote them. */
    why: optionalText,
    /** Who took it into the record. */
    by: decider.by,
    how: decider.how,
    reason: text,
    ...callerFacts,
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'warning',
  opens: true,
  outlivesEnd: true,
  evolve: ({ directUses = [] }, event) => ({
    directUses: [
      ...directUses,
      {
        ...{ at: event.at, actor: event.actor, source: event.source },
        ...{ by: event.by, ...callerFactsOf(event) },
      },
    ],
  }),
  says: ({ at, actor, source, rules }) =>
    `${actor} wrote ${counted(rules.length, 'rule')} without Sluice at ${at}, as ${source === 'file' ? 'the file of the command' : 'CloudTrail'} says.`,
  why: (event) => [
    ...(event.why === undefined ? [] : [event.why]),
    ...event.rules,
    `Taken into the record by ${deciderOf(event.by, event.how, event)}: ${event.reason}`,
  ],
  next: (_, { state: { rolloutId }, stage }) =>
    `Another person reviews it: sluice review ${rolloutId} --stage ${stage} --reason '<what you found>'`,
});

const directUseReviewed = defineEvent({
  type: 'DirectUseReviewed',
  deed: 'reviewed the direct use',
  when: 'another person has reviewed that',
  detail: z.object({ by: decider.by, how: decider.how, reason: text, ...callerFacts }),
  allowedIn: 'any',
  aside: true,
  severity: 'info',
  closes: ['DirectUseRecorded'],
  evolve: ({ directUses = [] }, { by }) => ({
    directUses: directUses.map((use) => ({ reviewedBy: by, ...use })),
  }),
  says: (event) =>
    `${deciderOf(event.by, event.how, event)} reviewed that rules were written directly: ${event.reason}`,
  why: ({ reason }) => [reason],
  next: 'Nothing more is asked.',
});

/** Rules that people wrote without Sluice, in an emergency, and what becomes of that. */
export const directUse = [directUseRecorded, directUseReviewed] as const;
