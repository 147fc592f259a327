import { Command, CommanderError } from 'commander';
import { nearName } from '../specification/near-name.ts';
import { inStage } from '../specification/text/in-stage.ts';
import { printable } from '../specification/text/plain-text.ts';
import { explainAwsFailure } from './aws-failure.ts';
import { CliFailure, type CliContext, type CliWorld } from './cli-context.ts';
import { examplesOf } from './verb-examples.ts';
import { listed, type Verb, verbGroups, verbs, type CommandFactory } from './verbs.ts';

interface ProgramOptions {
  readonly version: string;
  /** Verbs beside the product's own, for example those of a local AWS. */
  readonly extraCommands?: readonly CommandFactory[];
}

/** The verb that the arguments are for: the first word, or the one that help is wanted of. */
function verbIn(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((word) => !word.startsWith('-'));
  return first === 'help' ? second : first;
}

/**
 * Returns the `sluice` command with the verb that the arguments are for; the others are listed only.
 * Parse it through `runProgram`, which knows the exit codes.
 */
async function buildProgram(
  args: readonly string[],
  context: CliContext,
  { version, extraCommands = [] }: ProgramOptions,
): Promise<Command> {
  const asked = verbIn(args);
  const program = new Command('sluice')
    .description(
      'Lets a new version of an ECS service in, a little traffic at a time, and shuts it out when the numbers say so.',
    )
    .version(version, '-V, --version', 'print the version')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sluice start web --image 412-9f8d111\n  $ sluice watch web\n  $ sluice rollback web --reason "checkout fails"\n\nExit codes: 0 done, 1 failed (a finding, a rollback, a refusal), 2 the command was written wrong.',
    );
  for (const verb of inGroups(verbs))
    program.addCommand(verb.name === asked ? await loaded(verb, context) : listed(verb));
  for (const make of extraCommands) program.addCommand(make(context));
  // Settings are not inherited by commands that were made apart.
  for (const command of commandsOf(program)) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => {
          context.out(text.trimEnd());
        },
        writeErr: (text) => {
          // A mistake quotes what was written, which a pipeline may have from anybody.
          context.err(text.trimEnd().split('\n').map(printable).join('\n'));
        },
      })
      .showHelpAfterError(`Run ${pathOf(command)} --help to see what is expected.`);
  }
  return program;
}

async function loaded(verb: Verb, context: CliContext): Promise<Command> {
  const command = (await verb.load())(context);
  const examples = examplesOf(verb.name);
  return examples === '' ? command : command.addHelpText('after', examples);
}

/** Help lists headings in the order in which they come first. */
function inGroups(all: readonly Verb[]): readonly Verb[] {
  const order: readonly string[] = Object.keys(verbGroups);
  return all.toSorted((left, right) => order.indexOf(left.group) - order.indexOf(right.group));
}

/** A command with all those below it. */
function commandsOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap((each) => commandsOf(each))];
}

/** Asked for help on a verb that there is not, commander would show that of all verbs and call it a success. */
function refuseHelpOnNothing(program: Command, args: readonly string[]): void {
  const place = args.slice(0, 2).indexOf('help');
  if (place === -1 && !args.some((arg) => arg === '--help' || arg === '-h')) return;
  let command = program;
  for (const word of args.filter((_, index) => index !== place)) {
    if (word.startsWith('-') || command.commands.length === 0) return;
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) return command.error(unknownCommand(word, command));
    command = next;
  }
}

function unknownCommand(word: string, { commands }: Command): string {
  const near = nearName(
    word,
    commands.map((each) => each.name()),
  );
  return `error: unknown command '${word}'${near === undefined ? '' : `\n(Did you mean ${near}?)`}`;
}

/** `sluice notify test`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

type CommandPlace = Parameters<typeof inStage>[1];

function placeOf({ stage, region }: Record<string, unknown>): CommandPlace | undefined {
  if (typeof stage !== 'string') return undefined;
  return { stage, ...(typeof region === 'string' && { region }) };
}

/**
 * Parses arguments (without node and script) and runs the verb. Returns what the process should exit with: the code that the
 * verb asked for, 1 for a failure, 2 for wrong usage. Whatever goes wrong is one line on stderr, never a stack trace.
 */
export async function runProgram(args: readonly string[], world: CliWorld, options: ProgramOptions): Promise<number> {
  let code = 0;
  let place: CommandPlace | undefined;
  /** A person copies what is proposed: it must act on the stage that they asked about. */
  const err: CliWorld['err'] = (line) => {
    world.err(place === undefined ? line : inStage(line, place));
  };
  const context: CliContext = {
    ...world,
    err,
    exitWith: (asked) => {
      code = asked;
    },
  };
  try {
    const program = await buildProgram(args, context, options);
    if (args.length === 0) {
      context.err(program.helpInformation().trimEnd());
      return 2;
    }
    refuseHelpOnNothing(program, args);
    program.hook('preAction', (_, command) => {
      place = placeOf(command.opts());
    });
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof CliFailure) {
      context.err(`error: ${printable(error.message)}`);
      return error.exitCode;
    }
    context.err(`error: ${printable(explainAwsFailure(error))}`);
    return 1;
  }
}
