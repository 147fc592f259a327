import { Command } from 'commander';
import * as z from 'zod';
import type { Executions } from '../../ports/executions.ts';
import { reconcile } from '../../usecases/opening/reconcile.ts';
import type { CliContext, Stack, StackOptions } from '../cli-context.ts';
import { callerNames } from '../caller-names.ts';
import { haveDone, startedArn } from '../have-done.ts';
import { table } from '../rollout-view.ts';
import { withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface Options extends StackOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const found = z.object({ service: z.string(), image: z.string() });

/** Has the deployed stack start what was found; a name that is used is an answer, not an error. */
function executionsOf(stack: Stack, context: CliContext): Pick<Executions, 'start'> {
  return {
    async start(execution, input) {
      const { service, image } = found.parse(input);
      const request = { command: 'reconcile', service, image, execution, ...callerNames({}, context) } as const;
      const done = await haveDone(request, stack);
      return { executionArn: startedArn(done), alreadyStarted: done.joined === true };
    },
  };
}

/** `sluice reconcile [service...]`: finds pushed images that no rollout knows, and starts them. Exit code 1 where it had to refuse one. */
export function reconcileCommand(context: CliContext): Command {
  const command = new Command('reconcile')
    .description('find pushed images that no rollout knows, and start a rollout for the newest of each service')
    .argument('[service...]', 'services, as their specs name them; by default all that have a spec')
    .option('--dry-run', 'say what would be started, start nothing')
    .option('--json', 'print what was found as a JSON array')
    .addHelpText('after', '\nExample:\n  sluice reconcile --dry-run');
  return withStackOptions(command).action(async (services: string[], options: Options) => {
    const stack = await context.connect(options);
    const [slots, registry] = await Promise.all([stack.slots(), stack.registry()]);
    const found = await reconcile(
      { services, dryRun: options.dryRun ?? false },
      { ...slots, registry, store: stack.store, executions: executionsOf(stack, context) },
    );
    if (options.json) context.out(jsonText(found));
    else {
      const rows = found.map(({ service, outcome, image = '-', reason }) => [service, outcome, image, reason]);
      for (const line of table([['SERVICE', 'OUTCOME', 'IMAGE', 'REASON'], ...rows])) context.out(line);
    }
    if (found.some(({ outcome }) => outcome === 'refused')) context.exitWith(1);
  });
}
