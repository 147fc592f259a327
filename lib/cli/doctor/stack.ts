import { similarStages, similarText, type ListedStack } from '../../../serverless/stage-names.cjs';
import type { CliContext, StackOptions } from '../cli-context.ts';
import { isThere } from '../stack/deploy-stack.ts';
import type { DeployedStack } from '../stack/stack-deployment.ts';
import { asked } from './asking.ts';
import { type Diagnosis, diagnosis } from './diagnosis.ts';

export interface FoundStack {
  readonly stack: DeployedStack | undefined;
  readonly resources: ReadonlyMap<string, string>;
  readonly found: readonly Diagnosis[];
}

/** Says whether the stack of a stage is there and well. */
export async function ofStack(
  options: StackOptions,
  region: string,
  principal: Promise<string | undefined>,
  context: Pick<CliContext, 'deployment'>,
): Promise<FoundStack> {
  const deployment = await context.deployment(options);
  const right = (action: string) => [{ action, resource: '*' }];
  const asking = { topic: 'stack' as const, principal };
  // Both at once: what a stack has is asked in vain where there is none.
  const [described, resources, stacks] = await Promise.all([
    asked(
      { ...asking, what: `Whether stack ${deployment.name} is there`, rights: right('cloudformation:DescribeStacks') },
      () => deployment.describe(),
    ),
    asked(
      { ...asking, what: `What stack ${deployment.name} has`, rights: right('cloudformation:ListStackResources') },
      () => deployment.resources(),
    ),
    asked({ ...asking, what: 'Which other stages there are', rights: right('cloudformation:ListStacks') }, () =>
      deployment.stacks(),
    ),
  ]);
  const none = { stack: undefined, resources: new Map<string, string>() };
  if ('unknown' in described) return { ...none, found: [described.unknown] };
  const stack = described.answer;
  if (!isThere(stack)) {
    const says = `There is no stack ${deployment.name} in ${region}: stage ${options.stage} is not deployed.`;
    return {
      ...none,
      found: [diagnosis('stack', 'missing', says, [`sluice stack deploy --stage ${options.stage} --region ${region}`])],
    };
  }
  const found = [
    diagnosisOf(stack, deployment.name, options.stage, region),
    ...('unknown' in stacks ? [stacks.unknown] : ofNames(options.stage, stacks.answer)),
  ];
  if ('unknown' in resources) return { ...none, stack, found: [...found, resources.unknown] };
  return { stack, resources: resources.answer, found };
}

function ofNames(stage: string, stacks: readonly ListedStack[]): readonly Diagnosis[] {
  const others = similarStages(stage, stacks);
  return others.length === 0 ? [] : [diagnosis('stack', 'doubtful', similarText(stage, others))];
}

function diagnosisOf({ status, reason }: DeployedStack, name: string, stage: string, region: string): Diagnosis {
  const shown = `Stack ${name} is ${status}${reason === '' ? '' : `: ${reason}`}.`;
  if (/^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return diagnosis('stack', 'well', shown);
  if (status.endsWith('_IN_PROGRESS'))
    return diagnosis('stack', 'doubtful', `${shown} It changes now: ask again when it has ended.`);
  const mend =
    status === 'UPDATE_ROLLBACK_FAILED'
      ? [`aws cloudformation continue-update-rollback --stack-name ${name} --region ${region}`]
      : [`sluice stack deploy --stage ${stage} --region ${region}`];
  // What was before a failed change is there, whole.
  if (/^(?:UPDATE|IMPORT)_ROLLBACK_COMPLETE$/.test(status)) return diagnosis('stack', 'doubtful', shown, mend);
  return diagnosis('stack', 'missing', shown, mend);
}
