import * as z from 'zod';
import { counted } from '../../specification/text/counted.ts';
import { checkResult } from '../event-shapes.ts';
import { checkLine } from './check-line.ts';
import { defineEvent } from './define-event.ts';

const detail = z.object({ results: z.array(checkResult).readonly() });

const afterChecksPassed = defineEvent({
  type: 'AfterChecksPassed',
  when: 'the checks of `after` passed at 100 %',
  detail,
  allowedIn: ['finishing'],
  progress: true,
  severity: 'info',
  inHead: true,
  once: true,
  says: ({ results }) => `${counted(results.length, 'check')} at 100 % found nothing that holds the rollout up.`,
  why: ({ results }) => results.map(checkLine),
  next: 'The rollout ends.',
});

/** The decision to roll back, which is recorded beside it, is what people hear of. */
const afterChecksFailed = defineEvent({
  type: 'AfterChecksFailed',
  when: 'a check of `after` failed at 100 %; the rollout is rolled back',
  detail,
  allowedIn: ['finishing'],
  says: ({ results }) => `Checks at 100 % failed: ${failedNames(results)}.`,
  why: ({ results }) => results.map(checkLine),
});

const retentionChecksPassed = defineEvent({
  type: 'RetentionChecksPassed',
  when: 'the checks of `after` passed when the retention ended',
  detail,
  allowedIn: ['succeeded'],
  severity: 'info',
  inHead: true,
  once: true,
  says: ({ results }) => `${counted(results.length, 'check')} at the end of the retention found nothing wrong.`,
  why: ({ results }) => results.map(checkLine),
  next: 'The former version is removed.',
});

const retentionChecksFailed = defineEvent({
  type: 'RetentionChecksFailed',
  run: ['check {service}', 'rollback {service} --reason "<why>"'],
  when: 'a check of `after` failed, or could not find out, when the retention ended; nothing is changed by it',
  detail,
  allowedIn: ['succeeded'],
  severity: 'warning',
  once: true,
  says: ({ results }) =>
    results.length === 0
      ? 'The checks at the end of the retention could not be run for an hour.'
      : `Checks at the end of the retention did not pass: ${failedNames(results)}.`,
  why: ({ results }) => results.map(checkLine),
  next: 'Users stay on this version, and the former one is removed. To go back all the same, start a rollback: it is a rollout of its own.',
});

/** What checks find once a version serves everybody. */
export const after = [afterChecksPassed, afterChecksFailed, retentionChecksPassed, retentionChecksFailed] as const;

function failedNames(results: readonly z.output<typeof checkResult>[]): string {
  return results
    .filter(({ passed, result, waived }) => !passed && result !== 'warned' && waived === undefined)
    .map(({ name }) => name)
    .join(', ');
}
