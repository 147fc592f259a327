import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';

/** What can be written after `sluice`: a verb, its own verbs, and the options of each. */
export interface CompletionWord {
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly string[];
}

/** A verb, as far as its words are asked for. */
export interface LoadableVerb {
  readonly name: string;
  readonly load: () => Promise<(context: CliContext) => Command>;
}

/** Returns every command that there is, with its options: the same ones that their help shows. */
export async function completionWords(
  verbs: readonly LoadableVerb[],
  context: CliContext,
): Promise<readonly CompletionWord[]> {
  const made = await Promise.all(verbs.map(async ({ load }) => (await load())(context)));
  return made.flatMap((command) => wordsOf(command, []));
}

function wordsOf(command: Command, above: readonly string[]): readonly CompletionWord[] {
  const path = [...above, command.name()];
  const options = command.options.flatMap(({ long }) => long ?? []);
  const own = { path, description: command.description(), options: [...options, '--help'] };
  return [own, ...command.commands.flatMap((below) => wordsOf(below, path))];
}
