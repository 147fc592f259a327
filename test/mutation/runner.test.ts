import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '../../local/stack/project-root.ts';
import { isDrawn } from './draw.ts';
import { filesOf, roomNames, rooms } from './rooms.ts';
import { runTests } from './runner/run-tests.ts';
import * as suite from './runner/suite.ts';
import { tellScores } from './scores.ts';

/** Registers tests as a file of tests would, and returns them. */
function registered(register: () => void) {
  return suite.testsOf('some.test.ts', () => {
    register();
    return Promise.resolve();
  });
}

describe('a file with tests', () => {
  test('gives each test a name that no other has', async () => {
    const tests = await registered(() => {
      suite.test('one', () => undefined);
      suite.describe('inner', () => {
        suite.test.each([[1], [2]])('of %i', () => undefined);
        suite.test('same', () => undefined);
        suite.test('same', () => undefined);
      });
      suite.describe.each([['a']])('group %s', () => {
        suite.test('last', () => undefined);
      });
    });

    expect(tests.map(({ id }) => id)).toEqual([
      'some.test.ts > one',
      'some.test.ts > inner > of 1',
      'some.test.ts > inner > of 2',
      'some.test.ts > inner > same',
      'some.test.ts > inner > same #2',
      'some.test.ts > group a > last',
    ]);
  });

  test('has its hooks run from the outside in, and back', async () => {
    const calls: string[] = [];
    const note = (call: string) => () => calls.push(call);
    const tests = await registered(() => {
      suite.beforeAll(note('open'));
      suite.afterAll(note('close'));
      suite.beforeEach(note('before'));
      suite.afterEach(note('after'));
      suite.describe('inner', () => {
        suite.beforeEach(note('inner before'));
        suite.afterEach(note('inner after'));
        suite.test('first', note('first'));
        suite.test('second', note('second'));
      });
    });
    await runTests(tests, { bail: true });

    const around = (name: string) => ['before', 'inner before', name, 'inner after', 'after'];
    expect(calls).toEqual(['open', ...around('first'), ...around('second'), 'close']);
  });

  test('fails where a test, or a hook around it, throws or rejects', async () => {
    const tests = await registered(() => {
      suite.test('compares', () => {
        suite.expect(1).toBe(2);
      });
      suite.test('rejects', () => Promise.reject(new Error('too late')));
      suite.test('passes', () => undefined);
      suite.describe('inner', () => {
        suite.beforeEach(() => {
          throw new Error('not ready');
        });
        suite.test('never begins', () => undefined);
      });
    });

    const outcomes = await runTests(tests, { bail: false });
    expect(outcomes.map(({ failure }) => failure)).toEqual([
      expect.stringContaining('Expected'),
      'too late',
      undefined,
      'not ready',
    ]);
    expect(await runTests(tests, { bail: true })).toHaveLength(1);
  });
});

const mutantAt = (line: number) => ({
  fileName: '/clone/lib/analysis/bets.ts',
  location: { start: { line, column: 1 }, end: { line, column: 9 } },
  mutatorName: 'StringLiteral',
  replacement: '""',
});
const lines = Array.from({ length: 2000 }, (_, line) => line);

test('a share of the mutants is drawn, the same ones wherever the clone is', () => {
  const fifth = { share: 0.2, turn: 1 };
  const drawn = lines.filter((line) => isDrawn(mutantAt(line), fifth));

  expect(drawn.length / lines.length).toBeCloseTo(0.2, 1);
  expect(drawn).toEqual(lines.filter((line) => isDrawn({ ...mutantAt(line), fileName: '/other/bets.ts' }, fifth)));
  expect(lines.every((line) => isDrawn(mutantAt(line), { share: 1, turn: 1 }))).toBe(true);
});

test('each draw of a share has other mutants, until all are drawn', () => {
  const draws = [1, 2, 3, 4, 5].map((turn) => lines.filter((line) => isDrawn(mutantAt(line), { share: 0.2, turn })));

  expect(Math.min(...draws.map(({ length }) => length))).toBeGreaterThan(300);
  expect(draws.flat().toSorted((one, other) => one - other)).toEqual(lines);
  expect(lines.some((line) => isDrawn(mutantAt(line), { share: 0.2, turn: 6 }))).toBe(false);
});

test('the score counts what was noticed of what could be tried, and names the rest', () => {
  const mutants = (['Killed', 'Killed', 'Timeout', 'Survived', 'NoCoverage', 'RuntimeError'] as const).map(
    (status, line) => ({ ...mutantAt(line), id: `${line}`, status, fileName: 'lib/analysis/bets.ts' }),
  );

  expect(tellScores('analysis', mutants)).toBe(
    [
      'lib/analysis/bets.ts: 60.0 % (3 of 5, 1 of them without end)',
      '  3:1 StringLiteral ""',
      '  4:1 StringLiteral (no test runs it) ""',
      'analysis: 60.0 % (3 of 5, 1 of them without end)',
      '',
    ].join('\n'),
  );
});

/** A file with all of test/ that it imports, directly or through others. */
function importedBy(file: string, seen = new Map<string, string>()): ReadonlyMap<string, string> {
  if (seen.has(file)) return seen;
  const text = readFileSync(file, 'utf8');
  seen.set(file, text);
  for (const [, specifier = ''] of text.matchAll(/from '(\.[^']+\.ts)'/g)) {
    const imported = path.join(path.dirname(file), specifier);
    if (imported.startsWith(path.join(projectRoot, 'test'))) importedBy(imported, seen);
  }
  return seen;
}

test.each(roomNames)('what mutants of %s are tried against takes nothing that Jest alone has', (room) => {
  const files = filesOf(rooms[room].tests);
  const needJest = files.filter((file) =>
    [...importedBy(path.join(projectRoot, file)).values()].some((text) =>
      /import \{[^}]*\bjest\b[^}]*\} from '@jest\/globals'/.test(text),
    ),
  );

  expect(files.length).toBeGreaterThan(15);
  expect(needJest).toEqual([]);
});
