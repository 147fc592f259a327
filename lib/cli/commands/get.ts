import { Command } from 'commander';
import { restorePlanOf } from '../../drivers/rules/restore-plan.ts';
import { allEvents } from '../../view/all-events.ts';
import type { CliContext, StackOptions } from '../cli-context.ts';
import { findRollout } from '../find-rollout.ts';
import { foldedLines } from '../folded-events.ts';
import { eventLine, rolloutLines } from '../rollout-view.ts';
import { recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface Options extends StackOptions {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly restorePlan?: boolean;
}

/** `sluice get <rollout>`: its state and every event of its record. */
export function getCommand(context: CliContext): Command {
  const command = new Command('get')
    .description('show a rollout with every event of its record')
    .argument('<rollout>', 'a rollout, or a service, whose newest rollout is shown', recordName)
    .option('--all', 'show each evaluation of the gates, also those that say the same as the one before')
    .option('--json', 'print state and events as JSON')
    .option(
      '--restore-plan',
      'print what every rule looked like before, as JSON: kept in a file, sluice rollback --direct --plan needs nothing of the stack',
    );
  return withStackOptions(command).action(async (name: string, options: Options) => {
    const stack = await context.connect(options);
    const { state, sequence } = await findRollout(stack, name, options.stage);
    if (options.restorePlan) {
      context.out(jsonText(restorePlanOf(state), 2));
      return;
    }
    const events = await allEvents(stack, state.rolloutId, sequence);
    if (options.json) {
      context.out(jsonText({ state, events }));
      return;
    }
    for (const line of rolloutLines(state, context.now())) context.out(line);
    context.out('');
    const lines = options.all === true ? events.map((one) => eventLine(one, state)) : foldedLines(events, state);
    for (const line of lines) context.out(line);
  });
}
