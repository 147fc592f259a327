import { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { completionScript, type Shell, shells } from '../completion/scripts.ts';
import { completionWords, type LoadableVerb } from '../completion/words.ts';
import { oneOf } from '../choice-option.ts';

/** `sluice completion <shell>`: a script with which the shell completes verbs, options and their words. */
export function completionCommand(context: CliContext, verbs: readonly LoadableVerb[]): Command {
  return new Command('completion')
    .description('print a script with which bash, zsh or fish completes verbs, options and their words')
    .argument('<shell>', shells.join(', '), (word: string) => oneOf(shells, word))
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  source <(sluice completion bash)',
        '  sluice completion zsh > "${fpath[1]}/_sluice"',
        '  sluice completion fish > ~/.config/fish/completions/sluice.fish',
      ].join('\n'),
    )
    .action(async (shell: Shell) => {
      const others = verbs.filter(({ name }) => name !== 'completion');
      const words = await completionWords(others, context);
      const own = {
        path: ['completion'],
        description: 'print a script for a shell',
        options: [{ name: '--help', takes: 'nothing' as const }],
      };
      const values = shells.map((name) => ({ path: ['completion', name], description: name, options: [] }));
      context.out(completionScript(shell, [...words, own, ...values]).trimEnd());
    });
}
