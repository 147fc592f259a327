import * as z from 'zod';
import { text } from '../event-shapes.ts';
import { defineEvent } from './define-event.ts';

/** The record of the rollout was changed outside of the product. */
const recordAltered = defineEvent({
  type: 'RecordAltered',
  when: 'the record of the rollout was changed, or part of it deleted, outside of Sluice',
  detail: z.object({ what: text }),
  allowedIn: 'any',
  severity: 'critical',
  aside: true,
  outlivesEnd: true,
  evolve: ({ altered }, { what }, at) => ({ altered: altered ?? { at, what } }),
  says: ({ what }) => `The record of this rollout was changed outside of Sluice: ${what}`,
  why: ({ what }) => [what],
  next: 'It lets no more traffic in: a rollout under way is rolled back. Find out who wrote to the table (CloudTrail, data events), and which event it was: sluice audit verify <rollout>',
});

/** What is found out about the record itself. */
export const audit = [recordAltered] as const;
