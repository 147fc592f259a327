import { Command } from 'commander';
import type { CliContext, StackOptions } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { recordName, withStackOptions } from '../stack-options.ts';
import { findRelease } from './find-release.ts';
import { followRelease } from './follow-release.ts';
import { exitCodeOfRelease, releaseJson, releaseLines } from './release-view.ts';

interface Options extends StackOptions {
  readonly json?: boolean;
}

const which = 'the id of a release, or its name for the newest';

/** `sluice release status <release>`: where it and its members stand. */
export function statusReleaseCommand(context: CliContext): Command {
  const command = new Command('status')
    .description('show where a release and each of its members stands')
    .argument('<release>', which, recordName)
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExits with 1 where it has ended otherwise than by succeeding.');
  return withStackOptions(command).action(async (named: string, options: Options) => {
    const { state } = await findRelease(named, options.stage, await context.connect(options));
    if (options.json) context.out(jsonText(releaseJson(state)));
    else for (const line of releaseLines(state)) context.out(line);
    context.exitWith(exitCodeOfRelease(state));
  });
}

/** `sluice release watch <release>`: the same each time that something happens, until its end. */
export function watchReleaseCommand(context: CliContext): Command {
  const command = new Command('watch')
    .description('show a release each time that something happens to it, until it has ended')
    .argument('<release>', which, recordName);
  return withStackOptions(command).action(async (named: string, options: StackOptions) => {
    const stack = await context.connect(options);
    const from = await findRelease(named, options.stage, stack);
    const { state } = await followRelease(from, stack, context, undefined);
    for (const line of releaseLines(state)) context.out(line);
    context.exitWith(exitCodeOfRelease(state));
  });
}
