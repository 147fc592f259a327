import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tagMatches, tagPatternProblem } from '../../lib/spec/tag-pattern.ts';

describe('tagPatternProblem', () => {
  test.each([
    String.raw`\d+-[0-9a-f]{7,40}`,
    String.raw`v?\d+\.\d+\.\d+(?:-rc\.\d+)?-[0-9a-f]{7}`,
    String.raw`main|release-\d+`,
    String.raw`[+*(]+\(\)\]`,
    '(?:ab)+',
    '(?:a{2}){3}',
    '.*',
  ])('%s is taken', (pattern) => {
    expect(tagPatternProblem(pattern)).toBeUndefined();
  });

  test.each([
    ['', 'is empty'],
    ['(', 'is no regular expression'],
    ['a)|(b', 'is no regular expression'],
    [String.raw`\d++`, 'is no regular expression'],
    ['(a+)+', 'repeats a group'],
    ['(.*)*b', 'repeats a group'],
    ['(a|a)*b', 'repeats a group'],
    ['(?:a|aa)+b', 'repeats a group'],
    ['((a?))*b', 'repeats a group'],
    ['(?:(?:x+y)z){2,}', 'repeats a group'],
    ['(a{1,10000})*b', 'repeats a group'],
    ['(?:a{2,99999999999999999999}b?){3}', 'repeats a group'],
    ['a{1000000000}', 'asks for more than 128 characters, which no tag has, expected smaller numbers'],
    ['a?'.repeat(40), 'leaves too much open'],
    ['.{0,10000}'.repeat(6), 'leaves too much open'],
    ['.*'.repeat(6), 'leaves too much open'],
    ['(?=a)a', 'uses look-around'],
    ['(?<!a)a', 'uses look-around'],
    ['(?<n>a)', 'uses look-around'],
    [String.raw`(a)\1`, 'uses look-around'],
  ])('%j is refused', (pattern, problem) => {
    expect(tagPatternProblem(pattern)).toContain(problem);
  });

  test('what it takes is matched in bounded time, also on tags made to defeat it', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', String.raw`\w`, '(?:ab)', '(a)');
    const repeat = fc.constantFrom('', '', '+', '*', '?', '{2}', '{1,3}', '{2,}', '{1,10000}', '*?');
    const run = (item: fc.Arbitrary<string>) =>
      fc.array(item, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    const flat = run(fc.tuple(atom, repeat).map((parts) => parts.join('')));
    const group = fc
      .tuple(flat, fc.constantFrom('|', ''), flat, repeat)
      .map(([a, or, b, times]) => `(?:${a}${or}${b})${times}`);
    const pattern = run(fc.oneof(flat, group));
    const tag = fc
      .tuple(fc.constantFrom('a', 'b', 'ab', 'aab'), fc.constantFrom('', '!', 'c'))
      .map(([unit, end]) => unit.repeat(128).slice(0, 128 - end.length) + end);
    let taken = 0;

    fc.assert(
      fc.property(pattern, tag, (source, text) => {
        if (tagPatternProblem(source) !== undefined) return;
        taken += 1;
        const start = performance.now();
        tagMatches(source, text);
        expect(performance.now() - start).toBeLessThan(20_000);
      }),
      { numRuns: 400, interruptAfterTimeLimit: 20_000 },
    );
    expect(taken).toBeGreaterThan(20);
  }, 60_000);
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

  test('a choice is matched whole', () => {
    expect(tagMatches('main|release', 'release-1')).toBe(false);
  });
});
