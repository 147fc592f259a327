import { Command } from 'commander';
import { type CliContext, type StackOptions } from '../cli-context.ts';
import { findRollout } from '../find-rollout.ts';
import { checkTimeout, exitCodeOf, followToEnd } from '../follow.ts';
import { rolloutJson, rolloutLines } from '../rollout-view.ts';
import { durationOption, recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface Options extends StackOptions {
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly json?: boolean;
}

/** `sluice status <service|rollout>`: where a rollout stands; with `--wait` how it ended, for CI. */
export function statusCommand(context: CliContext): Command {
  const command = new Command('status')
    .description('show where a rollout stands')
    .argument('<service|rollout>', 'a rollout, or a service, whose newest rollout is shown', recordName)
    .option('--wait', 'wait until it is over, telling each transition on stderr')
    .option('--timeout <duration>', 'stop waiting after it, such as 2h', durationOption)
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      '\nExits with 0 for a rollout that runs or succeeded, with 1 for one that was rejected or rolled back.',
    );
  return withStackOptions(command).action(async (name: string, options: Options) => {
    checkTimeout(options);
    const stack = await context.connect(options);
    const found = await findRollout(stack, name, options.stage);
    const { state } = options.wait ? await followToEnd(found, stack, context, options.timeout) : found;
    if (options.json) context.out(jsonText(rolloutJson(state)));
    else for (const line of rolloutLines(state, context.now())) context.out(line);
    context.exitWith(exitCodeOf(state));
  });
}
