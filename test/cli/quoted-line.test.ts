import { describe, expect, test } from '@jest/globals';
import { quotedLine } from '../../lib/cli/quoted-line.ts';
import { exampleSpec } from '../specification/example-spec.ts';
import { FakeCli } from './cli-harness.ts';
import { FakeTerminal } from './fake-terminal.ts';

describe('the line of a finding', () => {
  test('is shown with a caret below the column', () => {
    expect(quotedLine('a: 1\n  b: wrong\n', { line: 2, column: 6 })).toEqual(['  2 |   b: wrong', '           ^']);
  });

  test.each([
    ['tabs and wide letters', '\t漢: x', 4, ['  1 |  漢: x', '          ^']],
    ['control characters', 'a\u001b[2Jb', 6, [String.raw`  1 | a\u{001b}[2Jb`, `${' '.repeat(18)}^`]],
  ])('stands right below %s', (_, text, column, expected) => {
    expect(quotedLine(text, { line: 1, column })).toEqual(expected);
  });

  test('is left out where there is none, and cut where it is long', () => {
    expect(quotedLine('', { line: 1, column: 1 })).toEqual([]);
    expect(quotedLine('a', { line: 7, column: 1 })).toEqual([]);
    expect(quotedLine('x'.repeat(900), { line: 1, column: 800 })).toEqual([]);
    expect(quotedLine('x'.repeat(900), { line: 1, column: 1 })[0]).toHaveLength(106);
  });
});

describe('sluice lint', () => {
  test('shows the line of a mistake on a terminal', async () => {
    const cli = Object.assign(new FakeCli(), { terminal: new FakeTerminal() });
    cli.files.set('web.yml', exampleSpec.replace('service: web', 'servise: web'));
    const { out } = await cli.run('lint web.yml');
    const place = out.findIndex((line) => line.includes('servise'));

    expect(out.slice(place)).toContainEqual(expect.stringMatching(/^ {2}\d+ \| servise: web/));
    expect(out.slice(place)).toContainEqual(expect.stringMatching(/^ +\^$/));
  });

  test('says so of a good spec, beside the findings', async () => {
    const cli = new FakeCli();
    cli.files.set('web.yml', `${exampleSpec}\npreset: web\n`);
    const { code, out, err } = await cli.run('lint web.yml');

    expect({ code, out, last: err.at(-1) }).toEqual({ code: 0, out: [], last: '1 spec checked, nothing to report.' });
  });
});
