import { Command } from 'commander';
import { rolloutsOf, scopeName, shortened, type StopScope } from '../../ports/stops.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { callerNames } from '../caller-names.ts';
import { haveDone, haveStopped } from '../have-done.ts';
import { jsonText } from '../json-text.ts';
import { asOption, durationOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly all?: boolean;
  readonly until?: string;
  readonly for?: number;
  readonly as?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

/** `sluice freeze`: no rollout of a service, or of the stage, starts or shifts traffic until it is ended. */
export function freezeCommand(context: CliContext): Command {
  const command = new Command('freeze')
    .description('stop rollouts of a service, or all of them: none starts or shifts traffic; rollbacks go on')
    .argument('[service]', 'the service; or --all', recordName)
    .option('--all', 'all services of the stage')
    .option('--until <time>', 'when it ends by itself, such as 2026-11-30T08:00:00Z')
    .option('--for <duration>', 'how long it lasts, in place of --until', durationOption)
    .addOption(asOption('who says so, for the record; by default the user of this machine'))
    .addOption(reasonOption(true))
    .option('--json', 'print the stop as JSON')
    .addHelpText(
      'after',
      "\nIt is read before each shift: a rollout under way ends the bake of its step, then holds at its weight.\n\nExample:\n  sluice freeze --all --reason 'the database is moved' --for 4h",
    );
  return withStackOptions(command).action((service: string | undefined, options: Options) =>
    freeze(scopeOf(service, options), options, context),
  );
}

/** `sluice thaw`: ends a stop. */
export function thawCommand(context: CliContext): Command {
  const command = new Command('thaw')
    .description('end a stop: rollouts go on, and requests that waited for it start')
    .argument('[service]', 'the service; or --all', recordName)
    .option('--all', 'the stop of all services')
    .addOption(asOption('who says so, for the record; by default the user of this machine'))
    .addOption(reasonOption(true))
    .option('--json', 'print what was ended as JSON')
    .addHelpText('after', "\nExample:\n  sluice thaw --all --reason 'the database has moved'");
  return withStackOptions(command).action((service: string | undefined, options: Options) =>
    thaw(scopeOf(service, options), options, context),
  );
}

function scopeOf(service: string | undefined, { all }: Options): StopScope {
  if ((service === undefined) !== (all === true)) throw new CliFailure('Say what is meant: a service, or --all.', 2);
  return service === undefined ? {} : { service };
}

async function freeze(scope: StopScope, options: Options, context: CliContext): Promise<void> {
  const { reason = '' } = options;
  const now = context.now();
  const until = endOf(options, now);
  const stack = await connected(scope, options, context);
  const ends = until === undefined ? {} : { until };
  const request = { command: 'freeze' as const, ...scope, reason, ...ends, ...callerNames(options, context) };
  const { by, at = now.toISOString() } = await haveStopped(request, stack, context, async () => {
    await refuseShorter(scope, until, now, stack, options);
    const begins = { by: request.as ?? request.user, reason, at: now.toISOString(), ...ends };
    await stack.store.putStop(scope, begins);
    return begins;
  });
  const end =
    until === undefined ? `until: sluice thaw ${scopeName(scope)} --stage ${options.stage}` : `until ${until}`;
  if (options.json === true) context.out(jsonText({ ...scope, by, reason, at, ...ends }));
  else context.out(printable(`${rolloutsOf(scope)} stopped by ${by}, ${end}. Rollbacks go on.`));
}

/** @throws CliFailure where rollouts would go on sooner: that goes by the API alone, where AWS verifies who calls */
async function refuseShorter(
  scope: StopScope,
  until: string | undefined,
  now: Date,
  { store }: Stack,
  { stage }: Options,
): Promise<void> {
  const longer = shortened(await store.stops(scope.service ?? ''), scope, until, now);
  if (longer === undefined) return;
  const { by = 'a record that cannot be read', until: end } = longer;
  throw new CliFailure(
    `${rolloutsOf(scope)} stopped by ${by}${end === undefined ? '' : ` until ${end}`}, and without the API a stop is only begun or made longer. ` +
      `Try again once the API of stage ${stage} answers, or leave the end out.`,
  );
}

function endOf({ until, for: seconds }: Options, now: Date): string | undefined {
  if (until !== undefined && seconds !== undefined) throw new CliFailure('Give --until or --for, not both.', 2);
  if (seconds !== undefined) return new Date(now.getTime() + seconds * 1000).toISOString();
  if (until === undefined) return undefined;
  const end = new Date(until);
  // Without an offset it would be a time of this machine's zone.
  if (Number.isNaN(end.getTime()) || !/(?:Z|[+-]\d{2}:\d{2})$/.test(until)) {
    throw new CliFailure(`--until ${until} is no time with an offset, such as 2026-11-30T08:00:00Z.`, 2);
  }
  if (end <= now) throw new CliFailure(`--until ${until} has passed.`, 2);
  return end.toISOString();
}

async function thaw(scope: StopScope, options: Options, context: CliContext): Promise<void> {
  const { reason = '' } = options;
  const stack = await connected(scope, options, context);
  // What lets traffic in again goes by the API alone, where AWS verifies who calls.
  const { by, at } = await haveDone({ command: 'thaw', ...scope, reason, ...callerNames(options, context) }, stack);
  if (options.json === true) context.out(jsonText({ ...scope, by, reason, at }));
  else
    context.out(printable(`${rolloutsOf(scope)} no longer stopped, says ${by}. What waits starts within 5 minutes.`));
}

async function connected({ service }: StopScope, options: Options, context: CliContext): Promise<Stack> {
  const stack = await context.connect(options);
  if (service === undefined || (await stack.store.spec(service)) !== undefined) return stack;
  throw new CliFailure(`No spec is applied for service "${service}" in stage ${options.stage}.`);
}
