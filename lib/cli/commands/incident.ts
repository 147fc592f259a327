import { createHash } from 'node:crypto';
import { Command, InvalidArgumentError, type Option } from 'commander';
import { type IncidentDeed, longestSaid } from '../../ports/incident-orders.ts';
import { incidentLevels, type IncidentLevel } from '../../specification/incident.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { callerNames } from '../caller-names.ts';
import { choiceOption } from '../choice-option.ts';
import type { CliContext, StackOptions } from '../cli-context.ts';
import { haveDone } from '../have-done.ts';
import { incidentReportCommand } from '../incident/report-command.ts';
import { incidentStatusCommand, showDrafts } from '../incident/status-command.ts';
import { jsonText } from '../json-text.ts';
import { asOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly as?: string;
  readonly json?: boolean;
}

/** `sluice incident`: leads people through an incident of a service. */
export function incidentCommand(context: CliContext): Command {
  return new Command('incident')
    .description('lead people through an incident: command, timeline, status updates, report')
    .addCommand(openCommand(context))
    .addCommand(takeCommand(context))
    .addCommand(noteCommand(context))
    .addCommand(updateCommand(context))
    .addCommand(incidentStatusCommand(context))
    .addCommand(closeCommand(context))
    .addCommand(incidentReportCommand(context));
}

function saidOption(text: string): string {
  if (text.trim() !== '' && text.length <= longestSaid) return text;
  throw new InvalidArgumentError(`Expected a text of up to ${longestSaid} characters.`);
}

function severityOption(): Option {
  return choiceOption(
    '--severity <level>',
    'P0 nobody is served, P1 many users are hit, P2 some are, P3 few notice',
    incidentLevels,
  );
}

function common(command: Command): Command {
  return withStackOptions(
    command
      .addOption(asOption('who says so, for the record; AWS verifies the principal that calls'))
      .option('--json', 'print what was done as JSON'),
  );
}

/** Has the stack do it, and says what became of it. */
async function order(service: string, deed: IncidentDeed, options: Options, context: CliContext): Promise<void> {
  const stack = await context.connect(options);
  const names = callerNames(options, context);
  const {
    by,
    said = '',
    number,
  } = await haveDone({ command: 'incident', service, deed: { ...deed }, ...names }, stack);
  if (options.json === true) context.out(jsonText({ service, by, number, said }));
  else context.out(printable(said));
}

/** Names an order, so that one that is sent twice counts once. */
function keyOf({ now }: CliContext, text: string): string {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${String(now().getTime())}-${digest}`;
}

function openCommand(context: CliContext): Command {
  const command = new Command('open')
    .description('open an incident, or open the one of the last day again; people are paged for P0 and P1')
    .argument('<service>', 'the service', recordName)
    .addOption(severityOption().default('P1'))
    .addOption(reasonOption(true))
    .addHelpText('after', "\nExample:\n  sluice incident open web --severity P1 --reason 'logins fail'");
  return common(command).action(
    (service: string, options: Options & { readonly severity: IncidentLevel; readonly reason: string }) =>
      order(
        service,
        { wanted: 'open', level: options.severity, reason: options.reason, cause: 'person' },
        options,
        context,
      ),
  );
}

function takeCommand(context: CliContext): Command {
  const command = new Command('take')
    .description('take command of an incident, or hand it to somebody')
    .argument('<service>', 'the service', recordName)
    .option('--to <name>', 'who commands it from now on; by default you', saidOption)
    .addHelpText('after', '\nExamples:\n  sluice incident take web\n  sluice incident take web --to Ben');
  return common(command).action((service: string, options: Options & { readonly to?: string }) =>
    order(service, { wanted: 'take', ...(options.to !== undefined && { to: options.to }) }, options, context),
  );
}

function noteCommand(context: CliContext): Command {
  const command = new Command('note')
    .description('write something into the timeline of an incident')
    .argument('<service>', 'the service', recordName)
    .argument('<text>', 'what happened, or what was found out', saidOption)
    .option('--follow-up', 'it has to be done afterwards: a box to tick in the report')
    .addHelpText('after', "\nExample:\n  sluice incident note web 'the pool of connections is full'");
  return common(command).action((service: string, text: string, options: Options & { readonly followUp?: true }) =>
    order(
      service,
      { wanted: 'note', key: keyOf(context, text), text, ...(options.followUp === true && { followUp: true }) },
      options,
      context,
    ),
  );
}

interface UpdateOptions extends Options {
  readonly text?: string;
  readonly severity?: IncidentLevel;
  readonly restored?: true;
}

function updateCommand(context: CliContext): Command {
  const command = new Command('update')
    .description('say how an incident stands, to everybody who hears of it; without --text it prints drafts')
    .argument('<service>', 'the service', recordName)
    .option('--text <text>', 'what people read, outside of the team as well', saidOption)
    .addOption(severityOption())
    .option('--restored', 'users are served again')
    .addHelpText(
      'after',
      "\nExample:\n  sluice incident update web --text 'Logins work again. We watch it.' --restored",
    );
  return common(command).action((service: string, options: UpdateOptions) => {
    const { text, severity, restored } = options;
    if (text === undefined) return showDrafts(service, options, context);
    const changes = { ...(severity && { level: severity }), ...(restored === true && { restored }) };
    return order(service, { wanted: 'update', key: keyOf(context, text), text, ...changes }, options, context);
  });
}

function closeCommand(context: CliContext): Command {
  const command = new Command('close')
    .description('close an incident: its alerts are resolved; within a day it is opened again where it comes back')
    .argument('<service>', 'the service', recordName)
    .addOption(reasonOption(true))
    .addHelpText('after', "\nExample:\n  sluice incident close web --reason 'the pool is larger now'");
  return common(command).action((service: string, options: Options & { readonly reason: string }) =>
    order(service, { wanted: 'close', reason: options.reason }, options, context),
  );
}
