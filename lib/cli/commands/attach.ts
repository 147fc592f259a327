import { Command } from 'commander';
import { hasSameHooks } from '../../drivers/attachment.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { attachedSpec, differences } from '../attach/attached-spec.ts';
import { findAttachment, type FoundAttachment } from '../attach/found-attachment.ts';
import { hooksDiff } from '../attach/hooks-diff.ts';
import { replaceHooks } from '../attach/replace-hooks.ts';
import { hooksOf, specToAttach } from '../attach/write-spec.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { confirm } from '../confirm.ts';
import { jsonText } from '../json-text.ts';
import type { StoredSpec } from '../../ports/rollout-store.ts';
import { withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly cluster: string;
  readonly service: string;
  readonly container?: string;
  readonly repository?: string;
  readonly name?: string;
  readonly spec?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `sluice attach`: lets rollouts judge the deployments that a team's CI begins. First the spec, then the hooks. */
export function attachCommand(context: CliContext): Command {
  const command = new Command('attach')
    .description(
      'let rollouts judge the deployments of an ECS service that moves its traffic itself (driver ecs-native)',
    )
    .requiredOption('--cluster <name>', 'the ECS cluster')
    .requiredOption('--service <name>', 'the ECS service')
    .option(
      '--container <name>',
      'the container that gets new images; by default the one that the load balancer reaches',
    )
    .option('--repository <name>', "the ECR repository of its images; by default that of the container's image")
    .option('--name <name>', 'what the service is called in rollouts; by default as its ECS service')
    .option('--spec <file>', 'where its spec is, or is written; by default rollouts/<name>.yml')
    .option('--yes', 'write without asking')
    .option('--json', 'print what was done, and what comes next, as JSON')
    .addHelpText(
      'after',
      '\nThe first run writes the spec. Once that is applied, the next run writes the pause hooks: a pause that nobody answers takes the deployment back at its time-out. Each run shows what it would write and asks. What is missing is named with what to change, and it exits with 1. sluice detach takes the hooks away again.\n\nExample:\n  sluice attach --cluster production --service web --region eu-west-1',
    );
  return withStackOptions(command).action((options: Options) => attach(options, context));
}

async function attach(options: Options, context: CliContext): Promise<void> {
  const look = await context.look({ region: options.region });
  const { cluster, service, container } = options;
  const found = await findAttachment({ cluster, service, container }, look);
  const stack = await context.connect(options);
  const inForce = await attachedSpec({ cluster, service }, stack);
  if (inForce === undefined) await specFirst(found, options, stack, context);
  else await thenHooks(found, inForce, options, context);
}

/** The command again, as its caller wrote it. */
function again({ cluster, service, stage, region }: Options): string {
  return `sluice attach --cluster ${cluster} --service ${service} --stage ${stage}${region === undefined ? '' : ` --region ${region}`}`;
}

async function specFirst(found: FoundAttachment, options: Options, stack: Stack, context: CliContext): Promise<void> {
  const { name, repository, spec: wanted, stage, region } = options;
  const { file, spec, text, notes } = await specToAttach(found, { name, repository, file: wanted }, stack, context);
  refuseDifferences(differences(spec, found.settings), file);
  const { minutes, before, after } = hooksOf(spec, found.settings);
  for (const note of notes) context.err(`note: ${printable(note)}`);
  if (text !== undefined) {
    for (const line of text.trimEnd().split('\n')) context.err(printable(`  ${line}`));
    showHooks(before, after, `Pause hooks that ${options.service} gets once this spec is applied:`, context);
    await confirm(printable(`The spec above is written to ${file}; nothing in AWS is changed.`), options.yes, context);
    if ((await context.writeFile(file, text, false)) === 'exists')
      throw new CliFailure(`${file} is there by now; nothing was written. Run the same again.`);
  }
  const where = `--stage ${stage}${region === undefined ? '' : ` --region ${region}`}`;
  const next = [`sluice lint ${file} --live`, `sluice apply ${file} ${where}`, again(options)];
  if (options.json === true) {
    const wrote = text === undefined ? [] : ['spec'];
    context.out(jsonText({ service: spec.service, file, wrote, minutes, hooks: { before, after }, notes, next }));
    return;
  }
  context.out(
    printable(`${file}: the spec of ${spec.service}${text === undefined ? ', which is not applied yet' : ''}.`),
  );
  context.out(printable(`No hook is written before it is applied. Next: ${next.join('; then ')}`));
}

async function thenHooks(
  found: FoundAttachment,
  { spec, version }: StoredSpec,
  options: Options,
  context: CliContext,
): Promise<void> {
  refuseDifferences(differences(spec, found.settings), `the spec of ${spec.service} in stage ${options.stage}`);
  const { minutes, before, after } = hooksOf(spec, found.settings);
  const isDone = hasSameHooks(before, after);
  if (!isDone) {
    showHooks(before, after, `Lifecycle hooks of ECS service ${options.service}:`, context);
    const what = `The hooks of ECS service ${options.service} are written; that starts no deployment.`;
    await confirm(printable(what), options.yes, context);
    await replaceHooks(options, before, after, context);
  }
  if (options.json === true) {
    const wrote = isDone ? [] : ['hooks'];
    context.out(
      jsonText({ service: spec.service, version, wrote, minutes, hooks: { before, after }, notes: [], next: [] }),
    );
    return;
  }
  context.out(
    printable(
      isDone
        ? `Nothing to do: the deployments of ECS service ${options.service} wait for rollouts of ${spec.service} (spec version ${version}).`
        : `The next deployment of ECS service ${options.service} starts a rollout of ${spec.service}. Write the same hooks into your infrastructure code: its next apply would take them away.`,
    ),
  );
}

function refuseDifferences(found: readonly { readonly message: string }[], what: string): void {
  if (found.length === 0) return;
  throw new CliFailure(
    printable(
      `${what} does not fit the ECS service; nothing was written: ${found.map(({ message }) => message).join('. ')}. Correct and apply the spec, then run sluice attach again.`,
    ),
  );
}

function showHooks(
  before: Parameters<typeof hooksDiff>[0],
  after: Parameters<typeof hooksDiff>[0],
  title: string,
  { err }: CliContext,
): void {
  err(printable(title));
  for (const line of hooksDiff(before, after)) err(printable(`  ${line}`));
}
