import { expect, test } from '@jest/globals';
import { firstDifference } from './first-difference.ts';
import { recordedText, textOf } from './record.ts';
import { templateSection } from './sections.ts';

test('the template is as recorded', async () => {
  const now = await textOf(templateSection);

  expect(firstDifference(templateSection.name, recordedText(templateSection), now)).toBeUndefined();
}, 600_000);
