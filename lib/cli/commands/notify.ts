import { Command } from 'commander';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { callerNames } from '../caller-names.ts';
import { findRollout } from '../find-rollout.ts';
import { haveDone } from '../have-done.ts';
import { table } from '../rollout-view.ts';
import { asOption, recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface JsonOption {
  readonly json?: boolean;
}

type TestOptions = StackOptions & JsonOption & { readonly as?: string };
type TakeOptions = TestOptions & { readonly note?: string };

/** `sluice notify`: what people hear, and what they say to it. */
export function notifyCommand(context: CliContext): Command {
  return new Command('notify')
    .description('test the channels of a service, take over what is open, send again what no channel took')
    .addCommand(testCommand(context))
    .addCommand(takeCommand(context))
    .addCommand(redriveCommand(context));
}

function testCommand(context: CliContext): Command {
  const command = new Command('test')
    .description(
      'send a message that is marked as a test through every channel; exit with 1 where one does not take it',
    )
    .argument('<service>', 'the service, as its spec names it', recordName)
    .addOption(asOption('the requester; by default the user of this machine'))
    .option('--json', 'print the answers as a JSON array');
  return withStackOptions(command).action(async (service: string, options: TestOptions) => {
    const { notifications } = await context.connect(options);
    const { known, answers } = await notifications.test(service, options.as ?? context.user());
    if (!known) {
      throw new CliFailure(
        `No spec is applied for service "${service}" in stage ${options.stage}. Apply one with: sluice apply <file> --stage ${options.stage}`,
      );
    }
    if (options.json) context.out(jsonText(answers));
    else {
      const rows = answers.map(({ channel, type, answered, said, milliseconds }) => [
        channel,
        type,
        answered ? 'answered' : 'FAILED',
        `${milliseconds} ms`,
        said,
      ]);
      for (const line of table([['CHANNEL', 'TYPE', 'RESULT', 'TIME', 'SAID'], ...rows])) context.out(line);
    }
    const silent = answers.filter(({ answered }) => !answered).map(({ channel }) => channel);
    if (silent.length === 0) return;
    context.err(`No answer from ${silent.join(', ')}. Check the secret and the address of each, then test again.`);
    context.exitWith(1);
  });
}

function takeCommand(context: CliContext): Command {
  const command = new Command('take')
    .description('take over what is open of a rollout: its reminders end, PagerDuty acknowledges')
    .argument('<rollout>', 'a rollout, or a service, whose newest rollout is meant', recordName)
    .option('--note <text>', 'what you are going to do')
    .addOption(asOption('who takes it, for the record; by default the user of this machine'))
    .option('--json', 'print what was taken as JSON');
  return withStackOptions(command).action(async (name: string, options: TakeOptions) => {
    const stack = await context.connect(options);
    const stored = await findRollout(stack, name, options.stage);
    const { rolloutId } = stored.state;
    const note = options.note?.slice(0, 1000);
    const { by, taken = [] } = await haveDone(
      { command: 'take', rollout: rolloutId, ...callerNames(options, context), ...(note !== undefined && { note }) },
      stack,
    );
    if (options.json) context.out(jsonText({ rolloutId, by, taken }));
    else context.out(`${by} takes ${taken.map(({ type }) => type).join(', ')} of ${rolloutId}.`);
  });
}

function redriveCommand(context: CliContext): Command {
  const command = new Command('redrive')
    .description('send again what no channel took: the dead deliveries and reminders')
    .option('--json', 'print how many were sent as JSON');
  return withStackOptions(command).action(async (options: StackOptions & JsonOption) => {
    const { notifications } = await context.connect(options);
    const { deliveries, reminders } = await notifications.redrive();
    if (options.json) context.out(jsonText({ deliveries, reminders }));
    else context.out(`Sent again: ${deliveries} deliveries, ${reminders} reminders.`);
  });
}
