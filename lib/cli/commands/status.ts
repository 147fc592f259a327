import { Command } from 'commander';
import type { RolloutState } from '../../rollout/state.ts';
import { readRollout } from '../../view/read-rollout.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { findRollout, notFound } from '../find-rollout.ts';
import { checkTimeout, exitCodeOf, followToEnd } from '../follow.ts';
import { rolloutJson } from '../rollout-view.ts';
import { durationOption, recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';
import { readersOf } from '../watch/readers.ts';
import { printRollout, viewNow } from '../watch/show.ts';
import { watchRollout } from '../watch/watch-rollout.ts';

interface Options extends StackOptions {
  readonly wait?: boolean;
  readonly watch?: boolean;
  readonly timeout?: number;
  readonly json?: boolean;
}

/** `sluice status <service|rollout>`: where a rollout stands; with `--wait` how it ended, for CI. */
export function statusCommand(context: CliContext): Command {
  const command = new Command('status')
    .description('show where a rollout stands')
    .argument('<service|rollout>', 'a rollout, or a service, whose newest rollout is shown', recordName)
    .option('--wait', 'wait until it is over, telling each transition on stderr')
    .option('--watch', 'show it while it runs, as sluice watch does')
    .option('--timeout <duration>', 'stop waiting after it, such as 2h', durationOption)
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      '\nExits with 0 for a rollout that runs or succeeded, with 1 for one that was rejected or rolled back.',
    );
  return withStackOptions(command).action(async (name: string, options: Options) => {
    const { watch = false, wait = false } = options;
    if (watch && (wait || options.json))
      throw new CliFailure('--watch shows it itself: leave out --wait and --json.', 2);
    checkTimeout({ ...options, wait: wait || watch });
    const stack = await context.connect(options);
    const state = options.json
      ? await asJson(name, options, stack, context)
      : await shown(name, options, stack, context);
    context.exitWith(exitCodeOf(state));
  });
}

async function asJson(name: string, options: Options, stack: Stack, context: CliContext): Promise<RolloutState> {
  const found = await findRollout(stack, name, options.stage);
  const { state } = options.wait ? await followToEnd(found, stack, context, options.timeout) : found;
  context.out(jsonText(rolloutJson(state)));
  return state;
}

async function shown(name: string, options: Options, stack: Stack, context: CliContext): Promise<RolloutState> {
  const { stage, wait, watch, timeout } = options;
  const found = await readRollout(name, readersOf(stack));
  if (found === undefined) throw await notFound(stack, name, stage);
  if (watch) return (await watchRollout(found, stack, options, context)).state;
  const { state } = wait ? await followToEnd(found.stored, stack, context, timeout) : found.stored;
  const read = wait ? await readRollout(state.rolloutId, readersOf(stack)) : found;
  printRollout(viewNow(read ?? found, stage, context), context);
  return state;
}
