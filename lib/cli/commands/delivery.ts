import { Command, InvalidArgumentError, Option } from 'commander';
import { deliveryFigures } from '../../report/delivery.ts';
import { deliveryCsv, deliveryRows } from '../../report/delivery-rows.ts';
import { readDelivery } from '../../report/read-delivery.ts';
import type { CliContext, StackOptions } from '../cli-context.ts';
import { notFound } from '../find-rollout.ts';
import { jsonText } from '../json-text.ts';
import { table } from '../rollout-view.ts';
import { recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly since?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Months that are shown by default, the one under way among them. */
const defaultMonths = 6;

function month(text: string): string {
  if (/^20\d\d-(?:0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError('Expected a month, such as 2026-03.');
}

/** `sluice delivery [service]`: how often, how fast and how well versions reach users, by month. */
export function deliveryCommand(context: CliContext): Command {
  const command = new Command('delivery')
    .description('show how often, how fast and how well versions reach users, by service and month')
    .argument('[service]', 'a service, as its spec names it; without it all of them', recordName)
    .addOption(new Option('--since <month>', 'the first month, such as 2026-01').argParser(month))
    .addOption(new Option('--csv', 'as CSV; times in seconds, the rate as 0..1').conflicts(['json']))
    .option('--json', 'as a JSON array')
    .addHelpText('after', '\nExamples:\n  sluice delivery\n  sluice delivery web --since 2026-01 --csv > delivery.csv');
  return withStackOptions(command).action(async (service: string | undefined, options: Options) => {
    const stack = await context.connect(options);
    const now = context.now();
    const since = options.since ?? monthsBefore(now, defaultMonths - 1);
    const { rollouts, missing } = await readDelivery(stack.store, service, since);
    const isUnknown = service !== undefined && rollouts.length === 0 && (await stack.store.spec(service)) === undefined;
    if (isUnknown) throw await notFound(stack, service, options.stage);
    const figures = deliveryFigures(rollouts, since, now);
    for (const what of missing) context.err(what);
    if (options.json === true) context.out(jsonText(figures));
    else if (options.csv === true) for (const line of deliveryCsv(figures)) context.out(line);
    else if (figures.length === 0) context.err(`No rollout has ended since ${since}.`);
    else for (const line of table(deliveryRows(figures))) context.out(line);
  });
}

function monthsBefore(now: Date, months: number): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1)).toISOString().slice(0, 7);
}
