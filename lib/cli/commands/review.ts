import { Command } from 'commander';
import { callerNames } from '../caller-names.ts';
import type { CliContext, StackOptions } from '../cli-context.ts';
import { findRollout } from '../find-rollout.ts';
import { haveDone } from '../have-done.ts';
import { jsonText } from '../json-text.ts';
import { rolloutJson } from '../rollout-view.ts';
import { asOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly as?: string;
  readonly reason: string;
  readonly json?: boolean;
}

/** `sluice review <rollout>`: what another person found of an approval that one person gave alone. */
export function reviewCommand(context: CliContext): Command {
  const command = new Command('review')
    .description('review a rollout that one person let in alone (approve --break-glass), as another person')
    .argument('<service|rollout>', 'a rollout, or a service, whose newest rollout is meant', recordName)
    .addOption(asOption('who reviews it, for the record; AWS verifies the principal that calls'))
    .option('--json', 'print the rollout as JSON')
    .addOption(reasonOption(true))
    .addHelpText('after', "\nExample:\n  sluice review web --reason 'the fix was right; the approvers were asleep'");
  return withStackOptions(command).action(async (rollout: string, options: Options) => {
    const stack = await context.connect(options);
    const { state } = await findRollout(stack, rollout, options.stage);
    const { rolloutId } = state;
    const { reason } = options;
    const { by } = await haveDone(
      { command: 'review', rollout: rolloutId, reason, ...callerNames(options, context) },
      stack,
    );
    const after = (await stack.store.load(rolloutId))?.state ?? state;
    context.out(options.json === true ? jsonText(rolloutJson(after)) : `${rolloutId}: reviewed by ${by}.`);
  });
}
