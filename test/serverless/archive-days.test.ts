import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';

test('days of the archive are none, or what S3 takes as days of a lock: 1 to 36500', async () => {
  const text = await readFile(new URL('../../serverless/archive.yml', import.meta.url), 'utf8');
  const [, pattern = 'none'] = /^ {4}ArchiveDays:\n(?: {6}.*\n)*? {6}AllowedPattern: '(.*)'$/m.exec(text) ?? [];
  // As CloudFormation reads it: the whole value.
  const days = new RegExp(`^(?:${pattern})$`);

  const taken = Array.from({ length: 100_000 }, (_, number) => number).filter((number) => days.test(String(number)));
  expect(taken).toEqual(Array.from({ length: 36_500 }, (_, index) => index + 1));
  expect(['', '01', '-1', '1.5', '100000'].map((value) => days.test(value))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
