import { expect, test } from '@jest/globals';
import { firstDifference } from './first-difference.ts';
import { recordedText, textOf } from './record.ts';
import { sections } from './sections.ts';

const heldHere = sections.filter(({ heldBy }) => heldBy === undefined);

test.each(heldHere.map((section) => [section.name, section] as const))('%s is as recorded', async (name, section) => {
  expect(firstDifference(name, recordedText(section), await textOf(section))).toBeUndefined();
});
