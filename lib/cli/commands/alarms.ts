import { counted } from '../../specification/text/counted.ts';
import { Command, InvalidArgumentError } from 'commander';
import { printable } from '../../specification/text/plain-text.ts';
import type { NotifyingAlarm } from '../alarms/alarm-admin.ts';
import { type AlarmChanges, alarmChanges } from '../alarms/alarm-changes.ts';
import { alarmPrefix, type Beside, metricsIn, monthlyPrice, serviceAlarms } from '../alarms/service-alarms.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { serviceDashboard } from '../alarms/service-dashboard.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { confirm } from '../confirm.ts';
import { jsonText } from '../json-text.ts';
import { table } from '../rollout-view.ts';
import { recordName, withStackOptions } from '../stack-options.ts';
import { messageOf } from '../../specification/text/message-of.ts';

interface Options extends StackOptions, Beside {
  readonly notify?: readonly string[];
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `sluice alarms`: the set of CloudWatch alarms of a service, made on demand and with the caller's own rights. */
export function alarmsCommand(context: CliContext): Command {
  return new Command('alarms')
    .description('plan, make or remove the standing CloudWatch alarms of a service, with what they cost a month')
    .addCommand(changing('plan', 'show which alarms a service would get, and what they cost; changes nothing', context))
    .addCommand(changing('apply', 'make the alarms, and remove those that are no longer of the set', context))
    .addCommand(removeCommand(context))
    .addCommand(dashboardCommand(context))
    .addHelpText(
      'after',
      '\nExamples:\n  sluice alarms plan web\n  sluice alarms apply web\n  sluice alarms remove web',
    );
}

function changing(verb: 'plan' | 'apply', description: string, context: CliContext): Command {
  const command = new Command(verb)
    .description(description)
    .argument('<service>', 'the service, as its spec names it', recordName)
    .option('--notify <topic...>', 'ARNs of the SNS topics that alarms over both slots notify', topics)
    .option('--queue <name>', 'also watch the backlog of this SQS queue', awsName)
    .option('--backlog <messages>', 'how many messages may wait in it (1000 without it)', wholeNumber)
    .option('--cache <id>', 'also watch the hits of this ElastiCache node', awsName)
    .option('--database <id>', 'also watch the free storage of this RDS instance', awsName)
    .option('--json', 'print the alarms and the changes as JSON');
  if (verb === 'apply') command.option('--yes', 'make them without asking');
  command.addHelpText(
    'after',
    `\nAlarms of one slot notify nobody: named in \`alarms\` of the spec they roll a rollout back while their slot is green.\n\nExample:\n  sluice alarms ${verb} web --notify arn:aws:sns:eu-west-1:111122223333:on-call`,
  );
  return withStackOptions(command).action((service: string, options: Options) => set(verb, service, options, context));
}

function removeCommand(context: CliContext): Command {
  const command = new Command('remove')
    .description('remove the alarms that sluice alarms apply has made for a service')
    .argument('<service>', 'the service', recordName)
    .option('--yes', 'remove them without asking')
    .option('--json', 'print their names as JSON')
    .addHelpText('after', '\nExample:\n  sluice alarms remove web');
  return withStackOptions(command).action((service: string, options: Options) => remove(service, options, context));
}

function dashboardCommand(context: CliContext): Command {
  const command = new Command('dashboard')
    .description('print a CloudWatch dashboard of a service: both slots, limits, and its last rollouts')
    .argument('<service>', 'the service', recordName)
    .addHelpText(
      'after',
      '\nMakes nothing. A dashboard costs $3 a month beyond the first three of an account.\n\nExample:\n  sluice alarms dashboard web > web.json\n  aws cloudwatch put-dashboard --dashboard-name web --dashboard-body file://web.json',
    );
  return withStackOptions(command).action(async (service: string, options: Options) => {
    const { store } = await context.connect(options);
    const spec = await appliedSpec(service, options, store);
    const rollouts = await store.list(service, mostRollouts);
    const marks = rollouts.map(({ openedAt, image, phase }) => ({
      at: openedAt,
      label: printable(`${image} ${phase}`),
    }));
    context.out(jsonText(wantedOf(() => serviceDashboard(spec, marks))));
  });
}

/** As many rollouts stand on a dashboard. */
const mostRollouts = 20;

async function appliedSpec(
  service: string,
  { stage }: StackOptions,
  store: Pick<Stack['store'], 'spec'>,
): Promise<RolloutSpec> {
  const applied = await store.spec(service);
  if (applied !== undefined) return applied.spec;
  throw new CliFailure(
    `Stage ${stage} has no spec of a service "${service}". Check the name and --stage, or apply one with: sluice apply <file> --stage ${stage}`,
  );
}

async function set(verb: 'plan' | 'apply', service: string, options: Options, context: CliContext): Promise<void> {
  const { store } = await context.connect(options);
  const spec = await appliedSpec(service, options, store);
  const { notify = [], stage } = options;
  const wanted = wantedOf(() => serviceAlarms(stage, spec, options)).map((alarm): NotifyingAlarm => ({
    ...alarm,
    notifies: alarm.slot === undefined ? notify : [],
  }));
  const admin = await context.alarms(options);
  const changes = alarmChanges(wanted, await admin.existing(alarmPrefix(stage, service)));
  const monthly = Number(monthlyPrice(wanted).toFixed(2));
  if (options.json === true && verb === 'plan') {
    context.out(jsonText({ ...changes, monthly }));
    return;
  }
  const print = options.json === true ? context.err : context.out;
  for (const line of linesOf(changes, monthly)) print(line);
  if (notify.length === 0) context.err('note: nobody is notified. Name a topic with --notify.');
  if (verb === 'plan') return;
  const count = changes.create.length + changes.change.length + changes.remove.length;
  if (count > 0) {
    await confirm(
      `${counted(count, 'alarm')} of ${printable(service)} will be changed in CloudWatch.`,
      options.yes,
      context,
    );
    const tags = { 'sluice:service': service, 'sluice:stage': stage };
    for (const alarm of [...changes.create, ...changes.change]) await admin.put(alarm, tags);
    await admin.remove(changes.remove);
  }
  if (options.json === true) context.out(jsonText({ ...changes, monthly }));
  else for (const line of whatNext(wanted, spec.alarms)) context.out(line);
}

/** What a spec does not allow is for the person who runs the command. */
function wantedOf<Answer>(make: () => Answer): Answer {
  try {
    return make();
  } catch (error) {
    throw new CliFailure(messageOf(error));
  }
}

function linesOf({ create, change, same, remove: gone }: AlarmChanges, monthly: number): readonly string[] {
  const row = (what: string) => (alarm: NotifyingAlarm) => [
    what,
    alarm.name,
    alarm.slot === undefined ? (alarm.notifies.length === 0 ? 'nobody' : 'notifies') : 'rolls back',
    String(metricsIn(alarm)),
    `$${monthlyPrice([alarm]).toFixed(2)}`,
    alarm.description,
  ];
  return [
    ...table([
      ['CHANGE', 'ALARM', 'WHEN IT RINGS', 'METRICS', 'A MONTH', 'MEANS'],
      ...create.map(row('create')),
      ...change.map(row('change')),
      ...same.map(row('none')),
      ...gone.map((name) => ['remove', printable(name), '', '', '', '']),
    ]),
    '',
    `$${monthly.toFixed(2)} a month at the list price of us-east-1, on your bill of CloudWatch.`,
  ];
}

function whatNext(wanted: readonly NotifyingAlarm[], named: readonly string[]): readonly string[] {
  const lacking = wanted.filter(({ name, slot }) => slot !== undefined && !named.includes(name));
  if (lacking.length === 0) return ['', 'The spec names all alarms that roll back.'];
  return [
    '',
    'To have rollouts go back by them, add to the spec, and apply it:',
    'alarms:',
    ...lacking.map(({ name }) => `  - ${name}`),
  ];
}

async function remove(service: string, options: Options, context: CliContext): Promise<void> {
  const admin = await context.alarms(options);
  const names = (await admin.existing(alarmPrefix(options.stage, service))).map(({ name }) => name);
  if (names.length > 0) {
    for (const name of names) context.err(printable(`  ${name}`));
    await confirm(`${counted(names.length, 'alarm')} of ${printable(service)} will be removed.`, options.yes, context);
    await admin.remove(names);
  }
  if (options.json === true) context.out(jsonText({ removed: names }));
  else
    context.out(
      names.length === 0
        ? printable(`There are no alarms of ${service} in stage ${options.stage}.`)
        : `Removed ${counted(names.length, 'alarm')}. Take them out of \`alarms\` in the spec, too.`,
    );
}

function topics(text: string, before: readonly string[] | undefined): readonly string[] {
  if (!/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/.test(text))
    throw new InvalidArgumentError('Expected the ARN of an SNS topic.');
  return [...(before ?? []), text];
}

function awsName(text: string): string {
  if (/^[\w.-]{1,255}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected a name: letters, digits, ., _ and -.');
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number, 1 or more.');
}
