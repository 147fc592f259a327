import { Command, Option } from 'commander';
import { type DirectUse, isKnownUse } from '../../approval/judge-direct-use.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { callerNames } from '../caller-names.ts';
import type { CliContext, Stack, StackOptions } from '../cli-context.ts';
import { findRollout } from '../find-rollout.ts';
import { haveDone } from '../have-done.ts';
import { jsonText } from '../json-text.ts';
import { rolloutJson } from '../rollout-view.ts';
import { readRecord } from '../rollback/direct-record.ts';
import { usesInTrail } from '../rollback/direct-trail.ts';
import { asOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly as?: string;
  readonly reason: string;
  readonly file?: string;
  readonly cloudtrail?: boolean;
  readonly json?: boolean;
}

/** `sluice review <rollout>`: what another person found of what one person did alone; with a source, that is taken into the record first. */
export function reviewCommand(context: CliContext): Command {
  const command = new Command('review')
    .description('review a rollout that one person approved alone (approve --break-glass), as another person')
    .argument('<service|rollout>', 'a rollout, or a service, whose newest rollout is meant', recordName)
    .option('--file <path>', 'take what rollback --direct did into the record, from the file that it left')
    .addOption(
      new Option('--cloudtrail', 'take it into the record from CloudTrail, as far as that has it').conflicts(['file']),
    )
    .addOption(asOption('who reviews it, for the record; AWS verifies the principal that calls'))
    .option('--json', 'print the rollout as JSON')
    .addOption(reasonOption(true))
    .addHelpText(
      'after',
      "\nWith --file or --cloudtrail it records only; another person then reviews it without them.\n\nExamples:\n  sluice review web --reason 'the fix was right; the approvers were asleep'\n  sluice review web --file sluice-direct-web-1-20260301T100000Z.json --reason 'the table was away'",
    );
  return withStackOptions(command).action(async (rollout: string, options: Options) => {
    const stack = await context.connect(options);
    const { state } = await findRollout(stack, rollout, options.stage);
    const said =
      options.file === undefined && options.cloudtrail !== true
        ? await review(state, stack, options, context)
        : await record(state, stack, options, context);
    const after = (await stack.store.load(state.rolloutId))?.state ?? state;
    if (options.json === true) context.out(jsonText(rolloutJson(after)));
    else for (const line of said) context.out(printable(line));
  });
}

async function review(
  { rolloutId }: RolloutState,
  stack: Stack,
  options: Options,
  context: CliContext,
): Promise<readonly string[]> {
  const { reason } = options;
  const request = { command: 'review' as const, rollout: rolloutId, reason, ...callerNames(options, context) };
  const { by } = await haveDone(request, stack);
  return [`${rolloutId}: reviewed by ${by}.`];
}

/** Takes uses into the record; one that is there already stays as it is. */
async function record(
  state: RolloutState,
  stack: Stack,
  options: Options,
  context: CliContext,
): Promise<readonly string[]> {
  const { rolloutId } = state;
  const { file, reason, stage } = options;
  const uses: readonly DirectUse[] =
    file === undefined
      ? await usesInTrail(state, options, stack.store, context)
      : [await readRecord(file, rolloutId, context)];
  if (uses.length === 0)
    return [`${rolloutId}: CloudTrail has no write of its rules beside Sluice. It knows a call some minutes after it.`];
  const said: string[] = [];
  for (const use of uses) {
    const what = `the direct use of ${use.actor} at ${use.at}`;
    // Asked anew for each: the one before may be the same use.
    const now = (await stack.store.load(rolloutId))?.state ?? state;
    if (isKnownUse(now, use)) {
      said.push(`${rolloutId}: ${what} is in the record already.`);
      continue;
    }
    const { by } = await haveDone(
      {
        ...{ command: 'directUse', rollout: rolloutId, reason },
        use: { ...use, rules: use.rules.map((rule) => ({ ...rule })) },
        ...callerNames(options, context),
      },
      stack,
    );
    said.push(
      `${rolloutId}: ${what} is in the record, told by ${by}. Another person reviews it: sluice review ${rolloutId} --stage ${stage} --reason "…"`,
    );
  }
  return said;
}
