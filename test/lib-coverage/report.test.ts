import { describe, expect, test } from '@jest/globals';
import { floorOf } from './floors.ts';
import { placesOf } from './places.ts';
import { roomsOf, tellLcov, tellNotRun, tellRooms, tooLow, type CountedFile } from './report.ts';
import { isWhole } from './run.ts';

/** A file in which everything ran but the places with the given code. */
function file(name: string, source: string, ...not: readonly string[]): CountedFile {
  const isOut = (code: string) => not.includes(code);
  return {
    name,
    source,
    places: placesOf(source).map((one) => ({ ...one, ran: !isOut(source.slice(one.start, one.end)) })),
  };
}

const choice = file('lib/b/choice.ts', 'const a = 1;\nconst b = a\n  ? 2\n  : 3;\n', '3');
const early = file(
  'lib/a/early.ts',
  'const f = (x: number) => {\n  if (x > 1)\n    return x && 2;\n  return 3;\n};\n',
  'return x && 2;',
  '2',
);
const never = file('lib/a/never.ts', 'const c = 1;\nconst d = 2;\n', 'const c = 1;', 'const d = 2;');
const files = [choice, early, never];

describe('the report of what ran', () => {
  test('adds files up by room, in order', () => {
    expect(roomsOf(files, () => 50)).toEqual([
      { room: 'a', places: 7, ran: 3, floor: 50 },
      { room: 'b', places: 4, ran: 3, floor: 50 },
    ]);
  });

  test('is a line a room, after one for all', () => {
    expect(tellRooms(roomsOf(files, (room) => (room === 'a' ? 40 : 75)))).toBe(
      [
        'Coverage of lib: 54.5 % of 11 statements and branches ran, 5 did not',
        '  a   42.8 %, floor 40 %, 4 not run',
        '  b   75.0 %, floor 75 %, 1 not run',
      ].join('\n'),
    );
  });

  test('names each room below its floor, and none that is on it', () => {
    expect(tooLow(roomsOf(files, () => 75))).toEqual(['lib/a: 42.8 % ran, its floor is 75 %']);
    expect(tooLow(roomsOf(files, () => 0))).toEqual([]);
  });

  test('lists what did not run by line, without its parts', () => {
    expect(tellNotRun([...files, file('lib/c/all.ts', 'const e = 1;')])).toBe(
      ['lib/b/choice.ts', '  4: 3', 'lib/a/early.ts', '  3: return x && 2;', 'lib/a/never.ts: none of it ran', ''].join(
        '\n',
      ),
    );
  });

  test('shortens long code to a line', () => {
    const long = `const a = [\n${'  1,\n'.repeat(80)}];`;
    const [, line = ''] = tellNotRun([file('lib/c/long.ts', `const b = 1;\n${long}`, long)]).split('\n');

    expect(line).toMatch(/^ {2}2: const a = \[ 1, 1, .*\.\.\.$/);
    expect(line.length).toBeLessThan(110);
  });

  test('is written for editors too', () => {
    expect(tellLcov([choice])).toBe(
      ['SF:lib/b/choice.ts', 'DA:1,1', 'DA:2,1', 'BRDA:3,0,0,1', 'BRDA:4,1,0,0', 'end_of_record', ''].join('\n'),
    );
  });

  test('has a floor for every room, that one can fall below', () => {
    for (const room of ['rollout', 'usecases', 'a-new-room']) {
      expect(floorOf(room)).toBeGreaterThan(50);
      expect(floorOf(room)).toBeLessThanOrEqual(100);
    }
  });
});

describe('a run', () => {
  const whole = {
    testPathPatterns: { isSet: () => false },
    onlyChanged: false,
    onlyFailures: false,
    findRelatedTests: false,
    runTestsByPath: false,
    watch: false,
    watchAll: false,
  };

  test('of all tests counts', () => {
    expect(isWhole(whole)).toBe(true);
    expect(isWhole({ ...whole, testNamePattern: '' })).toBe(true);
  });

  test.each([
    ['of a pattern', { testPathPatterns: { isSet: () => true } }],
    ['of a name', { testNamePattern: 'judge' }],
    ['of a part', { shard: { shardCount: 2, shardIndex: 1 } }],
    ['of what changed', { onlyChanged: true }],
    ['of what failed', { onlyFailures: true }],
    ['of what belongs to a file', { findRelatedTests: true }],
    ['of a file', { runTestsByPath: true }],
    ['that watches', { watch: true }],
    ['that watches all', { watchAll: true }],
  ])('%s counts nothing', (_, options) => {
    expect(isWhole({ ...whole, ...options })).toBe(false);
  });
});
