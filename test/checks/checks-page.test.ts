import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { allChecks, checkOf } from '../../lib/checks/all-checks.ts';
import { checkTable, testNames } from '../../lib/checks/check-table.ts';
import { requirementTable } from '../../lib/checks/requirement-table.ts';
import { checks } from '../../lib/specification/checks.ts';
import { projectRoot } from '../../local/stack/project-root.ts';

const page = readFileSync(`${projectRoot}/docs/checks.md`, 'utf8');
/** File by the check whose four tests stand in it. */
const files = new Map(
  readdirSync(`${projectRoot}/test/checks`).flatMap((file) => {
    const source = readFileSync(`${projectRoot}/test/checks/${file}`, 'utf8');
    return [...source.matchAll(/^fourTests\('([^']+)'/gm)].map(
      ([, name = '']) => [name, `test/checks/${file}`] as const,
    );
  }),
);

describe('docs/checks.md', () => {
  test('holds the table of all checks, each with its four tests (else: npm run generate)', () => {
    expect(page).toContain(`\n${checkTable((name) => files.get(name))}\n`);
    expect(allChecks.filter(({ name }) => !testNames(name).every((one) => page.includes(`\`${one}\``)))).toEqual([]);
  });

  test('has every line of the checklists with its checks (else: npm run generate)', () => {
    expect(page).toContain(`\n${requirementTable()}\n`);
  });

  test('has no check that answers a line of no checklist', () => {
    const astray = { name: 'astray', page: { ...checkOf('image').page, answers: 'Moon full' } };

    expect(() => requirementTable([astray])).toThrow(
      'The check astray answers "Moon full", and no checklist has this line.',
    );
  });

  test('cannot be made of a check without tests', () => {
    expect(() => checkTable((name) => (name === 'image-scan' ? undefined : files.get(name)))).toThrow(
      "The check image-scan has no tests: call fourTests('image-scan', …).",
    );
  });
});

describe('every check', () => {
  test.each(allChecks)(
    '$name says what it asks, reads and needs, how it fails and how to fix it',
    ({ page: said, expected }) => {
      for (const text of [said.asks, said.reads, said.fails, said.fix, expected]) {
        expect(text.length).toBeGreaterThan(5);
        expect(text).not.toMatch(/\.$/);
      }
      for (const right of said.rights) expect(right).toMatch(/^[a-z0-9-]+:[A-Z]\w+$/);
    },
  );

  test('that a spec can turn on has its settings there, and no other one', () => {
    const optional = allChecks.filter(({ isOptional }) => isOptional).map(({ name }) => name);
    expect(optional.toSorted()).toEqual(Object.keys(checks.shape).toSorted());
  });

  test('has a name of its own', () => {
    const names = allChecks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
