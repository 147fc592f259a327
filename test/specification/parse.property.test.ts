import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { formatFinding } from '../../lib/specification/finding.ts';
import { lintSpec } from '../../lib/specification/lint.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { exampleSpec } from './example-spec.ts';

const line = /^web\.yml:\d+:\d+: (?:warning: )?[^\p{C}\p{Zl}\p{Zp}]{3,510}$/u;

/** Whatever the text is: a spec, or findings of the agreed form that lie within the text. */
function expectAnAnswer(text: string): void {
  const parsed = parseSpec(text, 'web.yml');
  const findings = parsed.ok ? lintSpec(text, 'web.yml') : parsed.findings;
  const lines = text.split('\n');

  expect(parsed.ok || parsed.findings.length > 0).toBe(true);
  expect(parsed.ok || parsed.findings.every(({ severity }) => severity === 'error')).toBe(true);
  for (const finding of findings) {
    expect(formatFinding(finding)).toMatch(line);
    expect(finding.line).toBeLessThanOrEqual(lines.length);
    expect(finding.column).toBeLessThanOrEqual((lines[finding.line - 1]?.length ?? 0) + 1);
  }
}

const indicators = '-?:,[]{}#&*!|>\'"%@` \n\t\r\\<=~.0123456789abefnostxyzN_\uFEFF\u0000\u0085\u2028';
const yamlish = fc.string({ unit: fc.constantFrom(...Array.from(indicators)), maxLength: 120 });
const keys = [
  'service',
  'slots',
  'a',
  'b',
  'steps',
  'gates',
  'value',
  'bad',
  'traffic',
  'rule',
  '__proto__',
  'toString',
  '<<',
  '1',
];
const anyValue = fc.jsonValue({ maxDepth: 4 });

/** Pieces of the example where a mutation may strike: its words, numbers and signs. */
const pieces = [...exampleSpec.matchAll(/[\w%./-]+|[:{}'\n-]| {2}/g)].map(({ index, 0: piece }) => ({ index, piece }));

const mutation = fc.record({
  at: fc.nat({ max: pieces.length - 1 }),
  with: fc.oneof(
    yamlish,
    fc.constantFrom(
      '',
      'null',
      '[]',
      '{}',
      '*a',
      '&a',
      '!!int',
      '-1',
      '1e999',
      '.nan',
      'true',
      '---\n',
      '\t',
      '15',
      '0s',
      '9d',
      '101%',
      '"\\e[2J"',
    ),
    fc.constantFrom(...pieces.map(({ piece }) => piece)),
  ),
});

function mutate(text: string, changes: readonly { readonly at: number; readonly with: string }[]): string {
  return changes
    .toSorted((a, b) => b.at - a.at)
    .reduce((current, change) => {
      const struck = pieces[change.at];
      if (struck === undefined) return current;
      return current.slice(0, struck.index) + change.with + current.slice(struck.index + struck.piece.length);
    }, text);
}

describe('parseSpec answers whatever it is given', () => {
  test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), expectAnAnswer), { numRuns: 500 });
  });

  test('text full of YAML signs', () => {
    fc.assert(fc.property(yamlish, expectAnAnswer), { numRuns: 2000 });
  });

  test('any map under the keys of a spec', () => {
    const map = fc.dictionary(fc.constantFrom(...keys), anyValue);
    const nested = fc.dictionary(fc.constantFrom(...keys), fc.oneof(map, fc.array(map, { maxLength: 4 }), anyValue));

    fc.assert(
      fc.property(nested, (value) => {
        expectAnAnswer(stringify(value));
      }),
      { numRuns: 500 },
    );
  });

  test('the example with mutations', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (changes) => {
        expectAnAnswer(mutate(exampleSpec, changes));
      }),
      { numRuns: 1000 },
    );
  });

  test('the example cut off anywhere', () => {
    fc.assert(
      fc.property(fc.nat({ max: exampleSpec.length }), (length) => {
        expectAnAnswer(exampleSpec.slice(0, length));
      }),
      { numRuns: 300 },
    );
  });
});
