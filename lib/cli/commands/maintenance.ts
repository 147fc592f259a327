import { Command } from 'commander';
import type { MaintenanceRecord } from '../../ports/maintenances.ts';
import { deciderOf } from '../../rollout/decider.ts';
import { maintenanceSettings } from '../../specification/maintenance.ts';
import { formatDuration } from '../../specification/quantity.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { callerNames } from '../caller-names.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { type Done, haveDone } from '../have-done.ts';
import { jsonText } from '../json-text.ts';
import { asOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly as?: string;
  readonly reason: string;
  readonly keep?: boolean;
  /** `--no-open` makes it false. */
  readonly open?: boolean;
  readonly json?: boolean;
}

/** `sluice maintenance`: a page in place of a service. */
export function maintenanceCommand(context: CliContext): Command {
  return new Command('maintenance')
    .description('answer all requests of a service with a page, without touching its neighbours')
    .addCommand(onCommand(context))
    .addCommand(offCommand(context))
    .addCommand(statusCommand(context));
}

function onCommand(context: CliContext): Command {
  const command = new Command('on')
    .description("put the maintenance page up: rules just in front of the service's own")
    .argument('<service>', 'the service', recordName)
    .option('--keep', 'until a person ends it, however healthy the targets are')
    .option('--no-open', 'also for the paths that maintenance.open of the spec keeps open')
    .addOption(asOption('who says so, for the record; AWS verifies the principal that calls'))
    .addOption(reasonOption(true))
    .option('--json', 'print what was done as JSON')
    .addHelpText(
      'after',
      "\nIt ends by itself once all targets are healthy for maintenance.endAfter of the spec. Rollouts shift no traffic meanwhile; rollbacks go on.\n\nExample:\n  sluice maintenance on web --reason 'the database is restored'",
    );
  return withStackOptions(command).action((service: string, options: Options) =>
    order('maintenanceOn', service, options, context),
  );
}

function offCommand(context: CliContext): Command {
  const command = new Command('off')
    .description('take the maintenance page down')
    .argument('<service>', 'the service', recordName)
    .addOption(asOption('who says so, for the record; AWS verifies the principal that calls'))
    .addOption(reasonOption(true))
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', "\nExample:\n  sluice maintenance off web --reason 'the database is back'");
  return withStackOptions(command).action((service: string, options: Options) =>
    order('maintenanceOff', service, options, context),
  );
}

function statusCommand(context: CliContext): Command {
  const command = new Command('status')
    .description('show whether users get the maintenance page, since when, by whom, and when it ends')
    .argument('<service>', 'the service', recordName)
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  sluice maintenance status web');
  return withStackOptions(command).action((service: string, options: Options) => status(service, options, context));
}

async function order(
  command: 'maintenanceOn' | 'maintenanceOff',
  service: string,
  options: Options,
  context: CliContext,
): Promise<void> {
  const stack = await context.connect(options);
  const isOn = command === 'maintenanceOn';
  const request = {
    command,
    service,
    reason: options.reason,
    ...(isOn && options.keep === true && { keep: true as const }),
    ...(isOn && options.open === false && { closed: true as const }),
    ...callerNames(options, context),
  };
  const done = await haveDone(request, stack);
  const { by, standing = 'ordered', said } = done;
  if (options.json === true) context.out(jsonText({ service, by, standing, ...(said !== undefined && { said }) }));
  else context.out(printable(doneText(service, done, isOn, options)));
}

function doneText(service: string, { by, standing, said }: Done, isOn: boolean, { keep, stage }: Options): string {
  const look = `sluice maintenance status ${service} --stage ${stage}`;
  if (standing === 'up') {
    const trouble = said === undefined ? '' : ` It differs from the spec: ${said}.`;
    const end = keep === true ? 'It stays until: ' : 'It ends by itself once all targets stay healthy, or with: ';
    return `Users of ${service} get the maintenance page, by order of ${by}. Every node of the load balancer shows it within about 10 s.${trouble} ${end}sluice maintenance off ${service} --stage ${stage}`;
  }
  if (standing === 'down') {
    return isOn
      ? `The maintenance page of ${service} went up and is down again. See why with: ${look}`
      : `Users of ${service} reach it again, by order of ${by}. Every node of the load balancer follows within about 10 s.`;
  }
  const why = said === undefined ? '' : ` (${said})`;
  return `The order is recorded, but the maintenance page of ${service} is not ${isOn ? 'up' : 'down'} yet${why}. It is tried again within five minutes, or at once with the same command. See how far it is with: ${look}`;
}

async function status(service: string, options: Options, context: CliContext): Promise<void> {
  const { store } = await context.connect(options);
  const [stored, applied] = await Promise.all([store.maintenance(service), store.spec(service)]);
  if (applied === undefined && stored === undefined) {
    throw new CliFailure(
      `No spec is applied for service "${service}" in stage ${options.stage}. See which services there are: sluice list --stage ${options.stage}`,
    );
  }
  if (options.json === true) {
    context.out(jsonText({ service, ...(stored?.record ?? { wanted: 'off', standing: 'down' }) }));
    return;
  }
  const { endAfterSeconds } = maintenanceSettings(applied?.spec ?? {});
  for (const line of statusLines(service, stored?.record, endAfterSeconds, options.stage)) context.out(printable(line));
}

function statusLines(
  service: string,
  record: MaintenanceRecord | undefined,
  endAfterSeconds: number,
  stage: string,
): readonly string[] {
  if (record === undefined) return [`${service} is not in maintenance and never was.`];
  const who = `${deciderOf(record.by, record.by === 'Sluice' ? undefined : record.how, record)}: ${record.reason}`;
  if (record.wanted === 'off') {
    const rules = record.standing === 'down' ? '' : ' One more check looks for rules that came late.';
    return [`${service} has not been in maintenance since ${record.at}, by ${who}.${rules}`];
  }
  const since = record.since ?? record.at;
  const status =
    record.standing === 'up' ? `in maintenance since ${since}` : `about to be in maintenance, ordered at ${record.at}`;
  const healthy =
    record.healthySince === undefined
      ? 'not all targets are healthy'
      : `all targets are healthy since ${record.healthySince}`;
  const end =
    record.keep === true
      ? 'it stays until a person ends it'
      : `it ends by itself once they are for ${formatDuration(endAfterSeconds)}`;
  return [
    `${service} is ${status}, by ${who}.`,
    `  targets   ${healthy}; ${end}`,
    ...(record.trouble === undefined ? [] : [`  trouble   ${record.trouble}`]),
    `  end it    sluice maintenance off ${service} --stage ${stage}`,
  ];
}
