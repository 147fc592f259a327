import type { CompletionWord } from './words.ts';

/** Shells that there is a script for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Returns whether a word names a shell that there is a script for. */
export function isShell(word: string): word is Shell {
  return shells.some((shell) => shell === word);
}

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
    [...below(word.path), ...word.options],
  ]);
  return [['', [...below([]), '--help', '--version']], ...cases];
}

function caseLines(words: readonly CompletionWord[]): string {
  return casesOf(words)
    .map(([path, next]) => `    "${path}") words="${next.join(' ')}" ;;`)
    .join('\n');
}

/** The longest row of verbs before the cursor decides; files stay possible where no word fits. */
function bash(words: readonly CompletionWord[]): string {
  return `# sluice completion bash > /etc/bash_completion.d/sluice, or: source <(sluice completion bash)
_sluice() {
  local words path="\${COMP_WORDS[1]}"
  [ "$COMP_CWORD" -le 1 ] && path=""
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
      ${twoWords(words).join('|')}) path="\${COMP_WORDS[1]} \${COMP_WORDS[2]}" ;;
    esac
  fi
  case "$path" in
${caseLines(words)}
    *) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _sluice sluice
`;
}

function zsh(words: readonly CompletionWord[]): string {
  return `#compdef sluice
# sluice completion zsh > "\${fpath[1]}/_sluice"
_sluice() {
  local words_before="\${words[2]}" words_next
  (( CURRENT <= 2 )) && words_before=""
  if (( CURRENT > 3 )); then
    case "\${words[2]} \${words[3]}" in
      ${twoWords(words).join('|')}) words_before="\${words[2]} \${words[3]}" ;;
    esac
  fi
  case "$words_before" in
${caseLines(words).replaceAll(') words=', ') words_next=')}
    *) words_next="" ;;
  esac
  compadd -- \${=words_next}
  _files
}
compdef _sluice sluice
`;
}

function fish(words: readonly CompletionWord[]): string {
  const verbs = words.filter(({ path }) => path.length === 1);
  const names = verbs.map(({ path }) => path[0] ?? '');
  const none = `not __fish_seen_subcommand_from ${names.join(' ')}`;
  const lines = words.flatMap(({ path, description, options }) => {
    const [verb = '', below] = path;
    const said = description.replaceAll(/["\\$]/g, '');
    const isNew =
      below === undefined
        ? `complete -c sluice -f -n "${none}" -a ${verb} -d "${said}"`
        : `complete -c sluice -f -n "__fish_seen_subcommand_from ${verb}" -a ${below} -d "${said}"`;
    const at = `__fish_seen_subcommand_from ${verb}${below === undefined ? '' : `; and __fish_seen_subcommand_from ${below}`}`;
    return [isNew, ...options.map((option) => `complete -c sluice -n "${at}" -l ${option.slice(2)}`)];
  });
  return ['# sluice completion fish > ~/.config/fish/completions/sluice.fish', ...lines, ''].join('\n');
}

function twoWords(words: readonly CompletionWord[]): readonly string[] {
  return words.filter(({ path }) => path.length === 2).map(({ path }) => `"${path.join(' ')}"`);
}
