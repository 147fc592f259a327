import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { verbs } from '../../lib/cli/verbs.ts';
import { shells } from '../../lib/cli/completion/scripts.ts';
import { FakeCli } from './cli-harness.ts';
import { offered } from './shells.ts';

async function scriptFor(shell: string): Promise<string> {
  const { code, out } = await new FakeCli().run(`completion ${shell}`);
  expect(code).toBe(0);
  return out.join('\n');
}

describe('sluice completion', () => {
  test.each(shells)('makes %s offer verbs, their own verbs, options and shells', async (shell) => {
    const script = await scriptFor(shell);
    const offers = (line: string) => offered(shell, script, line);

    expect(offers('sluice wat')).toEqual(['watch']);
    expect(offers('sluice ro')).toEqual(['rollback']);
    expect(offers('sluice start --ima')).toEqual(['--image']);
    expect(offers('sluice start web --same')).toEqual(['--same-image']);
    expect(offers('sluice notify re')).toEqual(['redrive']);
    expect(offers('sluice notify test --st')).toEqual(['--stage']);
    expect(offers('sluice completion z')).toEqual(['zsh']);
  });

  test.each(shells)('makes %s offer the words of an option that takes one of a few', async (shell) => {
    const script = await scriptFor(shell);
    const offers = (line: string) => offered(shell, script, line);

    expect(offers('sluice logs web --side ')).toEqual(['blue', 'green']);
    expect(offers('sluice logs web --side gr')).toEqual(['green']);
    expect(offers('sluice attest sign web --result ').filter((word) => !word.includes('.'))).toEqual(['fail', 'pass']);
    expect(offers('sluice start web --preset h')).toEqual(['hotfix']);
    expect(offers('sluice incident open web --severity P')).toEqual(['P0', 'P1', 'P2', 'P3']);
    // A verb of emergency, not the verb start.
    expect(offers('sluice emergency start web --p')).toEqual(['--parts']);
  });

  test('makes bash offer them after = too', async () => {
    const script = await scriptFor('bash');
    const asked = `${script}\nCOMP_WORDS=(sluice logs web --side = gr)\nCOMP_CWORD=5\n_sluice\necho "\${COMPREPLY[@]}"`;

    expect(execFileSync('bash', ['--norc', '-c', asked], { encoding: 'utf8' }).trim()).toBe('green');
  });

  test.each([
    ['logs web --side gren', 'Expected green, blue; did you mean green?'],
    ['start web --image 1 --preset hotfx', 'did you mean hotfix?'],
    ['emergency start web --reason r --parts strt', 'with commas between'],
    ['init --cluster c --service s --ci gitlb', 'did you mean gitlab?'],
  ])('sluice %s: the near word is named', async (args, said) => {
    const { code, err } = await new FakeCli().run(args);

    expect(code).toBe(2);
    expect(err.join('\n')).toContain(said);
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
    const examples = out.join('\n').match(/^ {2}sluice [a-z-]+(?: [a-z]+)*/gm) ?? [];
    const codes = examples.map(async (line) => (await new FakeCli().run(`${line.trim().slice(7)} --help`)).code);
    expect(new Set(await Promise.all(codes))).toEqual(new Set([0]));
  });

  test('keeps a verb in its group where its own help is asked for', async () => {
    const { out } = await new FakeCli().run('help');

    expect(out.join('\n').slice(out.join('\n').indexOf('Go back:'))).toContain('rollback');
    expect((await new FakeCli().run('watch --help')).out.join('\n')).toContain('Examples:');
  });
});
