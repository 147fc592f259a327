import { Command, InvalidArgumentError } from 'commander';
import type { StartPreset } from '../../rollout/hotfix.ts';
import { parseImageReference } from '../../rollout/image-reference.ts';
import { CliFailure, type CliContext } from '../cli-context.ts';
import type { StartRequest } from '../../usecases/people/command-request.ts';
import { callerNames } from '../caller-names.ts';
import { haveDone, startedArn } from '../have-done.ts';
import { checkTimeout } from '../follow.ts';
import { presetOption } from '../preset-option.ts';
import { servedInStage } from '../served-in-stage.ts';
import { type FollowOptions, startAndFollow } from '../start-and-follow.ts';
import {
  asOption,
  durationOption,
  reasonOption,
  recordName,
  stageName,
  taskDefinitionOption,
  withStackOptions,
} from '../stack-options.ts';

interface Options extends FollowOptions {
  readonly image?: string;
  readonly sameImage?: boolean;
  readonly from?: string;
  readonly taskDefinition?: string;
  readonly as?: string;
  readonly reason?: string;
  readonly preset?: StartPreset;
}

function imageReference(text: string): string {
  if (parseImageReference(text) !== undefined) return text;
  throw new InvalidArgumentError(
    'Expected a tag (412-9f8d111), a digest (sha256:…), or a repository with one of them.',
  );
}

async function start(service: string, options: Options, context: CliContext): Promise<void> {
  checkTimeout(options);
  const { sameImage, taskDefinition, reason, from, preset } = options;
  if (preset !== undefined && reason === undefined)
    throw new CliFailure(`--preset ${preset} needs --reason "…": those who approve it read that.`, 2);
  if ([options.image, sameImage, from].filter((one) => one !== undefined).length !== 1) {
    throw new CliFailure(
      'Say what to roll out: --image <tag|digest|uri>, --from <stage> for the one that serves there, or --same-image for the one that serves.',
      2,
    );
  }
  const image = from === undefined ? options.image : await servedInStage(service, { ...options, stage: from }, context);
  const stack = await context.connect(options);
  if ((await stack.store.spec(service)) === undefined) {
    throw new CliFailure(
      `No spec is applied for service "${service}" in stage ${options.stage}. Apply one with: sluice apply <file> --stage ${options.stage}`,
    );
  }
  const name = `cli-${service}-${context.now().getTime()}-${context.randomId()}`;
  const request: StartRequest = {
    ...{ command: 'start', service, execution: name, ...callerNames(options, context) },
    ...(sameImage === true && { sameImage }),
    ...(image !== undefined && { image }),
    ...(taskDefinition !== undefined && { taskDefinition }),
    ...(reason !== undefined && { reason }),
    ...(preset !== undefined && { preset }),
  };
  const begin = async () => startedArn(await haveDone(request, stack));
  await startAndFollow({ service, begin, what: 'The rollout is started' }, options, stack, context);
}

/** `sluice start <service> --image …`: starts a rollout and says whether it was opened or rejected. */
export function startCommand(context: CliContext): Command {
  const command = new Command('start')
    .description('start a rollout')
    .argument('<service>', 'the service, as its spec names it', recordName)
    .option('--image <tag|digest|uri>', 'what to roll out', imageReference)
    .option('--from <stage>', 'roll out the image that serves in another stage of this account and region', stageName)
    .option(
      '--same-image',
      'roll out the image that serves with another task definition (CPU, memory, role, sidecar, secret, variables)',
    )
    .option(
      '--task-definition <arn>',
      "what green's task definition is a copy of, where the spec says taskDefinition: from-event",
      taskDefinitionOption,
    )
    .addOption(presetOption())
    .addOption(asOption('the requester, for the record; by default the user of this machine'))
    .addOption(reasonOption(false))
    .option('--wait', 'wait until it is over; exit with 1 where it was rejected or rolled back')
    .option('--no-watch', 'on a terminal: do not show it while it runs')
    .option('--timeout <duration>', 'stop waiting after it, such as 2h', durationOption)
    .option('--json', 'print the rollout as JSON');
  return withStackOptions(command).action((service: string, options: Options) => start(service, options, context));
}
