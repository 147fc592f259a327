import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../..');

/** Sources of what people read. */
const sources = ['lib', 'functions', 'local'].flatMap((room) =>
  readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(room, file)),
);

test('no text writes a plural as `thing(s)`: `counted` says `1 thing` and `2 things`', () => {
  const found = sources.filter((file) => /[a-z]\(s\)/.test(readFileSync(path.join(root, file), 'utf8')));

  expect(sources.length).toBeGreaterThan(500);
  expect(found).toEqual([]);
});
