import { expect, test } from '@jest/globals';
import { firstDifference } from '../golden/first-difference.ts';
import { writeJudge } from '../golden/judge.ts';
import { recordedText, textOf } from '../golden/record.ts';

/** A section of the golden record, compared here: tests of this room alone have to notice what changes. */
const section = { name: 'judge', isBrief: false, write: writeJudge };

test('what the gates say, minute by minute, and what they learn is as recorded', async () => {
  expect(firstDifference(section.name, recordedText(section), await textOf(section))).toBeUndefined();
}, 120_000);
