import { Command } from 'commander';
import { neededApprovals, openApprovals, openText } from '../../approval/needed-approvals.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { CliContext, StackOptions } from '../cli-context.ts';
import { callerNames } from '../caller-names.ts';
import { findRollout } from '../find-rollout.ts';
import { haveDone } from '../have-done.ts';
import { rolloutJson } from '../rollout-view.ts';
import { asOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface Options extends StackOptions {
  readonly as?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

/** `sluice approve <rollout>`: one person's approval of what waits for it. */
export function approveCommand(context: CliContext): Command {
  return answerCommand('approve', 'approve a rollout that waits for it, as one of the people of its spec', context);
}

/** `sluice reject <rollout>`: ends a rollout that waits for approval, with the reason. */
export function rejectCommand(context: CliContext): Command {
  return answerCommand('reject', 'reject a rollout that waits for approval, and say why', context);
}

function answerCommand(answer: 'approve' | 'reject', description: string, context: CliContext): Command {
  const command = new Command(answer)
    .description(description)
    .argument('<service|rollout>', 'a rollout, or a service, whose newest rollout is meant', recordName)
    .addOption(asOption('a person of the spec, by name, mail or alias; by default the one whose principal calls'))
    .option('--json', 'print the rollout as JSON')
    .addOption(reasonOption(answer === 'reject'))
    .addHelpText(
      'after',
      `\nAWS verifies the principal that calls, and the record has it beside the name. A principal that the spec lists is that person.\n\nExample:\n  sluice ${answer} web --as ana@example.com${answer === 'reject' ? " --reason 'not before the holidays'" : ''}`,
    );
  return withStackOptions(command).action((rollout: string, options: Options) =>
    tell(rollout, answer, options, context),
  );
}

async function tell(
  rollout: string,
  answer: 'approve' | 'reject',
  options: Options,
  context: CliContext,
): Promise<void> {
  const stack = await context.connect(options);
  const { state } = await findRollout(stack, rollout, options.stage);
  const { rolloutId } = state;
  const { reason } = options;
  const { by } = await haveDone(
    { command: answer, rollout: rolloutId, ...callerNames(options, context), ...(reason !== undefined && { reason }) },
    stack,
  );
  const after = (await stack.store.load(rolloutId))?.state ?? state;
  if (options.json === true) context.out(jsonText(rolloutJson(after)));
  else context.out(`${rolloutId}: ${sentence(answer, by, after)}`);
}

function sentence(answer: 'approve' | 'reject', name: string, state: RolloutState): string {
  if (answer === 'reject') return `Rejected by ${name}.`;
  const needed = neededApprovals(state);
  const open = openText(openApprovals(needed, state.approval?.given ?? []));
  const rest =
    state.phase === 'awaitingApproval' ? stillOpen(open, needed.why) : 'No other approval is needed; it goes on.';
  return `Approved by ${name}. ${rest}`;
}

function stillOpen(open: string, why: string): string {
  const because = why === '' ? '' : ` ${why}.`;
  return open === '' ? `It waits, as${because}` : `Still open: ${open}.${because}`;
}
