import * as z from 'zod';
import { text } from '../event-shapes.ts';
import { defineEvent } from './define-event.ts';

/** The record of the rollout was changed outside of the product. */
const recordAltered = defineEvent({
  type: 'RecordAltered',
  short: 'the record was altered',
  run: ['audit verify {rollout}'],
  when: 'the record of the rollout was changed, or part of it deleted, outside of Sluice',
  detail: z.object({ what: text }),
  allowedIn: 'any',
  severity: 'critical',
  ofService: true,
  aside: true,
  outlivesEnd: true,
  evolve: ({ altered }, { what }, at) => ({ altered: altered ?? { at, what } }),
  says: ({ what }) => `The record of this rollout was changed outside of Sluice: ${what}`,
  why: ({ what }) => [what],
  next: (_, { state: { rolloutId }, stage }) =>
    `It lets no more traffic in: a rollout under way is rolled back. Find out who wrote to the table (CloudTrail, data events), and which event it was: sluice audit verify ${rolloutId} --stage ${stage}`,
});

/** What is found out about the record itself. */
export const audit = [recordAltered] as const;
