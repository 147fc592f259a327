import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tagMatches, tagPatternProblem } from '../../lib/specification/tag-pattern.ts';

describe('tagPatternProblem', () => {
  test.each([
    String.raw`\d+-[0-9a-f]{7,40}`,
    String.raw`v?\d+\.\d+\.\d+(?:-rc\.\d+)?-[0-9a-f]{7}`,
    String.raw`main|release-\d+`,
    String.raw`[+*(]+\(\)\]`,
    '(?:ab)+',
    '(?:a{2}){3}',
    '.*',
    '.*'.repeat(6),
    '(?<build>a)',
  ])('%s is taken', (pattern) => {
    expect(tagPatternProblem(pattern)).toBeUndefined();
  });

  test.each([
    ['', 'is empty'],
    ['(', 'is no regular expression'],
    ['a)|(b', 'is no regular expression'],
    [String.raw`\d++`, 'is no regular expression'],
    ['a{1000000000}', 'uses what an automaton cannot match'],
    ['(a{1,1000}){1,1000}', 'uses what an automaton cannot match'],
    ['(?=a)a', 'expected no look-around'],
    ['(?<!a)a', 'expected no look-around'],
    [String.raw`(a)\1`, 'expected no look-around'],
  ])('%j is refused', (pattern, problem) => {
    expect(tagPatternProblem(pattern)).toContain(problem);
  });
});

describe('tagMatches', () => {
  test.each([
    ['412-9f8d111', true],
    ['412-9f8d111\n', false],
    ['x412-9f8d111', false],
    ['latest', false],
    [`${'1'.repeat(130)}-9f8d111`, false],
  ])('%j: %s', (tag, matches) => {
    expect(tagMatches(String.raw`\d+-[0-9a-f]{7,40}`, tag)).toBe(matches);
  });

  test('matches what a regular expression of the language would, for every pattern', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', String.raw`\w`, '(?:ab)', '(a)');
    const repeat = fc.constantFrom('', '', '+', '*', '?', '{2}', '{1,3}', '{2,}', '{1,999}', '*?');
    const run = (item: fc.Arbitrary<string>) =>
      fc.array(item, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
    const flat = run(fc.tuple(atom, repeat).map((parts) => parts.join('')));
    const either = fc.tuple(flat, fc.constantFrom('|', ''), flat).map(([a, or, b]) => `(?:${a}${or}${b})`);
    const tag = fc.string({ unit: fc.constantFrom('a', 'b', '!'), maxLength: 8 });

    fc.assert(
      fc.property(run(fc.oneof(flat, either)), tag, (source, text) => {
        expect(tagPatternProblem(source)).toBeUndefined();
        expect(tagMatches(source, text)).toBe(new RegExp(`^(?:${source})$`, 'u').test(text));
      }),
    );
  });

  // Each would keep a search that goes back busy for longer than the test may take.
  test.each([
    '(a+)+',
    '(a|a)*',
    '(.*)*',
    '(?:a|aa)+',
    '((a?))*',
    '(?:(?:a+a)a){2,}',
    '(a{1,900})*',
    String.raw`\w*`.repeat(30),
  ])('no tag defeats %s', (pattern) => {
    expect(tagMatches(`${pattern}-`, 'a'.repeat(128))).toBe(false);
    expect(tagMatches(`${pattern}-`, `${'a'.repeat(127)}-`)).toBe(true);
  });

  test('goes by a pattern that a spec of before has, though none of today may have it', () => {
    expect(tagMatches('a{1,2000}', 'aaa')).toBe(true);
    expect(tagMatches(String.raw`\u{61}+`, 'ab')).toBe(false);
  });

  test('a choice is matched whole', () => {
    expect(tagMatches('main|release', 'release-1')).toBe(false);
  });
});
