import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { projectRoot } from '../../local/stack/project-root.ts';

/** `docs/moved.md` and the records of decisions name files as they were. */
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: projectRoot })].filter(
  (page) => page !== path.join('docs', 'moved.md'),
);

/** The folders and files of the project that a page names as code; a test may be named without its ending. */
function named(page: string): readonly string[] {
  const text = readFileSync(path.join(projectRoot, page), 'utf8');
  return [...text.matchAll(/`((?:test|local|bench|lib|functions|serverless|statemachines)\/[\w./-]+)`/g)].flatMap(
    ([, found]) => found ?? [],
  );
}

test.each(pages)('%s names no test, and no other file, that is not there', (page) => {
  const missing = named(page).filter(
    (one) => !['', '.ts', '.test.ts'].some((ending) => existsSync(path.join(projectRoot, `${one}${ending}`))),
  );

  expect(missing).toEqual([]);
});

test('the page of faults names a test for nearly every one', () => {
  expect(named(path.join('docs', 'reliability.md')).length).toBeGreaterThan(30);
});
