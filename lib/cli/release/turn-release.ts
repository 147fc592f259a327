import { Command } from 'commander';
import { callerNames } from '../caller-names.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { confirm } from '../confirm.ts';
import { haveDone } from '../have-done.ts';
import { jsonText } from '../json-text.ts';
import { asOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';
import { findRelease } from './find-release.ts';

interface Options extends StackOptions {
  readonly as?: string;
  readonly reason: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const verbs = {
  abort: {
    command: 'abortRelease',
    description: 'roll back the members under way; those that have finished stay, no further one begins',
    what: 'Members under way are rolled back, those that have finished stay, and no further one begins.',
  },
  rollback: {
    command: 'rollBackRelease',
    description: 'take all members back that have begun, also after the release has ended',
    what: 'All members that have begun go back to their former version.',
  },
} as const;

/** `sluice release abort | rollback <release> --reason …` */
export function turnReleaseCommand(verb: keyof typeof verbs, context: CliContext): Command {
  const { command: told, description, what } = verbs[verb];
  const command = new Command(verb)
    .description(description)
    .argument('<release>', 'the id of a release, or its name for the newest', recordName)
    .addOption(asOption('the requester, for the record; by default the user of this machine'))
    .addOption(reasonOption(true))
    .option('--yes', 'do not ask before')
    .option('--json', 'print the order to the release as JSON');
  return withStackOptions(command).action(async (named: string, options: Options) => {
    const stack = await context.connect(options);
    const { state } = await findRelease(named, options.stage, stack);
    const { releaseId } = state;
    if (verb === 'abort' && state.endedAt !== undefined)
      throw new CliFailure(
        `${releaseId} has ended: no member is under way. To take its members back: sluice release rollback ${releaseId} --stage ${options.stage} --reason "…"`,
      );
    await confirm(`${releaseId}: ${what}`, options.yes, context);
    const execution = `told-${context.now().getTime()}-${context.randomId()}`;
    await haveDone(
      { command: told, releaseId, execution, reason: options.reason, ...callerNames(options, context) },
      stack,
    );
    if (options.json) context.out(jsonText({ releaseId, told: verb, reason: options.reason }));
    else
      context.out(
        `${releaseId} has the order. ${what} Follow it with: sluice release watch ${releaseId} --stage ${options.stage}`,
      );
  });
}
