import { isLikeProbe, similarStages, similarText } from '../../../serverless/stage-names.cjs';
import { counted } from '../../specification/text/counted.ts';
import { Command, InvalidArgumentError } from 'commander';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { confirm } from '../confirm.ts';
import { jsonText } from '../json-text.ts';
import { table } from '../rollout-view.ts';
import { deployStack, diffStack, isThere, type DeployRequest } from '../stack/deploy-stack.ts';
import { lostNames, narrows } from '../stack/lost-names.ts';
import { removeStack } from '../stack/remove-stack.ts';
import { countsOf } from '../stack/run-change.ts';
import type { StackChange, StackDeployment } from '../stack/stack-deployment.ts';
import type { ParameterValues } from '../stack/stack-template.ts';
import { whyNotRemove } from '../stack/why-not-remove.ts';
import { withStackOptions } from '../stack-options.ts';
import { messageOf } from '../../specification/text/message-of.ts';

interface JsonOption {
  readonly json?: boolean;
}
type DeployOptions = StackOptions &
  JsonOption & { readonly bucket?: string; readonly parameter: ParameterValues; readonly anyway?: boolean };
type RemoveOptions = StackOptions & JsonOption & { readonly yes?: boolean; readonly anyway?: boolean };

/** `sluice stack`: the stack that the package carries, without a clone. */
export function stackCommand(context: CliContext): Command {
  return new Command('stack')
    .description('deploy, compare, show or remove the stack that this package carries')
    .addCommand(deployCommand(context))
    .addCommand(diffCommand(context))
    .addCommand(statusCommand(context))
    .addCommand(removeCommand(context));
}

function requestOf({ stage, bucket, parameter }: DeployOptions): DeployRequest {
  if (!/^[a-z][a-z0-9-]{0,18}$/.test(stage)) {
    throw new CliFailure(
      `Stage "${stage}" cannot be deployed: names in AWS leave room for 19 lower-case letters, digits and hyphens, a letter first.`,
      2,
    );
  }
  if (isLikeProbe(stage)) {
    throw new CliFailure(
      `Stage "${stage}" cannot be deployed: its functions would be named like the probes of another stage.`,
      2,
    );
  }
  return { stage, bucket, parameters: parameter };
}

function parameter(text: string, before: ParameterValues): ParameterValues {
  const [, name, value] = /^([A-Za-z][A-Za-z0-9]*)=([^]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('Expected the name of a parameter and its value, such as Name=value.');
  return { ...before, [name]: value };
}

function withDeployOptions(command: Command): Command {
  return withStackOptions(command)
    .option(
      '--bucket <name>',
      "a bucket of the region for code and template; by default the stack's own, which it creates",
    )
    .option(
      '--parameter <name=value>',
      'a parameter of the stack; once for each. Others keep their value',
      parameter,
      {},
    )
    .option('--json', 'print the changes as a JSON array');
}

function deployCommand(context: CliContext): Command {
  const command = new Command('deploy')
    .description('create the stack of a stage, or bring it to the version of this package')
    .addHelpText(
      'after',
      '\nRollouts under way go on with the functions that they started with.\n\nExample:\n  sluice stack deploy --stage production --region eu-west-1',
    );
  command.option(
    '--anyway',
    'deploy without asking whether applied specs keep what they need, and whether another stage is named alike',
  );
  return withDeployOptions(command).action(async (options: DeployOptions) => {
    const packaged = await context.packagedStack();
    const deployment = await context.deployment(options);
    const changes = await deployStack(
      packaged,
      {
        ...requestOf(options),
        ...(options.anyway !== true && {
          allow: (values) => keepsNames(values, options, context),
          allowNew: () => standsApart(options.stage, deployment),
        }),
      },
      deployment,
      context,
    );
    if (options.json === true) context.out(jsonText(changes));
    else if (changes.length === 0) context.out(`Stack ${deployment.name} is up to date.`);
    else context.out(`Stack ${deployment.name} is deployed: ${counted(changes.length, 'resource')} changed.`);
  });
}

/** @throws CliFailure where the name of another stage begins like that of a new one, or where that could not be found out */
async function standsApart(stage: string, deployment: Pick<StackDeployment, 'stacks'>): Promise<void> {
  const anyway = 'To deploy all the same, add --anyway.';
  const stacks = await deployment.stacks().catch((error: unknown) => {
    throw new CliFailure(`Which other stages there are could not be found out (${messageOf(error)}). ${anyway}`);
  });
  const others = similarStages(stage, stacks);
  if (others.length > 0) throw new CliFailure(`${similarText(stage, others)} Choose another name. ${anyway}`);
}

/** @throws CliFailure where the stage could not change what its services need, or where that could not be found out */
async function keepsNames(values: ParameterValues, options: DeployOptions, context: CliContext): Promise<void> {
  if (!narrows(values)) return;
  const anyway = 'To deploy all the same, add --anyway.';
  let lost: readonly string[];
  try {
    const { store } = await context.connect(options);
    lost = await lostNames(values, store, () => context.look(options));
  } catch (error) {
    const why = messageOf(error);
    throw new CliFailure(
      `Whether applied specs of stage ${options.stage} keep what they need could not be found out (${why}). ${anyway}`,
    );
  }
  if (lost.length === 0) return;
  throw new CliFailure(
    `This deployment would take away what is needed: ${lost.join('; ')}. Add the names to the parameters, or apply specs that no longer need them. ${anyway}`,
  );
}

function diffCommand(context: CliContext): Command {
  const command = new Command('diff').description('show what deploy would change; changes nothing of the stack');
  return withDeployOptions(command).action(async (options: DeployOptions) => {
    const packaged = await context.packagedStack();
    const changes = await diffStack(packaged, requestOf(options), await context.deployment(options), context);
    if (options.json === true) context.out(jsonText(changes));
    else for (const line of changeLines(changes)) context.out(line);
  });
}

function changeLines(changes: readonly StackChange[]): readonly string[] {
  if (changes.length === 0) return ['No difference.'];
  const rows = changes.map(({ action, id, type, replacement }) => {
    const replaced = { True: 'is replaced', Conditional: 'may be replaced' }[replacement] ?? '';
    return [action, id, type, replaced];
  });
  return [...table([['CHANGE', 'RESOURCE', 'TYPE', ''], ...rows]), countsOf(changes)];
}

function statusCommand(context: CliContext): Command {
  const command = new Command('status')
    .description('show the stack of a stage: its state, version and parameters; exit with 1 where it is not well')
    .option('--json', 'print it as JSON');
  return withStackOptions(command).action(async (options: StackOptions & JsonOption) => {
    const deployment = await context.deployment(options);
    const stack = await deployment.describe();
    if (!isThere(stack)) {
      throw new CliFailure(
        `There is no stack ${deployment.name} in ${await deployment.region()}. Deploy it with: sluice stack deploy --stage ${options.stage}`,
      );
    }
    const { status, reason, changedAt, parameters } = stack;
    const { Description: description = '' } = await deployment.template();
    if (options.json === true) context.out(jsonText({ name: deployment.name, ...stack, description }));
    else {
      const rows = [
        ['stack', deployment.name],
        ['status', reason === '' ? status : `${status}: ${reason}`],
        ['version', description],
        ['changed', changedAt],
        ...Object.entries(parameters).filter(([, value]) => value !== ''),
      ];
      for (const line of table(rows)) context.out(line);
    }
    if (!/^(?:CREATE|UPDATE|IMPORT)_/.test(status) || status.includes('ROLLBACK')) context.exitWith(1);
  });
}

function removeCommand(context: CliContext): Command {
  const command = new Command('remove')
    .description(
      'remove the stack; refused while a rollout is under way, or users are on a version that only Sluice keeps',
    )
    .option('--anyway', 'remove it without asking whether it may be')
    .option('--yes', 'do not ask')
    .option('--json', 'print what was kept as JSON')
    .addHelpText('after', '\nThe record and the evidence are kept; a later deployment of the stage adopts them.');
  return withStackOptions(command).action(async (options: RemoveOptions) => {
    const { stage } = options;
    const deployment = await context.deployment(options);
    if (options.anyway !== true) await refuse(stage, await context.connect(options), await deployment.resources());
    await confirm(`Stack ${deployment.name} will be removed.`, options.yes, context);
    const kept = await removeStack(deployment, context);
    if (options.json === true) context.out(jsonText({ removed: deployment.name, kept }));
    else context.out(`Stack ${deployment.name} is removed.${kept.length > 0 ? ` Kept: ${kept.join(', ')}` : ''}`);
  });
}

/** @throws CliFailure where the stack must stay, or where that could not be found out */
async function refuse(
  stage: string,
  stack: Awaited<ReturnType<CliContext['connect']>>,
  resources: ReadonlyMap<string, string>,
): Promise<void> {
  // Nothing was ever recorded in a stack without its table.
  if (!resources.has('RolloutTable')) return;
  const anyway = 'To remove the stack all the same, add --anyway.';
  let reasons: readonly string[];
  try {
    reasons = await whyNotRemove(stack, stage);
  } catch (error) {
    const why = messageOf(error);
    throw new CliFailure(`Whether the stack may be removed could not be read from its table (${why}). ${anyway}`);
  }
  if (reasons.length > 0) throw new CliFailure(`The stack is needed: ${reasons.join('; ')}. ${anyway}`);
}
