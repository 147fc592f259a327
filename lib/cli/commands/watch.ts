import { Command } from 'commander';
import { readRollout } from '../../view/read-rollout.ts';
import type { CliContext, StackOptions } from '../cli-context.ts';
import { notFound } from '../find-rollout.ts';
import { exitCodeOf } from '../follow.ts';
import { durationOption, recordName, withStackOptions } from '../stack-options.ts';
import { readersOf } from '../watch/readers.ts';
import { watchRollout } from '../watch/watch-rollout.ts';
import { watchServices } from '../watch/watch-services.ts';

interface Options extends StackOptions {
  readonly timeout?: number;
}

/** `sluice watch [service|rollout]`: a rollout while it runs, or every service where none is named. */
export function watchCommand(context: CliContext): Command {
  const command = new Command('watch')
    .description('show a rollout while it runs: gates, tasks, what is next; without a name every service')
    .argument('[service|rollout]', 'a rollout, or a service, whose newest rollout is shown', recordName)
    .option('--timeout <duration>', 'stop watching after it, such as 2h', durationOption)
    .addHelpText(
      'after',
      [
        '',
        'On a terminal one frame is drawn again and again; in a pipe each change is one line.',
        'Ends with the rollout: with 0 where it succeeded, with 1 where it was rejected or rolled back. Ctrl-C ends the watching alone.',
        '',
        'Examples:',
        '  sluice watch web',
        '  sluice watch web-20260301-100000-3f9a1c --timeout 2h',
        '  sluice watch | tee rollouts.log',
      ].join('\n'),
    );
  return withStackOptions(command).action(async (name: string | undefined, options: Options) => {
    const stack = await context.connect(options);
    if (name === undefined) {
      await watchServices(stack, options, context);
      return;
    }
    const read = await readRollout(name, readersOf(stack));
    if (read === undefined) throw await notFound(stack, name, options.stage);
    const { state } = await watchRollout(read, stack, options, context);
    context.exitWith(exitCodeOf(state));
  });
}
