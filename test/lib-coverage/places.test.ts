import { runInNewContext } from 'node:vm';
import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { counted, placesOf, tableOf } from './places.ts';

/** Runs a file with its places counted, then the calls, and returns its result and the code of the places that ran. */
function run(source: string, calls = '') {
  const table = new Uint8Array(placesOf(source).length);
  const asked: unknown[] = [];
  const tableFor = (...how: readonly unknown[]) => {
    asked.push(how);
    return table;
  };
  const code = stripTypeScriptTypes(counted(source, 'lib/some/file.ts'));
  const result: unknown = runInNewContext(`${code}\n${calls}`, { [tableOf]: tableFor });
  const codes = placesOf(source).map(({ start, end }) => source.slice(start, end));
  return {
    result,
    asked,
    ran: codes.filter((_, index) => table[index] === 1),
    not: codes.filter((_, index) => table[index] !== 1),
  };
}

describe('the places of a file', () => {
  test.each([
    ['a statement', 'let a = 1; if (a > 1) { a = 2; }', '', ['a = 2;']],
    ['a statement without a block', 'let a = 1; if (a > 1) a = 2; else a = 3;', '', ['a = 2;']],
    [
      'an if after an else',
      'let a = 1; if (a === 1) a = 2; else if (a === 5) a = 3;',
      '',
      ['if (a === 5) a = 3;', 'a = 3;'],
    ],
    ['what a loop repeats', 'for (const one of []) one.run();', '', ['one.run();']],
    ['a case', 'switch (Number(2)) { case 1: Number(1); break; default: Number(3); }', '', ['Number(1);', 'break;']],
    ['a function', 'function f() { return 1; }', '', ['return 1;']],
    ['what an arrow function returns', 'const f = () => ({ a: 1 });', '', ['({ a: 1 })']],
    ['a branch of a condition', 'const f = (a) => a ? 1 : 2;', 'f(true)', ['2']],
    ['what is asked only after a first no', 'const f = (a, b) => a || b();', 'f(1)', ['b()']],
    ['what replaces nothing', 'const f = (a) => a ?? [1];', 'f(1)', ['[1]']],
    [
      'what replaces nothing, but no plain value',
      "const f = (a) => [a ?? 0, a ?? Number.NaN, a ?? '', a ?? g()];",
      'f(1)',
      ['g()'],
    ],
    ['a method of a class', 'class A { m() { return 1; } }', '', ['return 1;']],
    ['after what was thrown', 'const f = () => { throw 1; return 2; };', 'try { f(); } catch {}', ['return 2;']],
  ])('are found: %s', (_, source, calls, not) => {
    expect(run(source, calls).not).toEqual(not);
  });

  test.each([
    ['conditions in each other', 'const f = (a, b) => (a ? (b ? 1 : 2) : b ? 3 : 4);', 'f(0, 1)', 3],
    ['choices beside each other', 'const f = (a, b) => a ?? (b || 5);', 'f(undefined, 0)', 5],
    [
      'a loop in a loop with a label',
      'let n = 0; all: for (const a of [1, 2]) for (const b of [1, 2]) { if (b === 2) continue all; n += a; }',
      'n',
      3,
    ],
    ['a loop that ends in itself', 'let n = 0; do n += 1; while (n < 3);', 'n', 3],
    [
      'types',
      'const f = (a: readonly number[]): number => (a satisfies readonly number[]).length; interface B { a(): 1 }',
      'f([1])',
      1,
    ],
    ['a function that is called before it stands', 'const n = f(); function f() { return 4; }', 'n', 4],
    ['the name of a function', 'const f = () => 1;', 'f.name', 'f'],
    ['a template', 'const f = (a) => `${a ? "yes" : "no"}`;', 'f(1)', 'yes'],
    ['a condition whose end is a file’s', 'const f = (a) => a && a.b\n', 'f({ b: 7 })', 7],
  ])('leave what the code does: %s', (_, source, calls, result) => {
    expect(run(source, calls).result).toBe(result);
  });

  test('leave each line where it is', () => {
    const source = 'const a = 1;\n\nexport const f = () =>\n  a\n    ? 1\n    : 2;\n';

    expect(counted(source, 'lib/x.ts').split('\n')).toHaveLength(source.split('\n').length);
  });

  test('ask for their table once, by the name of the file', () => {
    expect(run('const a = 1; const b = 2;').asked).toEqual([['lib/some/file.ts', 2]]);
  });

  test('are none where a file has only types', () => {
    const source = "import type { A } from './a.ts';\nexport interface B extends A {}\n";

    expect(placesOf(source)).toEqual([]);
    expect(counted(source, 'lib/x.ts')).toBe(source);
  });
});
