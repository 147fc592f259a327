import { describe, expect, test } from '@jest/globals';
import { lineDiff } from '../../lib/cli/calibrate/line-diff.ts';
import { patchedSpec } from '../../lib/cli/calibrate/spec-patch.ts';
import type { Proposal } from '../../lib/calibration/proposal.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { modelArns } from '../model/model-world.ts';

const head = `service: web
cluster: main
container: app
image: { repository: shop/web }
slots:
  a: { service: web-a, targetGroup: '${modelArns.groupA}' }
  b: { service: web-b, targetGroup: '${modelArns.groupB}' }
traffic:
  - rule: ${modelArns.rule}
`;

const limits = [{ gate: 'error-rate', pass: 0.005, abort: 0.02, isNearer: true, why: '' }];
const bakes = [{ step: 1, weight: 5, bake: 2400, why: '' }];

function patched(text: string, proposal: Partial<Proposal>): string | undefined {
  const parsed = parseSpec(text, 'web.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  return patchedSpec(text, parsed.spec, { limits: [], bakes: [], ...proposal });
}

describe('a proposal in the text of a spec', () => {
  test('without gates and steps comes at its end, whole', () => {
    const after = patched(head, { limits, bakes }) ?? '';

    expect(after.startsWith(head)).toBe(true);
    expect(after).toContain('  - name: error-rate\n    bad:\n      metric: errors');
    expect(after).toContain('pass: 0.5%');
    expect(after).toContain('bake: 40m');
  });

  test('of a preset names the changed gate alone', () => {
    const after = patched(`${head}preset: web\n`, { limits });

    expect(after).toBe(`${head}preset: web\ngates:\n  - name: error-rate\n    pass: 0.5%\n    abort: 2%\n`);
  });

  test('beside another change of a preset becomes an entry of its own', () => {
    const text = `${head}preset: web\ngates:\n  - name: cpu # busy at noon\n    pass: 90%\n`;

    expect(patched(text, { limits })).toBe(
      `${head}preset: web\ngates:\n  - name: error-rate\n    pass: 0.5%\n    abort: 2%\n  - name: cpu # busy at noon\n    pass: 90%\n`,
    );
  });

  test('of a gate that leaves a limit to its preset adds it', () => {
    const text = `${head}preset: web\ngates:\n  - name: error-rate\n    abort: 4% # agreed\n`;

    expect(patched(text, { limits })).toBe(
      `${head}preset: web\ngates:\n  - name: error-rate\n    pass: 0.5%\n    abort: 2% # agreed\n`,
    );
  });

  test('in a gate on one line stays on it', () => {
    const text = `${head}preset: web\ngates:\n  - { name: error-rate, abort: 4% }\n`;

    expect(patched(text, { limits })).toBe(
      `${head}preset: web\ngates:\n  - { name: error-rate, pass: 0.5%, abort: 2% }\n`,
    );
  });

  test('is none where it would have to guess', () => {
    const text = `${head}gates:\n  - { name: e, bad: &b { metric: errors }, total: { metric: requests }, pass: &p 1%, abort: *p }\n`;

    expect(
      patched(text, { limits: [{ ...limits[0], gate: 'e', pass: 0.005, abort: 0.02, isNearer: true, why: '' }] }),
    ).toBeUndefined();
  });
});

describe('a difference of lines', () => {
  test('shows what goes and comes with the lines around it, and leaves out the rest', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].join('\n');

    expect(lineDiff(before, before.replace('d', 'D'))).toEqual(
      ['  ...', '  b', '  c', '- d', '+ D', '  e', '  f', '  ...'].slice(1),
    );
  });

  test('of the same text is nothing', () => {
    expect(lineDiff('a\nb', 'a\nb')).toEqual([]);
    expect(lineDiff('a\nb', 'a\nb\n')).toEqual([]);
  });

  test('has nothing left out behind the last line, and tells lines of a list from what goes and comes', () => {
    expect(lineDiff('a\n- b\n', 'a\n+ b')).toEqual(['  a', '- - b', '+ + b']);
    expect(lineDiff('', 'a\n')).toEqual(['+ a']);
  });

  test('of long texts that share nothing is told as well', () => {
    const text = (word: string) => Array.from({ length: 1000 }, (_, line) => `${word} ${line}`).join('\n');

    expect(lineDiff(text('old'), text('new'))).toHaveLength(2000);
  });
});
