import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'sluice-ci-test-'));
  cpSync(path.resolve(import.meta.dirname, '../../.ci/run'), path.join(directory, 'clone/.ci/run'));
  mkdirSync(path.join(directory, 'bin'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Commands {
  readonly check?: number;
  readonly demo?: number;
  readonly model?: number;
  readonly test?: number;
  readonly long?: number;
  /** What jest writes; nothing where it ended before. */
  readonly results?: Results;
  readonly longResults?: Results;
}

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

const allPassed = { numPassedTests: 812, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };
const longPassed = { numPassedTests: 30, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };

/** Runs .ci/run with a stand-in for npm that ends each command with the given exit code. */
function run({ check = 0, demo = 0, test = 0, long = 0, model = 0, results, longResults = longPassed }: Commands) {
  const write = (written: Results | undefined, argument: string) =>
    written === undefined ? ':' : `echo '${JSON.stringify(written)}' > "\${${argument}#--outputFile=}"`;
  writeFileSync(
    path.join(directory, 'bin/npm'),
    `#!/bin/sh
echo "$*" >> ${directory}/asked
case "$*" in
  'run check') exit ${check} ;;
  'run model -- --json') exit ${model} ;;
  'run demo -- --json') echo '{"good":{}}'; exit ${demo} ;;
  test*) ${write(results, '4')}; exit ${test} ;;
  'run test:long'*) ${write(longResults, '5')}; exit ${long} ;;
esac
exit 99
`,
    { mode: 0o755 },
  );
  const ended = spawnSync(path.join(directory, 'clone/.ci/run'), {
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: [path.join(directory, 'bin'), path.dirname(process.execPath), process.env['PATH']].join(':'),
    },
  });
  return {
    code: ended.status,
    lastLine: ended.stdout.trimEnd().split('\n').at(-1),
    asked: readFileSync(path.join(directory, 'asked'), 'utf8').trim().split('\n'),
  };
}

describe('.ci/run', () => {
  test('runs checks, both sets of tests, the model and the demo, and ends with the numbers of the tests', () => {
    expect(run({ results: allPassed })).toEqual({
      code: 0,
      lastLine: '842 passed, 0 failed',
      asked: [
        'run check',
        'test -- --json --outputFile=.sluice/ci/tests.json',
        'run test:long -- --json --outputFile=.sluice/ci/long.json',
        'run model -- --json',
        'run demo -- --json',
      ],
    });
  });

  test.each<[string, Commands, string]>([
    ['the checks fail', { check: 1, results: allPassed }, '842 passed, 1 failed'],
    ['the model fails', { model: 1, results: allPassed }, '842 passed, 1 failed'],
    ['the demo fails', { demo: 1, results: allPassed }, '842 passed, 1 failed'],
    ['tests fail', { test: 1, results: { ...allPassed, numFailedTests: 3 } }, '842 passed, 3 failed'],
    [
      'a suite does not load',
      { test: 1, results: { ...allPassed, numRuntimeErrorTestSuites: 1 } },
      '842 passed, 1 failed',
    ],
    ['the tests end with an error and no failed test', { test: 1, results: allPassed }, '842 passed, 1 failed'],
    ['the tests end early', { test: 1 }, '30 passed, 1 failed'],
    [
      'long tests fail',
      { long: 1, results: allPassed, longResults: { ...longPassed, numFailedTests: 2 } },
      '842 passed, 2 failed',
    ],
    ['the long tests end with an error and no failed test', { long: 1, results: allPassed }, '842 passed, 1 failed'],
    [
      'there are no long tests',
      { results: allPassed, longResults: { ...longPassed, numPassedTests: 0 } },
      '812 passed, 1 failed',
    ],
    ['there are no tests', { results: { ...allPassed, numPassedTests: 0 } }, '30 passed, 1 failed'],
    ['all fail', { check: 1, test: 1, long: 1, model: 1, demo: 1 }, '30 passed, 5 failed'],
  ])('fails where %s, after having run all five', (_, commands, lastLine) => {
    const { code, asked, ...ended } = run(commands);

    expect({ code, ...ended }).toEqual({ code: 1, lastLine });
    expect(asked).toHaveLength(5);
  });
});
