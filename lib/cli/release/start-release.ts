import { Command, InvalidArgumentError } from 'commander';
import type { StoredRelease } from '../../ports/releases.ts';
import { parseImageReference } from '../../rollout/image-reference.ts';
import { callerNames } from '../caller-names.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { checkTimeout } from '../follow.ts';
import { haveDone, startedArn } from '../have-done.ts';
import { jsonText } from '../json-text.ts';
import { asOption, durationOption, reasonOption, withStackOptions } from '../stack-options.ts';
import { followRelease } from './follow-release.ts';
import { readRelease } from './read-release.ts';
import { exitCodeOfRelease, releaseJson, releaseLines } from './release-view.ts';

interface Options extends StackOptions {
  readonly image: Readonly<Record<string, string>>;
  readonly as?: string;
  readonly reason?: string;
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly json?: boolean;
}

/** `sluice release start <file>`: takes all members or none, and says whether the release was opened or rejected. */
export function startReleaseCommand(context: CliContext): Command {
  const command = new Command('start')
    .description('start a release: all of its members are taken, or none')
    .argument('<file>', 'a release')
    .option(
      '--image <member=image>',
      'the image of a member, in place of the one in the file; once a member',
      namedImage,
      {},
    )
    .addOption(asOption('the requester, for the record; by default the user of this machine'))
    .addOption(reasonOption(false))
    .option('--wait', 'wait until it has ended; exit with 1 where it did not succeed')
    .option('--timeout <duration>', 'with --wait: for at most so long; the release goes on', durationOption)
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sluice release start releases/checkout.yml --image auth=412-9f8d111 --image web=87-3c9e1f0 --wait',
    );
  return withStackOptions(command).action((file: string, options: Options) => start(file, options, context));
}

function namedImage(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, member, image = ''] = /^([a-z][a-z0-9-]{0,31})=(.+)$/.exec(text) ?? [];
  if (member === undefined || parseImageReference(image) === undefined)
    throw new InvalidArgumentError('Expected a member and its image, such as auth=412-9f8d111.');
  if (Object.hasOwn(before, member)) throw new InvalidArgumentError(`${member} has an image already.`);
  return { ...before, [member]: image };
}

async function start(file: string, options: Options, context: CliContext): Promise<void> {
  checkTimeout(options);
  const release = await readRelease(file, context);
  const { image: images, reason } = options;
  const names = release.members.map(({ service }) => service);
  const stranger = Object.keys(images).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new CliFailure(`${stranger} is no member of ${release.release}; it has ${names.join(', ')}.`, 2);
  }
  const lacking = release.members.filter(
    ({ service, image }) => image === undefined && !Object.hasOwn(images, service),
  );
  if (lacking.length > 0) {
    const options = lacking.map(({ service }) => `--image ${service}=<tag|digest>`).join(' ');
    throw new CliFailure(`Say what to roll out: ${options}`, 2);
  }
  const stack = await context.connect(options);
  const at = context.now().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const releaseId = `${release.release}-${at}-${context.randomId()}`;
  const executionArn = startedArn(
    await haveDone(
      {
        ...{ command: 'startRelease', releaseId, release, images, ...callerNames(options, context) },
        ...(reason !== undefined && { reason }),
      },
      stack,
    ),
  );
  const opened = await awaitRelease(releaseId, executionArn, stack, context);
  if (opened === undefined) {
    context.err(
      `The release is started but not opened yet. See it with: sluice release status ${releaseId} --stage ${options.stage}`,
    );
    context.out(options.json ? jsonText({ releaseId, executionArn }) : releaseId);
    return;
  }
  const { state } = options.wait ? await followRelease(opened, stack, context, options.timeout) : opened;
  if (options.json) context.out(jsonText(releaseJson(state)));
  else for (const line of releaseLines(state)) context.out(line);
  if (options.wait) context.exitWith(exitCodeOfRelease(state));
  else context.err(`Follow it with: sluice release watch ${releaseId} --stage ${options.stage}`);
}

/** How long a release may take until it is in the record: a cold start, and describing calls for each member. */
const openingMilliseconds = 60_000;
const pollMilliseconds = 500;

/**
 * Returns the release that an execution opened; `undefined` where it takes its time.
 * @throws CliFailure where the execution ended without opening one
 */
async function awaitRelease(
  releaseId: string,
  executionArn: string,
  { releases, executions }: Stack,
  { now, sleep }: CliContext,
): Promise<StoredRelease | undefined> {
  const until = now().getTime() + openingMilliseconds;
  for (;;) {
    const { status, error, cause } = await executions.describe(executionArn);
    const stored = await releases.load(releaseId);
    if (stored !== undefined) return stored;
    if (status !== 'running') {
      const why = cause === '' ? error : cause;
      throw new CliFailure(`The release was not opened: ${why === '' ? `its execution ${executionArn} ended` : why}`);
    }
    if (now().getTime() >= until) return undefined;
    await sleep(pollMilliseconds);
  }
}
