import { describe, expect, test } from '@jest/globals';
import { lintSpec } from '../../lib/specification/lint.ts';
import { edited, exampleSpec, placeOf } from './example-spec.ts';

/** The example with more lines at its end. */
const added = (...lines: readonly string[]) => `${exampleSpec}${lines.join('\n')}\n`;

const people = '  people: [{ name: Ana, roles: [qa] }, { name: Ben, roles: [lead] }]';

/** Where a piece of text stands; of one with a mark, what comes after the mark. */
function markedPlace(text: string, marked: string): string {
  const [before = '', after] = marked.split('^');
  if (after === undefined) return placeOf(text, marked);
  const [line, column] = placeOf(text, `${before}${after}`).split(':').map(Number);
  return `${line ?? 0}:${(column ?? 0) + before.length}`;
}

/** Specs with one mistake; the piece of text that its finding is about, and words of what it says. */
const mistakes: readonly (readonly [string, string, string, string])[] = [
  ['an alarm named twice', added('alarms:', '  - first', '  - second', '  - "first"'), '"first"', 'named twice'],
  ['a role named twice', added('approvals:', '  required: [qa, qa]', people), 'required: ^[', 'a role is named twice'],
  [
    'a role for nobody',
    added('approvals:', '  required: [boss]', people),
    'people: ^[{',
    'no person is left for "boss"',
  ],
  [
    'a last step that may be left out',
    edited('{ weight: 100, bake: 10m }', '{ weight: 100, bake: 10m, leaveOutWhenQuiet: true }'),
    'leaveOutWhenQuiet: ^true }\n\n',
    'the last step gives green all traffic',
  ],
  ['a step that does not rise', edited('weight: 50,', 'weight: 25,'), 'weight: ^25, bake: 30m }\n  - { weight: 90', ''],
  [
    'a probe that asks nothing',
    added('verify:', '  by: targetHealth', '  probe: true'),
    'probe: ^true',
    'the probe asks nothing',
  ],
  [
    'two ways to verify',
    added('verify:', '  header: x-version', '  bodyField: version'),
    'bodyField: ^version',
    'header and bodyField are set',
  ],
  [
    'a path that cannot stay open',
    added('maintenance:', '  page: sorry', '  open: [/health, nowhere]'),
    'nowhere',
    'no path that can stay open',
  ],
  ['a limit that is no quantity', edited('pass: 1%', 'pass: much'), 'pass: ^much', ''],
  ['a key that there is not', edited('period: 60s', 'perriod: 60s'), 'perriod', 'period'],
  ['a map where a list is expected', edited('image:\n', 'alarms: { a: b }\nimage:\n'), 'alarms: ^{', 'list'],
  ['a number beyond its limits', edited('headroom: 1.25', 'headroom: 1000'), 'headroom: ^1000', 'a factor, 1 to 10'],
  ['a word that is none of those', edited('onBusy: reject', 'onBusy: wait'), 'onBusy: ^wait', 'reject'],
  ['an unknown metric', edited('metric: latencyP95', 'metric: latencyP42'), 'metric: ^latencyP42', 'latencyP'],
  ['a byte that is no UTF-8', edited('cluster: production', 'cluster: \uFFFD'), '\uFFFD', 'no UTF-8'],
  ['a line that ends in CR alone', edited('cluster: production', 'cluster: production\rx: y'), '\rx: y', 'CR alone'],
  ['a key that stands twice', added('period: 30s'), 'period: 30s', ''],
];

describe('a finding stands where what it is about stands', () => {
  test.each(mistakes)('%s', (_, text, piece, words) => {
    const findings = lintSpec(text, 'web.yml').filter(({ severity }) => severity === 'error');

    expect(findings.map(({ line, column }) => `${line}:${column}`)).toEqual([markedPlace(text, piece)]);
    expect(findings[0]?.message).toContain(words);
  });
});
