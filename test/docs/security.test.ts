import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { projectRoot } from '../../local/stack/project-root.ts';

const textOf = (file: string) => readFileSync(path.join(projectRoot, file), 'utf8');

/** Names of tests as pages write them, without `.test.ts`: a file, or a folder of them. */
const testsIn = (page: string) => [...page.matchAll(/`(test\/[a-z0-9/.-]+)`/g)].map(([, name = '']) => name);

test.each(['docs/security.md', 'docs/security-findings.md'])('%s names tests that there are', (page) => {
  const named = testsIn(textOf(page));
  const missing = named.filter(
    (name) => globSync([`${name}.test.ts`, `${name}/**/*.test.ts`], { cwd: projectRoot }).length === 0,
  );

  expect(named.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

const page = textOf('docs/security-findings.md');
const rowsOf = (heading: string) =>
  (page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => /^\| (?!what (?:gave|must))/.test(line));

test.each(['Findings', 'Smaller findings, each with its kind'])('every line of "%s" has a test', (heading) => {
  const rows = rowsOf(heading);

  expect(rows.length).toBeGreaterThan(8);
  expect(rows.filter((row) => testsIn(row).length === 0)).toEqual([]);
});

test('every figure has a command that there is', () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(textOf('package.json')));
  const commands = rowsOf('Figures').map((row) => /`npm (?:run )?([\w:]+)(?: -- ([^`]+))?` \|$/.exec(row));

  expect(commands.length).toBeGreaterThan(6);
  for (const command of commands) {
    const [, script = '', patterns = ''] = command ?? [];
    expect(Object.keys(scripts)).toContain(script);
    for (const pattern of patterns.split(' ').filter(Boolean))
      expect(globSync([`${pattern}*`, `${pattern}/*.test.ts`], { cwd: projectRoot })).not.toEqual([]);
  }
});
