import { expect, test } from '@jest/globals';
import { transitionMessage } from '../../lib/messages/message.ts';
import { severityOf } from '../../lib/rollout/transition.ts';
import { after, at, eventTypes, samples } from '../rollout/sample-events.ts';

/** What may come upon the service while a drill or a hotfix is the newest rollout, in whose record it is told. */
const ofService =
  /^(?:Emergency|Maintenance|Incident|PlannedWork|WeightsChanged$|UsersUnserved$|WeightsAsRecorded$|RecordAltered$)/;

const marks = [
  ['DRILL. ', { drill: 'rollback' }],
  ['HOTFIX. ', { preset: 'hotfix' }],
] as const;

test.each(
  eventTypes
    .filter((type) => severityOf(type) !== undefined)
    .flatMap((type) => marks.map(([mark, facts]) => ({ type, mark, facts, isMarked: !ofService.test(type) }))),
)('$type in the record of a $mark is marked as part of it: $isMarked', ({ type, mark, facts, isMarked }) => {
  const event = samples[type];
  const state = { ...after(), ...facts };

  const { what } = transitionMessage({ rolloutId: state.rolloutId, sequence: 7, at, event }, [], state, {
    ...{ stage: 'test', region: 'eu-west-1' },
  });

  expect(what.startsWith(mark)).toBe(isMarked);
});
