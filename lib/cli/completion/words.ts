import type { Command, Option } from 'commander';
import type { CliContext } from '../cli-context.ts';

/** What can be written after `sluice`: a verb, its own verbs, and the options of each. */
export interface CompletionWord {
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CompletionOption[];
}

/** An option, and what may stand after it: a word of a few, any word (often a file), or nothing of its own. */
export interface CompletionOption {
  readonly name: string;
  readonly takes: readonly string[] | 'anything' | 'nothing';
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
  const options = command.options.flatMap(optionOf);
  const help: CompletionOption = { name: '--help', takes: 'nothing' };
  const own = { path, description: command.description(), options: [...options, help] };
  return [own, ...command.commands.flatMap((below) => wordsOf(below, path))];
}

function optionOf({ long, argChoices, required, optional }: Option): readonly CompletionOption[] {
  if (long === undefined) return [];
  return [{ name: long, takes: argChoices ?? (required || optional ? 'anything' : 'nothing') }];
}
