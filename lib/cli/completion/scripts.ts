import type { CompletionOption, CompletionWord } from './words.ts';

/** Shells that there is a script for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Returns a script that makes a shell complete the words of `sluice`. It asks nothing: neither AWS nor the command itself. */
export function completionScript(shell: Shell, words: readonly CompletionWord[]): string {
  return { bash, zsh, fish }[shell](words);
}

/** Words by what stands before them; the empty path is `sluice` alone. */
function casesOf(words: readonly CompletionWord[]): readonly (readonly [path: string, next: readonly string[]])[] {
  const below = (path: readonly string[]) =>
    words
      .filter((word) => word.path.length === path.length + 1 && path.every((part, index) => word.path[index] === part))
      .flatMap((word) => word.path.at(-1) ?? []);
  const cases = words.map((word): [string, readonly string[]] => [
    word.path.join(' '),
    [...below(word.path), ...word.options.map(({ name }) => name)],
  ]);
  return [['', [...below([]), '--help', '--version']], ...cases];
}

/** What stands after a verb and an option of it: a word of a few, or any word, for which no word is known. */
function valueCases(words: readonly CompletionWord[]): readonly (readonly [place: string, next: readonly string[]])[] {
  return words.flatMap(({ path, options }) =>
    options.flatMap(({ name, takes }): readonly [string, readonly string[]][] => {
      if (takes === 'nothing') return [];
      return [[`${path.join(' ')} ${name}`, takes === 'anything' ? [] : takes]];
    }),
  );
}

function caseLines(cases: ReturnType<typeof casesOf>, variable: string): string {
  return cases.map(([place, next]) => `    "${place}") ${variable}="${next.join(' ')}" ;;`).join('\n');
}

/** The longest row of verbs before the cursor decides; files stay possible where no word fits. */
function bash(words: readonly CompletionWord[]): string {
  return `# sluice completion bash > /etc/bash_completion.d/sluice, or: source <(sluice completion bash)
_sluice() {
  local next path="\${COMP_WORDS[1]}" before="\${COMP_WORDS[COMP_CWORD-1]}" current="\${COMP_WORDS[COMP_CWORD]}"
  [ "$COMP_CWORD" -le 1 ] && path=""
  # Bash takes = for a word: --side=gr is three.
  [ "$current" = "=" ] && current=""
  if [ "\${COMP_WORDS[COMP_CWORD]}" != "=" ] && [ "$before" = "=" ]; then before="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
      ${twoWords(words).join('|')}) path="\${COMP_WORDS[1]} \${COMP_WORDS[2]}" ;;
    esac
  fi
  case "$path $before" in
${caseLines(valueCases(words), 'next')}
    *)
      case "$path" in
${caseLines(casesOf(words), 'next')}
        *) next="" ;;
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$next" -- "$current"))
}
complete -o default -F _sluice sluice
`;
}

/** Zsh runs the file itself at the first completion where it finds it by `fpath`; sourced, it only makes the function known. */
function zsh(words: readonly CompletionWord[]): string {
  return `#compdef sluice
# sluice completion zsh > "\${fpath[1]}/_sluice", or: source <(sluice completion zsh)
_sluice() {
  local place="\${words[2]}" next=""
  (( CURRENT <= 2 )) && place=""
  if (( CURRENT > 3 )); then
    case "\${words[2]} \${words[3]}" in
      ${twoWords(words).join('|')}) place="\${words[2]} \${words[3]}" ;;
    esac
  fi
  case "$place \${words[CURRENT-1]}" in
${caseLines(valueCases(words), 'next')}
    *)
      case "$place" in
${caseLines(casesOf(words), 'next')}
      esac ;;
  esac
  compadd -- \${=next} || _files
}
if [[ "\${funcstack[1]}" = _sluice ]]; then _sluice "$@"; else compdef _sluice sluice; fi
`;
}

/** A verb is recognised by its position: `start` also exists under `emergency`. */
function fish(words: readonly CompletionWord[]): string {
  const lines = words.flatMap(({ path, description, options }) => {
    const said = description.replaceAll(/["\\$]/g, '');
    const above = path.slice(0, -1);
    const isNew = `complete -c sluice -f -n "${['__sluice_at', path.length, ...above].join(' ')}" -a ${path.at(-1) ?? ''} -d "${said}"`;
    const within = ['__sluice_in', ...path].join(' ');
    return [isNew, ...options.map((option) => `complete -c sluice -n "${within}" ${fishOption(option)}`)];
  });
  return [
    '# sluice completion fish > ~/.config/fish/completions/sluice.fish',
    'function __sluice_in',
    '  set -l words (commandline -opc)',
    `  test "$words[2..$(math 1 + (count $argv))]" = "$argv"`,
    'end',
    'function __sluice_at',
    '  test (count (commandline -opc)) -eq $argv[1]; or return 1',
    '  test (count $argv) -eq 1; or __sluice_in $argv[2..]',
    'end',
    ...lines,
    '',
  ].join('\n');
}

function fishOption({ name, takes }: CompletionOption): string {
  const long = `-l ${name.slice(2)}`;
  if (takes === 'nothing') return long;
  return takes === 'anything' ? `${long} -r` : `${long} -x -a "${takes.join(' ')}"`;
}

function twoWords(words: readonly CompletionWord[]): readonly string[] {
  return words.filter(({ path }) => path.length === 2).map(({ path }) => `"${path.join(' ')}"`);
}
