import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Shell } from '../../lib/cli/completion/scripts.ts';

const quoted = (word: string) => `'${word}'`;

/** Asks a shell what it offers for a line, the last word of which is being written. */
export function offered(shell: Shell, script: string, line: string): readonly string[] {
  if (!isThere(shell)) return byReading(shell, script, line);
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-completion-'));
  try {
    writeFileSync(path.join(folder, '_sluice'), script);
    const out = execFileSync(shell, [...flags[shell], '-c', asking[shell](line.split(' '))], {
      cwd: folder,
      encoding: 'utf8',
    });
    const current = line.split(' ').at(-1) ?? '';
    const words = out.split('\n').map((one) => one.split('\t')[0] ?? '');
    return words.filter((word) => word !== '' && word.startsWith(current)).sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `npm test` installs zsh and fish where it may. */
function isThere(shell: Shell): boolean {
  return spawnSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' }).status === 0;
}

const flags: Readonly<Record<Shell, readonly string[]>> = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] };

const asking: Readonly<Record<Shell, (words: readonly string[]) => string>> = {
  bash: (words) =>
    [
      'source ./_sluice',
      `COMP_WORDS=(${words.map(quoted).join(' ')})`,
      `COMP_CWORD=${words.length - 1}`,
      '_sluice',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n'),
  // Found by fpath, as zsh finds it; what only works in its line editor prints what it is given.
  zsh: (words) =>
    [
      'fpath=(. $fpath)',
      'compadd() { shift; print -l -- "$@" }',
      '_files() { }',
      'compdef() { }',
      'autoload -Uz _sluice',
      `words=(${words.map(quoted).join(' ')})`,
      `CURRENT=${words.length}`,
      '_sluice',
    ].join('\n'),
  fish: (words) => `source ./_sluice; complete -C ${quoted(words.join(' '))}`,
};

/** What the script says itself, where there is no such shell. */
function byReading(shell: Shell, script: string, line: string): readonly string[] {
  const words = line.split(' ').slice(1);
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const found = (shell === 'fish' ? inFish : inCases)(script, before);
  return found.filter((word) => word.startsWith(current)).sort();
}

function inCases(script: string, before: readonly string[]): readonly string[] {
  const cases = new Map(
    [...script.matchAll(/^ +"(.*)"\) next="(.*)" ;;$/gm)].map(([, at = '', next = '']) => [at, next]),
  );
  const two = before.slice(0, 2).join(' ');
  const at = before.length > 1 && cases.has(two) ? two : (before[0] ?? '');
  return (cases.get(`${at} ${before.at(-1) ?? ''}`) ?? cases.get(at) ?? '').split(' ');
}

function inFish(script: string, before: readonly string[]): readonly string[] {
  const lines = [...script.matchAll(/^complete -c sluice (?:-f )?-n "(__sluice_\w+) ?(.*?)" (.*)$/gm)];
  const holding = lines.flatMap(([, name, told = '', what = '']) => {
    const words = told.split(' ').filter((word) => word !== '');
    const path = name === '__sluice_at' ? words.slice(1) : words;
    const isHere = path.every((word, index) => before[index] === word);
    return isHere && (name === '__sluice_in' || before.length + 1 === Number(words[0])) ? [what] : [];
  });
  const last = (before.at(-1) ?? '').slice(2);
  const values = holding.flatMap((what) => new RegExp(`^-l ${last} -x -a "(.*)"$`).exec(what)?.[1]?.split(' ') ?? []);
  if (last !== '' && values.length > 0) return values;
  return holding.flatMap((what) => {
    const [, verb] = /^-a (\S+)/.exec(what) ?? [];
    const [, option] = /^-l (\S+)/.exec(what) ?? [];
    return [...(verb === undefined ? [] : [verb]), ...(option === undefined ? [] : [`--${option}`])];
  });
}
