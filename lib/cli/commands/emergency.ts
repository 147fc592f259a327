import { Command, InvalidArgumentError } from 'commander';
import { nearName } from '../../specification/near-name.ts';
import type { EmergencyRecord } from '../../ports/emergencies.ts';
import { deciderOf } from '../../rollout/decider.ts';
import { type EmergencyPart, emergencyParts } from '../../specification/emergency.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { callerNames } from '../caller-names.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { haveDone } from '../have-done.ts';
import { jsonText } from '../json-text.ts';
import { asOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly as?: string;
  readonly reason: string;
  readonly parts?: readonly EmergencyPart[];
  readonly json?: boolean;
}

/** `sluice emergency`: brings a service back that no side of it can serve. */
export function emergencyCommand(context: CliContext): Command {
  return new Command('emergency')
    .description(
      'bring back a service that neither side can serve: capacity, last known good version, maintenance page',
    )
    .addCommand(startCommand(context))
    .addCommand(statusCommand(context))
    .addCommand(takeCommand(context))
    .addCommand(endCommand(context));
}

function partsOption(text: string): readonly EmergencyPart[] {
  const named = text.split(',').map((part) => part.trim());
  const known = emergencyParts.filter((part) => named.includes(part));
  const wrong = named.find((part) => !emergencyParts.some((one) => one === part));
  if (wrong === undefined && known.length > 0) return known;
  const near = nearName(wrong ?? '', emergencyParts);
  const meant = near === undefined ? '.' : `; did you mean ${near}?`;
  throw new InvalidArgumentError(`expected some of ${emergencyParts.join(', ')}, with commas between${meant}`);
}

function startCommand(context: CliContext): Command {
  const command = new Command('start')
    .description('declare an emergency: it goes on until users are served, a person ends it, or its time is over')
    .argument('<service>', 'the service', recordName)
    .option('--parts <list>', `only these of ${emergencyParts.join(',')}; by default those of the spec`, partsOption)
    .addOption(asOption('who says so, for the record; AWS verifies the principal that calls'))
    .addOption(reasonOption(true))
    .option('--json', 'print what was done as JSON')
    .addHelpText(
      'after',
      "\nIt goes by the health of targets. Where a healthy version is wrong: sluice rollback <service> --to last-known-good\n\nExample:\n  sluice emergency start web --reason 'both versions are down'",
    );
  return withStackOptions(command).action((service: string, options: Options) => start(service, options, context));
}

async function start(service: string, options: Options, context: CliContext): Promise<void> {
  const stack = await context.connect(options);
  const { reason, parts, stage } = options;
  const named = parts === undefined ? {} : { parts: [...parts] };
  const request = { command: 'emergencyBegin', service, reason, ...named, ...callerNames(options, context) } as const;
  const { by, execution, joined = false } = await haveDone(request, stack);
  if (options.json === true) {
    context.out(jsonText({ service, by, execution, joined }));
    return;
  }
  const what = joined
    ? `${service} is in an emergency already: this command changed nothing.`
    : `The emergency of ${service} has begun, declared by ${by}.`;
  context.out(printable(`${what} See it with: sluice emergency status ${service} --stage ${stage}`));
}

function endCommand(context: CliContext): Command {
  const command = new Command('end')
    .description('end an emergency: a rollout that it started and a page that is up stay as they are')
    .argument('<service>', 'the service', recordName)
    .addOption(asOption('who says so, for the record; AWS verifies the principal that calls'))
    .addOption(reasonOption(true))
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', "\nExample:\n  sluice emergency end web --reason 'mended by hand'");
  return withStackOptions(command).action((service: string, options: Options) => end(service, options, context));
}

async function end(service: string, options: Options, context: CliContext): Promise<void> {
  const stack = await context.connect(options);
  const { reason, stage } = options;
  const { by } = await haveDone({ command: 'emergencyEnd', service, reason, ...callerNames(options, context) }, stack);
  const page = await stack.store.maintenance(service);
  const isPageUp = page?.record.wanted === 'on';
  if (options.json === true) {
    context.out(jsonText({ service, by, maintenance: isPageUp ? 'on' : 'off' }));
    return;
  }
  const left = isPageUp
    ? ` Users still get the maintenance page. Take it down with: sluice maintenance off ${service} --stage ${stage} --reason "…"`
    : '';
  context.out(printable(`${by} has ended the emergency of ${service}.${left}`));
}

function takeCommand(context: CliContext): Command {
  const command = new Command('take')
    .description('take an emergency over: its reminders end, the emergency goes on')
    .argument('<service>', 'the service', recordName)
    .addOption(asOption('who takes it, for the record; AWS verifies the principal that calls'))
    .option('--json', 'print what was taken as JSON')
    .addHelpText('after', '\nExample:\n  sluice emergency take web --as Ana');
  return withStackOptions(command).action(async (service: string, options: Options) => {
    const stack = await context.connect(options);
    const stored = await stack.emergencies.emergency(service);
    if (stored?.record.standing !== 'wanted') throw new CliFailure(nothingGoesOn(service, options.stage));
    const rollout = stored.record.toldIn;
    const { by, taken = [] } = await haveDone({ command: 'take', rollout, ...callerNames(options, context) }, stack);
    if (options.json === true) context.out(jsonText({ service, by, taken }));
    else
      context.out(
        printable(`${by} has taken the emergency of ${service}: its reminders have ended, the emergency goes on.`),
      );
  });
}

function nothingGoesOn(service: string, stage: string): string {
  return `${service} is in no emergency in stage ${stage}. Start one with: sluice emergency start ${service} --stage ${stage} --reason "…"`;
}

function statusCommand(context: CliContext): Command {
  const command = new Command('status')
    .description('show whether an emergency goes on, what it has done, and what it waits for')
    .argument('<service>', 'the service', recordName)
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  sluice emergency status web');
  return withStackOptions(command).action(async (service: string, options: Options) => {
    const { emergencies, store } = await context.connect(options);
    const [stored, applied] = await Promise.all([emergencies.emergency(service), store.spec(service)]);
    if (applied === undefined && stored === undefined)
      throw new CliFailure(
        `No spec is applied for service "${service}" in stage ${options.stage}. See which services there are: sluice list --stage ${options.stage}`,
      );
    if (options.json === true) {
      context.out(jsonText({ service, ...(stored?.record ?? { standing: 'over' }) }));
      return;
    }
    for (const line of statusLines(service, stored?.record, options.stage)) context.out(printable(line));
  });
}

function statusLines(service: string, record: EmergencyRecord | undefined, stage: string): readonly string[] {
  if (record === undefined) return [`${service} is in no emergency and never was in one.`];
  const {
    by,
    how,
    reason,
    since,
    until,
    attempts,
    capacityAt,
    pageAt,
    parts,
    waitsFor = 'its first evaluation',
    ended,
  } = record;
  const did = [
    ...(capacityAt === undefined ? [] : [`  capacity  raised at ${capacityAt}`]),
    ...attempts.map(
      ({ digest, at, outcome = 'under way', reason: why }) =>
        `  version   ${digest}, since ${at}: ${outcome === 'notOpened' ? 'not brought back' : outcome}${why === undefined ? '' : ` (${why})`}`,
    ),
    ...(pageAt === undefined
      ? []
      : [`  page      ordered at ${pageAt}; see sluice maintenance status ${service} --stage ${stage}`]),
  ];
  const declared = `declared by ${deciderOf(by, how, record)}: ${reason}`;
  if (ended !== undefined)
    return [
      `${service} is in no emergency. The last one began at ${since}, ${declared}.`,
      ...did,
      `  ended     at ${ended.at} by ${deciderOf(ended.by, ended.how, ended)}: ${ended.reason}`,
    ];
  return [
    `${service} has been in an EMERGENCY since ${since}, ${declared}.`,
    `  parts     ${parts.join(', ')}`,
    ...did,
    `  now       ${waitsFor}`,
    `  ends      once users are served, at ${until}, or with: sluice emergency end ${service} --stage ${stage} --reason "…"`,
  ];
}
