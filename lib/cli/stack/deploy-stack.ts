import { createHash } from 'node:crypto';
import { CliFailure, type CliContext } from '../cli-context.ts';
import { adoptKept } from './adopt-kept.ts';
import { limitRoutes } from './limit-routes.ts';
import { narrowedNames } from './narrowed-names.ts';
import { packagedValues } from './packaged-values.ts';
import { runChange } from './run-change.ts';
import type { DeployedStack, StackChange, StackDeployment } from './stack-deployment.ts';
import {
  codeBucket,
  parameterValues,
  renderStack,
  type PackagedStack,
  type ParameterValues,
  type RenderedStack,
  type StackTemplate,
} from './stack-template.ts';
import { domainOfPartition } from '../../specification/aws-domain.ts';

/** What is asked of a deployment. */
export interface DeployRequest {
  readonly stage: string;
  /** The bucket for code and templates; by default the stack's own. */
  readonly bucket: string | undefined;
  /** Parameters that are named; others keep the value that they have. */
  readonly parameters: ParameterValues;
  /** Called with all values before anything is changed, where the stack is there already; throws where they must not be. */
  readonly allow?: (values: ParameterValues) => Promise<void>;
  /** Called before a stack is created; throws where it must not be. */
  readonly allowNew?: () => Promise<void>;
}

type Waiting = Pick<CliContext, 'now' | 'sleep' | 'err'>;

/**
 * Deploys the packaged stack: creates it with the bucket for its code where it is new, uploads what is not there yet, adopts what an
 * earlier stack has kept, and changes it by a change set.
 * @returns what was changed; nothing where the stack was so already
 */
export async function deployStack(
  packaged: PackagedStack,
  request: DeployRequest,
  deployment: StackDeployment,
  context: Waiting,
): Promise<readonly StackChange[]> {
  const before = await atRest(deployment);
  const values = await valuesOf(packaged, request, before, deployment, context);
  await (isThere(before) ? request.allow?.(values) : request.allowNew?.());
  const created = isThere(before) ? [] : await createCore(packaged, deployment, context);
  const bucket = request.bucket ?? (await ownBucket(deployment));
  const region = await deployment.region();
  const rendered = renderStack(packaged, values, region, request.bucket);
  await uploadCode(packaged, rendered, bucket, deployment, context);
  const partition = partitionOf(await deployment.describe());
  const url = (template: StackTemplate) => uploadTemplate(template, bucket, region, partition.name, deployment);
  const place = { region, account: partition.account };
  await adoptKept(rendered.root, values, place, deployment, url, context);
  await uploadNested(rendered, bucket, deployment);
  const change = { type: 'UPDATE', template: { url: await url(rendered.root) }, parameters: values } as const;
  const changes = await runChange(deployment, change, context);
  await limitRoutes(rendered.root, deployment);
  return [...created, ...changes];
}

/**
 * Returns what a deployment would change, and changes nothing.
 * For a stack that is not there that is every resource; for another one CloudFormation works it out, from a template in the bucket.
 */
export async function diffStack(
  packaged: PackagedStack,
  request: DeployRequest,
  deployment: StackDeployment,
  context: Pick<Waiting, 'err'>,
): Promise<readonly StackChange[]> {
  const before = await atRest(deployment);
  const values = await valuesOf(packaged, request, before, deployment, context);
  const region = await deployment.region();
  const rendered = renderStack(packaged, values, region, request.bucket);
  if (!isThere(before)) {
    return Object.entries(rendered.template.Resources).map(([id, { Type }]) => {
      return { action: 'Add', id, type: Type, replacement: 'False' } as const;
    });
  }
  const bucket = request.bucket ?? (await ownBucket(deployment));
  await uploadNested(rendered, bucket, deployment);
  const url = await uploadTemplate(rendered.root, bucket, region, partitionOf(before).name, deployment);
  const changeSet = await deployment.prepare({ type: 'UPDATE', template: { url }, parameters: values });
  if (changeSet === undefined) return [];
  await deployment.discard(changeSet.name);
  return changeSet.changes;
}

/** A first change set that was never executed leaves a stack that is none. */
export function isThere(stack: DeployedStack | undefined): stack is DeployedStack {
  return stack !== undefined && stack.status !== 'REVIEW_IN_PROGRESS';
}

/** @throws CliFailure where CloudFormation takes no change of the stack now, with the way out */
async function atRest(deployment: StackDeployment): Promise<DeployedStack | undefined> {
  const stack = await deployment.describe();
  const { status = '' } = stack ?? {};
  const { name } = deployment;
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED') {
    throw new CliFailure(
      `The first deployment of stack ${name} failed (${status}), so CloudFormation changes it no more. Remove it with: sluice stack remove, and deploy again.`,
    );
  }
  if (status.endsWith('ROLLBACK_FAILED')) {
    throw new CliFailure(
      `Stack ${name} could not go back to what it was (${status}). Correct the reason, run: aws cloudformation continue-update-rollback --stack-name ${name}, and deploy again.`,
    );
  }
  if (status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS')
    throw new CliFailure(`Stack ${name} is being changed (${status}). Wait for its end: sluice stack status`);
  return stack;
}

async function valuesOf(
  { template }: PackagedStack,
  { stage, parameters }: DeployRequest,
  before: DeployedStack | undefined,
  deployment: StackDeployment,
  { err }: Pick<Waiting, 'err'>,
): Promise<ParameterValues> {
  const deployed = before?.parameters ?? {};
  const isKnown = Object.keys(template.Parameters).every((name) => name in deployed);
  const narrowed =
    isThere(before) && !isKnown
      ? packagedIn(await deployment.template(), before, deployment.name, stage, parameters)
      : {};
  const kept = Object.entries(narrowed).filter(([name]) => name in template.Parameters && !(name in parameters));
  for (const [name, value] of kept) err(`The stack was packaged with ${value}; it keeps that as parameter ${name}.`);
  return parameterValues(template, { ...parameters, Stage: stage }, { ...Object.fromEntries(kept), ...deployed });
}

/** What an earlier version wrote into the template where it was packaged. */
function packagedIn(
  template: StackTemplate,
  before: DeployedStack,
  name: string,
  stage: string,
  given: ParameterValues,
): ParameterValues {
  const { account } = partitionOf(before);
  return { ...narrowedNames(template), ...packagedValues(template, { name, stage, account }, given) };
}

/** A stack is first made with its bucket alone, as its code must be in one before. */
async function createCore(
  { core }: PackagedStack,
  deployment: StackDeployment,
  context: Waiting,
): Promise<readonly StackChange[]> {
  context.err(`Creating stack ${deployment.name} with the bucket for its code`);
  const template = { body: JSON.stringify(core) };
  return runChange(deployment, { type: 'CREATE', template, parameters: {} }, context);
}

async function ownBucket(deployment: StackDeployment): Promise<string> {
  const bucket = (await deployment.resources()).get(codeBucket);
  if (bucket !== undefined) return bucket;
  throw new CliFailure(
    `Stack ${deployment.name} has no bucket of its own for code. Name one of the region with --bucket.`,
  );
}

/** More at once would take no less time, and more memory. */
const uploadsAtOnce = 4;

async function uploadCode(
  { zip }: PackagedStack,
  { code }: RenderedStack,
  bucket: string,
  deployment: StackDeployment,
  { err }: Waiting,
): Promise<void> {
  let uploaded = 0;
  const queue = [...code];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { name, key } = next;
      if (await deployment.upload(bucket, key, () => zip(name))) uploaded += 1;
    }
  };
  await Promise.all(Array.from({ length: uploadsAtOnce }, worker));
  if (uploaded > 0) err(`Uploaded the code of ${uploaded} of ${code.length} functions to ${bucket}`);
}

/** The root names each by its key, so they must be there before it. */
async function uploadNested({ nested }: RenderedStack, bucket: string, deployment: StackDeployment): Promise<void> {
  for (const [key, text] of Object.entries(nested))
    await deployment.upload(bucket, key, () => Promise.resolve(Buffer.from(text)));
}

async function uploadTemplate(
  template: StackTemplate,
  bucket: string,
  region: string,
  partition: string,
  deployment: StackDeployment,
): Promise<string> {
  const text = Buffer.from(JSON.stringify(template));
  const key = `sluice/templates/${createHash('sha256').update(text).digest('hex')}.json`;
  await deployment.upload(bucket, key, () => Promise.resolve(text));
  return `https://s3.${region}.${domainOfPartition(partition)}/${bucket}/${key}`;
}

/** Partition and account in the ARN of a stack. */
function partitionOf(stack: DeployedStack | undefined): { readonly name: string; readonly account: string } {
  const [, name = 'aws', , , account = ''] = stack?.id.split(':') ?? [];
  return { name, account };
}
