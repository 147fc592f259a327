import { Command } from 'commander';
import { neededApprovals, openApprovals, openText } from '../../approval/needed-approvals.ts';
import { personCalled } from '../../specification/asked-people.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { answerApproval } from '../../usecases/people/answer-approval.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { findRollout } from '../find-rollout.ts';
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
    .addOption(asOption('a person of the spec, by name, mail or alias; by default the user of this machine'))
    .option('--json', 'print the rollout as JSON')
    .addOption(reasonOption(answer === 'reject'))
    .addHelpText(
      'after',
      `\nThe record says that it was told by command: AWS let the caller write, and --as said who they are.\n\nExample:\n  sluice ${answer} web --as ana@example.com${answer === 'reject' ? " --reason 'not before the holidays'" : ''}`,
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
  const called = options.as ?? context.user();
  const person = personCalled(state.spec.approvals, called);
  if (person === undefined) {
    const names = state.spec.approvals.people.map(({ name }) => name).join(', ');
    throw new CliFailure(
      `The spec of ${state.service} names no person called "${called}". Say who decides with --as: ${names === '' ? 'it names no people at all, see docs/approvals.md' : names}.`,
    );
  }
  const decider = { how: 'command', ...(options.reason === undefined ? {} : { reason: options.reason }) } as const;
  const decided = await answerApproval(state.rolloutId, person, answer, decider, {
    store: stack.store,
    now: context.now,
  });
  if (decided.outcome === 'refused') throw new CliFailure(decided.reason);
  if (options.json === true) context.out(jsonText(rolloutJson(decided.stored.state)));
  else context.out(`${state.rolloutId}: ${sentence(answer, person.name, decided.stored.state)}`);
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
