import { expect, test } from '@jest/globals';
import { writeEvents } from '../golden/events.ts';
import { firstDifference } from '../golden/first-difference.ts';
import { recordedText, textOf } from '../golden/record.ts';

/** A section of the golden record, compared here: tests of this room alone have to notice what changes. */
const section = { name: 'events', isBrief: false, write: writeEvents };

test('what events mean for people, and their words, are as recorded', async () => {
  expect(firstDifference(section.name, recordedText(section), await textOf(section))).toBeUndefined();
});
