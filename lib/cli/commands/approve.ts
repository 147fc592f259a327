import { Command } from 'commander';
import { neededApprovals, openApprovals, openText } from '../../approval/needed-approvals.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { judgeBreakGlass } from '../../approval/judge-break-glass.ts';
import { decide } from '../../usecases/people/decide.ts';
import { callerNames } from '../caller-names.ts';
import { findRollout } from '../find-rollout.ts';
import { haveDone, haveStopped } from '../have-done.ts';
import { rolloutJson } from '../rollout-view.ts';
import { asOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface Options extends StackOptions {
  readonly breakGlass?: boolean;
  readonly as?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

/** `sluice approve <rollout>`: one person's approval of what waits for it. */
export function approveCommand(context: CliContext): Command {
  return answerCommand(
    'approve',
    'approve a rollout that waits for it, as one of the people of its spec',
    context,
  ).option(
    '--break-glass',
    'in an emergency: approve alone, where the spec allows it (approvals.breakGlass); it pages, and another person reviews it',
  );
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
  if (options.breakGlass === true) return breakGlass(rolloutId, options, stack, context);
  const { by } = await haveDone(
    { command: answer, rollout: rolloutId, ...callerNames(options, context), ...(reason !== undefined && { reason }) },
    stack,
  );
  const after = (await stack.store.load(rolloutId))?.state ?? state;
  if (options.json === true) context.out(jsonText(rolloutJson(after)));
  else context.out(`${rolloutId}: ${sentence(answer, by, after)}`);
}

async function breakGlass(rollout: string, options: Options, stack: Stack, context: CliContext): Promise<void> {
  const { reason } = options;
  if (reason === undefined) throw new CliFailure('This pages people: say why with --reason.');
  const names = callerNames(options, context);
  const directly = async () => {
    const decider = { by: names.as ?? names.user, how: 'command', reason, direct: true } as const;
    const world = { store: stack.store, now: context.now };
    const decided = await decide(rollout, (state, now) => judgeBreakGlass(state, decider, now), world);
    if (decided.outcome === 'refused') throw new CliFailure(decided.reason);
    return { by: decider.by };
  };
  const { by } = await haveStopped({ command: 'breakGlass', rollout, reason, ...names }, stack, context, directly);
  const after = (await stack.store.load(rollout))?.state;
  if (options.json === true && after !== undefined) context.out(jsonText(rolloutJson(after)));
  else
    context.out(
      `${rollout}: let in by ${by} alone; people are paged. Another person reviews it: sluice review ${rollout} --stage ${options.stage}`,
    );
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
