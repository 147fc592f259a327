import { Command, InvalidArgumentError } from 'commander';
import { parseImageReference } from '../../rollout/image-reference.ts';
import { awaitOpening } from '../await-opening.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { exitCodeOf, followToEnd } from '../follow.ts';
import { rolloutJson, rolloutLines } from '../rollout-view.ts';
import { durationOption, reasonOption, taskDefinitionOption, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly image: string;
  readonly taskDefinition?: string;
  readonly as?: string;
  readonly reason?: string;
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly json?: boolean;
}

function imageReference(text: string): string {
  if (parseImageReference(text) !== undefined) return text;
  throw new InvalidArgumentError(
    'Expected a tag (412-9f8d111), a digest (sha256:…), or a repository with one of them.',
  );
}

async function start(service: string, options: Options, context: CliContext): Promise<void> {
  const stack = await context.connect(options);
  if ((await stack.store.spec(service)) === undefined) {
    throw new CliFailure(
      `No spec is applied for service "${service}" in stage ${options.stage}. Apply one with: sluice apply <file> --stage ${options.stage}`,
    );
  }
  const name = `cli-${service}-${context.now().getTime()}-${context.randomId()}`;
  const { image, taskDefinition, reason } = options;
  const input = { service, image, requestedBy: options.as ?? context.user(), taskDefinition, reason };
  const executionArn = await stack.executions.start(name, input);
  const opened = await awaitOpening(executionArn, service, stack, context);
  if (opened === undefined) {
    context.err(
      `The rollout is started but not opened yet. Look again with: sluice status ${service} --stage ${options.stage}`,
    );
    context.out(options.json ? JSON.stringify({ rolloutId: null, executionArn }) : executionArn);
    return;
  }
  const { state } = options.wait ? await followToEnd(opened, stack, context, options.timeout) : opened;
  if (options.json) context.out(JSON.stringify(rolloutJson(state)));
  else for (const line of rolloutLines(state, context.now())) context.out(line);
  if (options.wait) context.exitWith(exitCodeOf(state));
  else context.err(`Follow it with: sluice status ${state.rolloutId} --wait --stage ${options.stage}`);
}

/** `sluice start <service> --image …`: starts a rollout and says whether it was opened or rejected. */
export function startCommand(context: CliContext): Command {
  const command = new Command('start')
    .description('start a rollout')
    .argument('<service>', 'the service, as its spec names it')
    .requiredOption('--image <tag|digest|uri>', 'what to roll out', imageReference)
    .option(
      '--task-definition <arn>',
      "what green's task definition is a copy of, where the spec says taskDefinition: from-event",
      taskDefinitionOption,
    )
    .option('--as <name>', 'who asks for it, for the record; by default the user of this machine')
    .addOption(reasonOption(false))
    .option('--wait', 'wait until it is over; exit with 1 where it was rejected or rolled back')
    .option('--timeout <duration>', 'stop waiting after it, such as 2h', durationOption)
    .option('--json', 'print the rollout as JSON');
  return withStackOptions(command).action((service: string, options: Options) => start(service, options, context));
}
