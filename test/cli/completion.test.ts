import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { verbs } from '../../lib/cli/verbs.ts';
import { FakeCli } from './cli-harness.ts';

/** Asks bash what it would offer for a line, the last word of which is being written. */
function offered(script: string, line: string): readonly string[] {
  const words = line.split(' ');
  const asked = `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})\nCOMP_CWORD=${words.length - 1}\n_sluice\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', asked], { encoding: 'utf8' }).trim().split('\n');
}

async function scriptFor(shell: string): Promise<string> {
  const { code, out } = await new FakeCli().run(`completion ${shell}`);
  expect(code).toBe(0);
  return out.join('\n');
}

describe('sluice completion', () => {
  test('makes bash offer verbs, their own verbs, options and shells', async () => {
    const script = await scriptFor('bash');

    expect(offered(script, 'sluice wat')).toEqual(['watch']);
    expect(offered(script, 'sluice ro')).toEqual(['rollback']);
    expect(offered(script, 'sluice start --ima')).toEqual(['--image']);
    expect(offered(script, 'sluice start web --same')).toEqual(['--same-image']);
    expect(offered(script, 'sluice notify re')).toEqual(['redrive']);
    expect(offered(script, 'sluice notify test --st')).toEqual(['--stage']);
    expect(offered(script, 'sluice completion z')).toEqual(['zsh']);
  });

  test.each(['zsh', 'fish'])('names every verb and option to %s', async (shell) => {
    const script = await scriptFor(shell);

    for (const word of ['watch', 'rollback', 'redrive', 'same-image', 'stage', 'completion']) {
      expect(script).toContain(word);
    }
  });

  test('refuses another shell, and names the near one', async () => {
    const { code, err } = await new FakeCli().run('completion zhs');

    expect(code).toBe(2);
    expect(err.join('\n')).toContain('Expected bash, zsh, fish; did you mean zsh?');
  });
});

describe('help', () => {
  test('lists verbs under what a person wants to do, with examples', async () => {
    const { out } = await new FakeCli().run('--help');
    const text = out.join('\n');
    const headings = ['Set up a service:', 'Roll out:', 'See:', 'Decide:', 'Go back:', 'The stack itself:'];

    expect(
      headings.map((heading) => text.indexOf(heading)).every((place, index, all) => place > (all[index - 1] ?? 0)),
    ).toBe(true);
    expect(text).toContain('sluice rollback web --reason "checkout fails"');
  });

  test.each(verbs.map(({ name }) => [name]))('of sluice %s has examples', async (name) => {
    const { out } = await new FakeCli().run(`${name} --help`);

    expect(out.join('\n')).toMatch(new RegExp(`\\n {2}(?:\\$ )?sluice ${name}\\b`));
    const examples = out.join('\n').match(/^ {2}sluice [a-z ]+/gm) ?? [];
    const codes = examples.map(async (line) => (await new FakeCli().run(`${line.trim().slice(7)} --help`)).code);
    expect(new Set(await Promise.all(codes))).toEqual(new Set([0]));
  });

  test('keeps a verb in its group where its own help is asked for', async () => {
    const { out } = await new FakeCli().run('help');

    expect(out.join('\n').slice(out.join('\n').indexOf('Go back:'))).toContain('rollback');
    expect((await new FakeCli().run('watch --help')).out.join('\n')).toContain('Examples:');
  });
});
