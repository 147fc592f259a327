import { Command } from 'commander';
import { backtestLine } from '../../analysis/backtest-lines.ts';
import { recordedPeriods } from '../../rollout/recorded-periods.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { findRollout } from '../find-rollout.ts';
import { recordName, withStackOptions } from '../stack-options.ts';

/** `sluice export <rollout>`: the datapoints that its gates saw, as `sluice backtest` takes them. */
export function exportCommand(context: CliContext): Command {
  const command = new Command('export')
    .description('print the datapoints that the gates of a past rollout saw, for sluice backtest')
    .argument('<rollout>', 'a rollout, or a service, whose newest rollout is exported', recordName)
    .addHelpText('after', '\nExample:\n  sluice export web-20260301-100000-3f9a1c > minutes.jsonl');
  return withStackOptions(command).action(async (name: string, options: StackOptions) => {
    const stack = await context.connect(options);
    const { state } = await findRollout(stack, name, options.stage);
    const periods = recordedPeriods(await stack.store.events(state.rolloutId, 0));
    const first = periods.find(({ weight }) => weight > 0);
    if (first === undefined) {
      throw new CliFailure(
        `Rollout ${state.rolloutId} recorded no datapoints of a green with traffic, so there is nothing to replay.`,
      );
    }
    for (const period of periods) {
      context.out(backtestLine(state.rolloutId, Math.round((period.at - first.at) / state.spec.period), period));
    }
  });
}
