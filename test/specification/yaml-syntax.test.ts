import { describe, expect, test } from '@jest/globals';
import { complaints } from './complaints.ts';
import { edited, exampleSpec, placeOf } from './example-spec.ts';

describe('what a spec needs no more of is refused', () => {
  test.each([
    ['an empty file', '', '1:1: the file is empty, expected a map with the fields of a rollout spec'],
    ['comments alone', '# later\n', '1:1: the file is empty, expected a map'],
    ['a list', '- a\n', '1:1: the file holds a list, expected a map'],
    ['a text', '\nhello\n', '2:1: the file holds "hello", expected a map'],
    [
      'line ends of long ago',
      exampleSpec.replaceAll('\n', '\r'),
      '1:65: a line that ends in CR alone, expected LF or CR LF',
    ],
    [
      'a second document',
      `${exampleSpec}---\na: 1\n`,
      `${exampleSpec.split('\n').length}:1: a second YAML document starts here, expected one spec per file`,
    ],
    ['a tab', edited('  a:\n', '\ta:\n'), '14:1: a tab indents this line, expected spaces'],
    [
      'a key written twice',
      edited('cluster: production', 'cluster: a\ncluster: b'),
      '6:1: key "cluster" is written twice, expected each key once',
    ],
    [
      'a key written twice in braces',
      edited('{ metric: errors }', '{ metric: errors, metric: slow }'),
      '48:28: key "metric" is written twice',
    ],
    [
      'a tag',
      edited('cluster: production', 'cluster: !!binary aGk='),
      '5:10: Unresolved tag: tag:yaml.org,2002:binary, expected a value without a tag',
    ],
    ['an alias of nothing', 'a: *x', '1:4: alias *x stands for nothing above, expected an anchor &x before it'],
    [
      'an alias of itself',
      edited('cluster: production', 'cluster: &c [*c]'),
      '5:13: cluster is a list, expected the name',
    ],
    ['a merge key', edited('cluster:', '<<: {}\ncluster:'), '5:1: merge keys are not supported'],
    [
      'a key that would reach a prototype',
      edited('cluster:', '__proto__: {}\ncluster:'),
      '5:1: key "__proto__" is not allowed',
    ],
    ['a key of every object', edited('cluster:', 'constructor: {}\ncluster:'), '5:1: unknown key "constructor"'],
    ['a list as a key', '? [a]\n: 1', '1:3: a list, a map or an alias is used as a key, expected a name'],
    ['an old version of YAML', `%YAML 1.1\n---\n${exampleSpec}`, '1:1: the file asks for YAML 1.1, expected YAML 1.2'],
    ['a directive', `%FOO\n---\n${exampleSpec}`, '1:1: Unknown directive %FOO, expected no directives'],
    ['an open quote', 'service: "web', '1:14: Missing closing "quote, expected YAML 1.2'],
    ['deep nesting', `a: ${'['.repeat(40)}${']'.repeat(40)}`, '1:35: nested too deeply, expected at most 32 levels'],
    ['nesting that exhausts the parser', '['.repeat(200_000), '1:'],
    [
      'a bomb of aliases',
      `a: &a [${'1,'.repeat(10)}]\nb: &b [${'*a,'.repeat(20)}]\nc: &c [${'*b,'.repeat(20)}]\n`,
      '1:1: its aliases unfold to too much',
    ],
    [
      'too many aliases',
      `a: &a 1\nb: [${'*a,'.repeat(101)}]`,
      `2:${5 + 3 * 100}: its aliases unfold to too much, expected at most 100 of them`,
    ],
    ['a huge file', `a: ${'x'.repeat(300_000)}`, '1:1: the file has more than 64 KB, expected a spec of a few'],
  ])('%s', (_, text, expected) => {
    expect(complaints(text)[0]?.slice(0, `web.yml:${expected}`.length)).toBe(`web.yml:${expected}`);
  });

  test('a file full of unknown keys is explained up to a point', () => {
    const text = Array.from({ length: 5000 }, (_, index) => `k${index}: 1`).join('\n');

    expect(complaints(text)).toHaveLength(50);
  });

  test('a key of an anchored map is reported where the map stands', () => {
    const text = edited('bad: { metric: errors }', 'bad: &m { metirc: errors }').replace(
      'total: { metric: requests }',
      'total: *m',
    );

    expect(
      complaints(text)
        .filter((line) => line.includes('unknown key'))
        .map((line) => line.split(' ')[0]),
    ).toEqual([`web.yml:${placeOf(text, 'metirc')}:`, `web.yml:${placeOf(text, 'metirc')}:`]);
  });
});
