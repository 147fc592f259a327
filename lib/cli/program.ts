import { Command, CommanderError } from 'commander';
import { printable } from '../specification/plain-text.ts';
import { explainAwsFailure } from './aws-failure.ts';
import { CliFailure, type CliContext, type CliWorld } from './cli-context.ts';
import { applyCommand } from './commands/apply.ts';
import { approveCommand, rejectCommand } from './commands/approve.ts';
import { backtestCommand } from './commands/backtest.ts';
import { closeCommand } from './commands/close.ts';
import { commandVerbs } from './commands/command.ts';
import { exportCommand } from './commands/export.ts';
import { getCommand } from './commands/get.ts';
import { historyCommand } from './commands/history.ts';
import { initCommand } from './commands/init.ts';
import { lintCommand } from './commands/lint.ts';
import { listCommand } from './commands/list.ts';
import { notifyCommand } from './commands/notify.ts';
import { planCommand } from './commands/plan.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { schemaCommand } from './commands/schema.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { stackCommand } from './commands/stack.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';

/** Makes one verb of the command line. */
export type CommandFactory = (context: CliContext) => Command;

const verbs: readonly CommandFactory[] = [
  initCommand,
  lintCommand,
  planCommand,
  applyCommand,
  historyCommand,
  startCommand,
  rollbackCommand,
  statusCommand,
  reconcileCommand,
  getCommand,
  listCommand,
  approveCommand,
  rejectCommand,
  ...commandVerbs,
  closeCommand,
  exportCommand,
  backtestCommand,
  notifyCommand,
  schemaCommand,
  stackCommand,
];

interface ProgramOptions {
  readonly version: string;
  /** Verbs beside the product's own, for example those of a local AWS. */
  readonly extraCommands?: readonly CommandFactory[];
}

/** The `sluice` command with all its verbs; parse it through `runProgram`, which knows the exit codes. */
function buildProgram(context: CliContext, { version, extraCommands = [] }: ProgramOptions): Command {
  const program = new Command('sluice')
    .description(
      'Lets a new version of an ECS service in, a little traffic at a time, and shuts it out when the numbers say so.',
    )
    .version(version, '-V, --version', 'print the version')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed (a finding, a rollback, a refusal), 2 the command was written wrong.',
    );
  for (const make of [...verbs, ...extraCommands]) program.addCommand(make(context));
  // Settings are not inherited by commands that were made apart.
  for (const command of commandsOf(program)) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => {
          context.out(text.trimEnd());
        },
        writeErr: (text) => {
          context.err(text.trimEnd());
        },
      })
      .showHelpAfterError(`Run ${pathOf(command)} --help to see what is expected.`);
  }
  return program;
}

/** A command with all those below it. */
function commandsOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap((each) => commandsOf(each))];
}

/** Asked for help on a verb that there is not, commander would show that of all verbs and call it a success. */
function refuseHelpOnNothing(program: Command, args: readonly string[]): void {
  const isHelp = args[0] === 'help';
  if (!isHelp && !args.some((arg) => arg === '--help' || arg === '-h')) return;
  let command = program;
  for (const word of isHelp ? args.slice(1) : args) {
    if (word.startsWith('-') || command.commands.length === 0) return;
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) return command.error(`error: unknown command '${word}'`);
    command = next;
  }
}

/** `sluice notify test`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/**
 * Parses arguments (without node and script) and runs the verb. Returns what the process should exit with: the code that the
 * verb asked for, 1 for a failure, 2 for wrong usage. Whatever goes wrong is one line on stderr, never a stack trace.
 */
export async function runProgram(args: readonly string[], world: CliWorld, options: ProgramOptions): Promise<number> {
  let code = 0;
  const context: CliContext = {
    ...world,
    exitWith: (asked) => {
      code = asked;
    },
  };
  try {
    const program = buildProgram(context, options);
    if (args.length === 0) {
      context.err(program.helpInformation().trimEnd());
      return 2;
    }
    refuseHelpOnNothing(program, args);
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
