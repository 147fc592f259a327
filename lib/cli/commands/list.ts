import { Command } from 'commander';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { table } from '../rollout-view.ts';
import { positiveInteger, recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface Options extends StackOptions {
  readonly limit: number;
  readonly json?: boolean;
}

/** `sluice list <service>`: its rollouts, newest first. */
export function listCommand(context: CliContext): Command {
  const command = new Command('list')
    .description("list a service's rollouts, newest first")
    .argument('<service>', 'the service, as its spec names it', recordName)
    .option('--limit <number>', 'how many at most', positiveInteger, 20)
    .option('--json', 'print them as a JSON array');
  return withStackOptions(command).action(async (service: string, options: Options) => {
    const { store } = await context.connect(options);
    const rollouts = await store.list(service, options.limit);
    if (rollouts.length === 0 && (await store.spec(service)) === undefined) {
      throw new CliFailure(
        `Stage ${options.stage} knows no service "${service}". Check the name and --stage, or apply its spec with: sluice apply <file> --stage ${options.stage}`,
      );
    }
    if (options.json) {
      context.out(jsonText(rollouts));
      return;
    }
    const rows = rollouts.map(({ rolloutId, phase, image, openedAt }) => [rolloutId, phase, image, openedAt]);
    for (const line of table([['ROLLOUT', 'PHASE', 'IMAGE', 'OPENED'], ...rows])) context.out(line);
  });
}
