import { Command } from 'commander';
import { readServices, type ServiceRow } from '../../view/service-row.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { table } from '../rollout-view.ts';
import { positiveInteger, recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';
import { fitted, painted } from '../terminal/line.ts';
import { readable } from '../terminal/readable.ts';
import { serviceLines } from '../watch/service-lines.ts';

interface Options extends StackOptions {
  readonly limit: number;
  readonly json?: boolean;
}

/** `sluice list [service]`: every service with what serves and what runs; of one service its rollouts, newest first. */
export function listCommand(context: CliContext): Command {
  const command = new Command('list')
    .description("list services with what serves and what runs, or one service's rollouts, newest first")
    .argument('[service]', 'a service, as its spec names it, whose rollouts are listed', recordName)
    .option('--limit <number>', 'how many rollouts at most', positiveInteger, 20)
    .option('--json', 'print them as a JSON array');
  return withStackOptions(command).action(async (service: string | undefined, options: Options) => {
    const { store } = await context.connect(options);
    if (service === undefined) {
      listServices(await readServices(store), options, context);
      return;
    }
    const rollouts = await store.list(service, options.limit);
    if (rollouts.length === 0 && (await store.spec(service)) === undefined) {
      throw new CliFailure(
        `Stage ${options.stage} knows no service "${service}". Check the name and --stage, or apply its spec with: sluice apply <file> --stage ${options.stage}`,
      );
    }
    if (options.json) {
      context.out(jsonText(rollouts.map(({ runs: _, ...shown }) => shown)));
      return;
    }
    const rows = rollouts.map(({ rolloutId, phase, image, openedAt, drill }) =>
      [rolloutId, drill === undefined ? phase : `${phase} (drill)`, image, openedAt].map((cell) =>
        readable(cell, context.timeZone()),
      ),
    );
    for (const line of table([['ROLLOUT', 'PHASE', 'IMAGE', 'OPENED'], ...rows])) context.out(line);
  });
}

function listServices(rows: readonly ServiceRow[], { json, stage }: Options, context: CliContext): void {
  if (json) {
    context.out(jsonText(rows));
    return;
  }
  if (rows.length === 0) {
    context.err(`Stage ${stage} has no service yet. Apply a spec with: sluice apply <file> --stage ${stage}`);
    return;
  }
  const { terminal, timeZone, paint, out } = context;
  const columns = terminal?.columns ?? Number.POSITIVE_INFINITY;
  for (const line of serviceLines(rows, timeZone())) out(painted(fitted(line, columns), paint));
}
