import { describe, expect, test } from '@jest/globals';
import { edited, exampleSpec } from '../specification/example-spec.ts';
import { FakeCli } from './cli-harness.ts';

function withFiles(files: Readonly<Record<string, string>>): FakeCli {
  const cli = new FakeCli();
  for (const [path, text] of Object.entries(files)) cli.files.set(path, text);
  return cli;
}

/** The example with every gate of the preset. */
const judging = `${exampleSpec}\npreset: web\n`;
const wrong = edited('weight: 100', 'weight: 95');
const doubtful = `${edited('lag: 2m', 'lag: 1m')}\npreset: web\n`;

describe('sluice lint', () => {
  test('reports nothing of a good spec, and says so, and what its steps need of the service', async () => {
    const err = [
      'note: web.yml: Each step needs 50 requests to green. It gets them in its bake where the service has at least so many a minute: 84 at 5 %, 8 at 25 %, 4 at 50 %, 8 at 90 %, 8 at 100 %. With fewer it is held: write a longer bake.',
      '1 spec checked, nothing to report.',
    ];
    expect(await withFiles({ 'web.yml': judging }).run('lint web.yml')).toEqual({ code: 0, out: [], err });
  });

  test('hints where a spec judges less than the preset, beside a code of 0', async () => {
    const { code, out, err } = await withFiles({ 'web.yml': exampleSpec }).run('lint web.yml');

    expect({ code, last: err.at(-1) }).toEqual({
      code: 0,
      last: '1 spec checked, 4 hints, nothing else to report.',
    });
    expect(out).toContain(
      'web.yml:47:3: hint: no gate judges CPU, expected `- { name: cpu, value: { metric: cpu }, pass: 80%, abort: 95% }` in `gates`',
    );
  });

  test('prints each finding of each file and exits with 1 where one is an error', async () => {
    const cli = withFiles({ 'a.yml': doubtful, 'b.yml': wrong, 'c.yml': '' });

    expect(await cli.run('lint a.yml b.yml c.yml gone.yml')).toEqual({
      code: 1,
      out: [
        expect.stringMatching(/^a\.yml:62:6: warning: a lag of 1m judges minutes/),
        'b.yml:43:15: the last weight is 95, expected 100',
        'c.yml:1:1: the file is empty, expected a map with the fields of a rollout spec',
        'gone.yml:1:1: cannot be read (there is no such file), expected the file of a rollout spec',
      ],
      err: [expect.stringMatching(/^note: a\.yml: Each step needs 50 requests to green\./)],
    });
  });

  test('exits with 0 where all findings are warnings', async () => {
    expect((await withFiles({ 'a.yml': doubtful }).run('lint a.yml')).code).toBe(0);
  });

  test('prints JSON for machines, also where there is nothing to say', async () => {
    const cli = withFiles({ 'a.yml': judging, 'b.yml': wrong });
    const findings = [
      { file: 'b.yml', line: 43, column: 15, severity: 'error', message: 'the last weight is 95, expected 100' },
    ];

    expect((await cli.run('lint a.yml --json')).out).toEqual(['[]']);
    expect(JSON.parse((await cli.run('lint a.yml b.yml --json')).out.join('\n'))).toEqual(findings);
  });

  test('asks no AWS', async () => {
    const cli = withFiles({ 'web.yml': exampleSpec });
    await cli.run('lint web.yml');

    expect(cli.connected).toEqual([]);
  });
});
