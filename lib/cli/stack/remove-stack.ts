import { CliFailure, type CliContext } from '../cli-context.ts';
import { failed, untilSettled } from './run-change.ts';
import type { StackDeployment } from './stack-deployment.ts';
import { codeBucket } from './stack-template.ts';

/**
 * Deletes a stack, with the code in its own bucket, and waits for the end.
 * @returns names of what is kept
 */
export async function removeStack(
  deployment: StackDeployment,
  context: Pick<CliContext, 'now' | 'sleep' | 'err'>,
): Promise<readonly string[]> {
  const stack = await deployment.describe();
  if (stack === undefined)
    throw new CliFailure(`There is no stack ${deployment.name} in ${await deployment.region()}.`);
  const [resources, template] = await Promise.all([deployment.resources(), deployment.template()]);
  const bucket = resources.get(codeBucket);
  if (bucket !== undefined) await deployment.emptyBucket(bucket);
  const before = (await deployment.events(stack.id, undefined)).at(-1)?.id;
  context.err(`Removing stack ${deployment.name}`);
  await deployment.remove();
  const settled = await untilSettled(deployment, stack.id, before, context);
  if (settled.status !== 'DELETE_COMPLETE') throw failed(deployment.name, settled);
  const own = Object.entries(template.Resources).flatMap(([id, { Type, DeletionPolicy }]) => {
    if (DeletionPolicy?.startsWith('Retain') !== true || Type === 'AWS::Lambda::Version') return [];
    const name = resources.get(id);
    return name === undefined ? [] : [`${name} (${Type})`];
  });
  const nested = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::CloudFormation::Stack');
  const ofNested = await Promise.all(nested.map(([id]) => keptBy(resources.get(id), deployment)));
  return [...own, ...ofNested.flat()];
}

/** What a nested stack has kept, by what CloudFormation says of its removal. */
async function keptBy(stackId: string | undefined, deployment: StackDeployment): Promise<readonly string[]> {
  if (stackId === undefined) return [];
  const events = await deployment.events(stackId, undefined);
  return events
    .filter(({ status, type }) => status === 'DELETE_SKIPPED' && type !== 'AWS::Lambda::Version')
    .map(({ physicalId, type }) => `${physicalId} (${type})`);
}
