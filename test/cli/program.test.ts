import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { verbs as listedVerbs } from '../../lib/cli/verbs.ts';
import { FakeCli } from './cli-harness.ts';

const verbs = listedVerbs.map(({ name }) => name);

describe('sluice', () => {
  test('prints its help on stdout, with every verb', async () => {
    const { code, out, err } = await new FakeCli().run('--help');

    expect({ code, err }).toEqual({ code: 0, err: [] });
    for (const verb of verbs) expect(out.join('\n')).toMatch(new RegExp(`^  ${verb} `, 'm'));
  });

  test.each(verbs)('%s --help goes to stdout', async (verb) => {
    const { code, out, err } = await new FakeCli().run(`${verb} --help`);

    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out.join('\n')).toContain(`Usage: sluice ${verb}`);
  });

  test.each(verbs)('docs/commands.md says what %s does', (verb) => {
    const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');

    expect(page).toMatch(new RegExp(`^\\| \`sluice ${verb}\\b`, 'm'));
  });

  test('prints no other verb, and README names each (else: npm run generate)', async () => {
    const { out } = await new FakeCli().run('--help');
    const shown = out
      .join('\n')
      .split('\n')
      .flatMap((line) => /^ {2}([a-z-]+) /.exec(line)?.[1] ?? []);
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, listed = ''] = /\| `npx --no sluice <verb>` \| `([^`]*)`/.exec(readme) ?? [];

    expect(shown.filter((verb) => verb !== 'help').toSorted()).toEqual(verbs.toSorted());
    expect(listed.split(' ')).toEqual(verbs);
  });

  test('prints its version', async () => {
    expect(await new FakeCli().run('--version')).toEqual({ code: 0, out: ['1.2.3'], err: [] });
  });

  test.each([[['\u001b[31mred']], [['logs', 'web', '--side', '\u001b[31m\u202ered']], [['status', '\u009b31mred']]])(
    '%# a mistake quotes what was written without its control characters',
    async (words) => {
      const { code, err } = await new FakeCli().run(words);

      expect(code).toBe(2);
      expect(err.join('')).toContain('red');
      expect(err.join('').replaceAll('\n', '')).not.toMatch(/\p{C}/u);
    },
  );

  test.each([
    ['', 'Usage: sluice'],
    ['lnit web.yml', "error: unknown command 'lnit'"],
    ['lnit --help', "error: unknown command 'lnit'"],
    ['help lnit', "error: unknown command 'lnit'\n(Did you mean lint?)"],
    ['notify tset --help', "error: unknown command 'tset'\n(Did you mean test?)"],
    ['notify help tset', "error: unknown command 'tset'\n(Did you mean test?)"],
    ['lint', "error: missing required argument 'file'"],
    ['list web more', 'error: too many arguments'],
    ['list web --limit 0', 'Expected a whole number'],
    ['list web --stage a/b', 'Expected the name of a stage'],
    ['list web --region Frankfurt', 'Expected the name of an AWS region'],
    ['list Web', 'Expected a name of lower-case letters'],
    ['pause ../web', 'Expected a name of lower-case letters'],
    [`pause web --as ${'x'.repeat(201)}`, 'Expected a name of up to 200 characters'],
    ['status web --timeout 5m', '--timeout belongs to --wait'],
    ['start web --image 1-abcdef0 --timeout 5m', '--timeout belongs to --wait'],
    ['rollback web --reason x --timeout 5m', '--timeout belongs to --wait'],
    ['rollback web --reason x --once', '--once belongs to --direct'],
    ['status web --timeout 5', 'Expected a duration with a unit'],
    [
      'start web',
      'error: Say what to roll out: --image <tag|digest|uri>, --from <stage> for the one that serves there',
    ],
    ['start web --image a:b:c', 'Expected a tag (412-9f8d111)'],
    ['abort web', "error: required option '--reason"],
    ['reject web', "error: required option '--reason"],
    ['get web --nonsense', "error: unknown option '--nonsense'"],
  ])('written wrong, `sluice %s` exits with 2 and touches nothing', async (args, message) => {
    const cli = new FakeCli();
    const { code, out, err } = await cli.run(args);

    expect({ code, out, connected: cli.connected }).toEqual({ code: 2, out: [], connected: [] });
    expect(err.join('\n')).toContain(message);
  });

  test('a mistake in use says where help is', async () => {
    expect((await new FakeCli().run('lint')).err).toContain('Run sluice lint --help to see what is expected.');
  });

  test('verbs of somebody else are added beside its own', async () => {
    const push = () =>
      new Command('push').action(() => {
        throw new Error('no way');
      });

    expect(await new FakeCli().run('push', push)).toEqual({
      code: 1,
      out: [],
      err: [expect.stringMatching(/^error: no way /)],
    });
  });

  test.each([
    [new Error('Region is missing'), 'error: No AWS region is known. Add --region, or set AWS_REGION.'],
    [
      named('CredentialsProviderError', 'Could not load credentials'),
      'error: No AWS credentials are usable (Could not load credentials). Log in',
    ],
    [
      Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' }),
      'error: AWS_ENDPOINT_URL is no URL. Correct it, such as http://127.0.0.1:4566, or unset it',
    ],
    [
      new Error('Region not accepted: region="eu west" is not a valid hostname component'),
      'error: Region not accepted: region="eu west" is not a valid hostname component. Name one such as eu-west-1',
    ],
    [named('ExpiredTokenException', 'expired'), 'error: The AWS credentials have expired. Log in again'],
    [
      named('AccessDeniedException', 'User x may not dynamodb:GetItem.'),
      'error: AWS does not allow it: User x may not dynamodb:GetItem. Use a role that may',
    ],
    [
      named('UnrecognizedClientException', 'The security token is invalid.'),
      'error: AWS does not take these credentials',
    ],
    [named('ThrottlingException', 'Rate exceeded'), 'error: AWS asks to slow down (Rate exceeded). Try again'],
    [refused(), 'error: AWS cannot be reached (connect ECONNREFUSED 127.0.0.1:1). Check the network'],
    [
      named('ValidationException', 'Something\n    at line 1'),
      String.raw`error: ValidationException: Something\u{000a}    at line 1 Try again`,
    ],
    ['thrown text', 'error: thrown text Try again'],
    [undefined, 'error: undefined Try again'],
  ])('%s becomes one line with the next step', async (thrown, message) => {
    const cli = new FakeCli();
    cli.store.list = () => rejectWith(thrown);
    const { code, out, err } = await cli.run('list web');

    expect({ code, out, lines: err.length }).toEqual({ code: 1, out: [], lines: 1 });
    expect(err[0]).toContain(message);
  });
});

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function refused(): Error {
  const inner = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  return Object.assign(new AggregateError([inner], ''), { code: 'ECONNREFUSED' });
}

// eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a library may throw anything
const rejectWith = (thrown: unknown): Promise<never> => Promise.reject(thrown);
