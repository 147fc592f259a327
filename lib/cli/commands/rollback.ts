import { Command, InvalidArgumentError } from 'commander';
import { parseReason } from '../../specification/reason.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { callerNames } from '../caller-names.ts';
import { checkTimeout } from '../follow.ts';
import { rollBackDirectly } from '../rollback/direct.ts';
import { rollBackRunning } from '../rollback/running.ts';
import { returnToEarlier, returnToKept } from '../rollback/return.ts';
import { asOption, durationOption, recordName, withStackOptions } from '../stack-options.ts';

export interface RollbackOptions extends StackOptions {
  readonly reason?: string;
  readonly to?: string;
  readonly direct?: boolean;
  readonly plan?: string;
  readonly once?: boolean;
  readonly yes?: boolean;
  readonly as?: string;
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly json?: boolean;
}

function reasonOption(text: string): string {
  const parsed = parseReason(text);
  if ('mistake' in parsed) throw new InvalidArgumentError(parsed.mistake);
  return parsed.reason;
}

async function rollBack(service: string, options: RollbackOptions, context: CliContext): Promise<void> {
  if (options.direct) {
    if (options.to !== undefined)
      throw new CliFailure('--direct puts the rules of a running rollout back; it takes no --to.', 2);
    return rollBackDirectly(service, options, context);
  }
  if (options.plan !== undefined) throw new CliFailure('--plan belongs to --direct.', 2);
  if (options.once === true) throw new CliFailure('--once belongs to --direct.', 2);
  checkTimeout(options);
  const { reason } = options;
  if (reason === undefined) throw new CliFailure('Say why, with --reason "…": it is recorded and announced.', 2);

  const stack = await context.connect(options);
  const [{ lockedBy, retention }, applied] = await Promise.all([
    stack.store.service(service),
    stack.store.spec(service),
  ]);
  if (applied === undefined && lockedBy === undefined) {
    throw new CliFailure(
      `Stage ${options.stage} knows no service "${service}". Check the name and --stage with: sluice list <service> --stage ${options.stage}`,
    );
  }
  const names = callerNames(options, context);
  const request = { service, reason, by: names.as ?? names.user, names };
  if (options.to !== undefined) {
    if (lockedBy !== undefined) {
      throw new CliFailure(
        `Rollout ${lockedBy} of ${service} is under way. Roll that back first: sluice rollback ${service} --reason "…"; then go on to ${options.to}.`,
      );
    }
    return returnToEarlier(request, options.to, retention, options, stack, context);
  }
  if (lockedBy !== undefined) return rollBackRunning(lockedBy, request, options, stack, context);
  return returnToKept(request, retention, options, stack, context);
}

/** `sluice rollback <service>`: back to the version before, whatever the rollout's state. */
export function rollbackCommand(context: CliContext): Command {
  const command = new Command('rollback')
    .description('go back to the version before, from a running rollout or after one')
    .argument('<service>', 'the service, as its spec names it', recordName)
    .option('--reason <text>', 'why, for the record and for everyone who is notified', reasonOption)
    .option(
      '--to <tag|digest|rollout>',
      'an earlier version: its image, the rollout that brought it, or last-known-good',
    )
    .option('--direct', 'put the rules back with the load balancer alone: for when the stack does not answer')
    .option('--plan <file>', 'with --direct: the restore plan, as sluice get --restore-plan prints it')
    .option('--once', 'with --direct: do not check again after 16 s')
    .option('--yes', 'do not ask')
    .addOption(asOption('the requester, for the record; by default the user of this machine'))
    .option('--wait', 'wait until all of it is over')
    .option('--timeout <duration>', 'with --wait: stop waiting after it, such as 30m', durationOption)
    .option('--json', 'print the outcome as JSON')
    .addHelpText(
      'after',
      [
        '',
        'While a rollout runs: its rules are put back and it ends as rolled back.',
        'After one, while the former version is kept: that is scaled up and gets all traffic back.',
        'Later: --to names an earlier version, which is rolled out by the steps of rollback.steps.',
        '--to last-known-good takes the newest one that served without being rolled back and whose image is there.',
      ].join('\n'),
    );
  return withStackOptions(command).action((service: string, options: RollbackOptions) =>
    rollBack(service, options, context),
  );
}
