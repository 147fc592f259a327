import { Command } from 'commander';
import { hasSameHooks, hooksWithoutRollouts } from '../../drivers/attachment.ts';
import type { DeploymentSettings } from '../../drivers/deployment-settings.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { hooksDiff } from '../attach/hooks-diff.ts';
import { replaceHooks } from '../attach/replace-hooks.ts';
import type { CliContext } from '../cli-context.ts';
import { confirm } from '../confirm.ts';
import { activeService } from '../init/active-service.ts';
import { jsonText } from '../json-text.ts';
import { withRegion } from '../stack-options.ts';

interface Options {
  readonly cluster: string;
  readonly service: string;
  readonly region?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `sluice detach`: undoes `sluice attach`. Needs nothing of the stack. */
export function detachCommand(context: CliContext): Command {
  const command = new Command('detach')
    .description('remove the pause hooks at which the deployments of an ECS service wait for rollouts')
    .requiredOption('--cluster <name>', 'the ECS cluster')
    .requiredOption('--service <name>', 'the ECS service')
    .option('--yes', 'write without asking')
    .option('--json', 'print what was done as JSON')
    .addHelpText(
      'after',
      '\nHooks at other stages, and hooks that call functions, stay. A deployment that is under way keeps its pauses, and its rollout goes on. The spec stays applied, and starts nothing any more.\n\nExample:\n  sluice detach --cluster production --service web --region eu-west-1',
    );
  return withRegion(command).action((options: Options) => detach(options, context));
}

async function detach(options: Options, context: CliContext): Promise<void> {
  const { cluster, service, region } = options;
  const look = await context.look({ region });
  const { deploys } = await activeService(cluster, service, look);
  const before = deploys?.hooks ?? [];
  const after = hooksWithoutRollouts(before);
  const isDone = hasSameHooks(before, after);
  const warning = deploys === undefined ? undefined : whatFollows(deploys);
  if (!isDone) {
    context.err(printable(`Lifecycle hooks of ECS service ${service}:`));
    for (const line of hooksDiff(before, after)) context.err(printable(`  ${line}`));
    if (warning !== undefined) context.err(`note: ${warning}`);
    const what = `The hooks of ECS service ${service} are written; that starts no deployment.`;
    await confirm(printable(what), options.yes, context);
    await replaceHooks(options, before, after, context);
  }
  if (options.json === true) {
    context.out(jsonText({ cluster, service, wrote: isDone ? [] : ['hooks'], hooks: { before, after } }));
    return;
  }
  context.out(
    printable(
      isDone
        ? `Nothing to do: no deployment of ECS service ${service} waits for a rollout.`
        : `Later deployments of ECS service ${service} wait for no rollout. Take the hooks out of your infrastructure code, too. Attach it again with: sluice attach --cluster ${cluster} --service ${service}${region === undefined ? '' : ` --region ${region}`}`,
    ),
  );
}

function whatFollows({ strategy, stepPercent, stepBakeMinutes }: DeploymentSettings): string | undefined {
  if (strategy === 'ROLLING' || (stepPercent < 100 && stepBakeMinutes > 0)) return undefined;
  return `without the pauses ECS gives a new version all traffic without a wait between (strategy ${strategy}, ${stepBakeMinutes} minutes a step)`;
}
