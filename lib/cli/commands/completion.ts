import { Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { completionScript, isShell, type Shell, shells } from '../completion/scripts.ts';
import { completionWords, type LoadableVerb } from '../completion/words.ts';
import { nearName } from '../../specification/near-name.ts';

function shellName(word: string): Shell {
  if (isShell(word)) return word;
  const near = nearName(word, shells);
  throw new InvalidArgumentError(
    `Expected ${shells.join(', ')}${near === undefined ? '.' : `; did you mean ${near}?`}`,
  );
}

/** `sluice completion <shell>`: a script with which the shell completes verbs and options. */
export function completionCommand(context: CliContext, verbs: readonly LoadableVerb[]): Command {
  return new Command('completion')
    .description('print a script with which bash, zsh or fish completes verbs and options')
    .argument('<shell>', shells.join(', '), shellName)
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
      const own = { path: ['completion'], description: 'print a script for a shell', options: ['--help'] };
      const values = shells.map((name) => ({ path: ['completion', name], description: name, options: [] }));
      context.out(completionScript(shell, [...words, own, ...values]).trimEnd());
    });
}
