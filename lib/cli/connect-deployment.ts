import { APIGatewayClient, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  paginateListStacks,
} from '@aws-sdk/client-cloudformation';
import type { ListedStack } from '../../serverless/stage-names.cjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliFailure, type StackOptions } from './cli-context.ts';
import { clientSettings } from './client-settings.ts';
import { stackStorage } from './connect-stack-storage.ts';
import type {
  ChangeRequest,
  ChangeSet,
  DeployedStack,
  StackChange,
  StackDeployment,
  StackEvent,
} from './stack/stack-deployment.ts';
import { stackTemplate, type ParameterValues } from './stack/stack-template.ts';

/** The stack of a stage, with the SDK's own chain for credentials, region and endpoints. Calls nothing yet. */
export function connectDeployment({ stage, region }: StackOptions): StackDeployment {
  const settings = { ...clientSettings, ...(region === undefined ? {} : { region }) };
  const client = new CloudFormationClient(settings);
  const name = `sluice-${stage}`;
  return {
    ...stackStorage(settings),
    name,
    region: () => client.config.region(),
    describe: () => describe(client, name),
    resources: () => resourcesOf(client, name),
    stacks: () => stacksIn(client),
    async template() {
      const { TemplateBody = '' } = await client.send(
        new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }),
      );
      return stackTemplate.parse(JSON.parse(TemplateBody));
    },
    prepare: (request) => prepare(client, name, stage, request),
    async execute(ChangeSetName) {
      await client.send(new ExecuteChangeSetCommand({ StackName: name, ChangeSetName }));
    },
    discard: (changeSet) => discard(client, name, changeSet),
    async changeApiStage(restApiId, patches) {
      const change = { restApiId, stageName: stage, patchOperations: [...patches] };
      await new APIGatewayClient(settings).send(new UpdateStageCommand(change));
    },
    events: (stackId, after) => eventsOf(client, stackId, after),
    async remove() {
      await client.send(new DeleteStackCommand({ StackName: name }));
    },
  };
}

async function describe(client: CloudFormationClient, name: string): Promise<DeployedStack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (stack?.StackId === undefined) return undefined;
    const changed = stack.LastUpdatedTime ?? stack.CreationTime;
    const parameters = (stack.Parameters ?? []).map(
      (one) => [one.ParameterKey ?? '', one.ParameterValue ?? ''] as const,
    );
    return {
      id: stack.StackId,
      status: stack.StackStatus ?? '',
      reason: stack.StackStatusReason ?? '',
      parameters: Object.fromEntries(parameters),
      tags: Object.fromEntries((stack.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      changedAt: changed?.toISOString() ?? '',
    };
  } catch (error) {
    // CloudFormation has no error of its own for it.
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const {
      LogicalResourceId: id = '',
      PhysicalResourceId: name = '',
      ResourceStatus: status,
    } of StackResourceSummaries)
      if (status !== 'DELETE_COMPLETE') found.set(id, name);
  }
  return found;
}

async function stacksIn(client: CloudFormationClient): Promise<readonly ListedStack[]> {
  const found: ListedStack[] = [];
  for await (const { StackSummaries = [] } of paginateListStacks({ client }, {})) {
    for (const { StackName: name = '', StackStatus: status, TemplateDescription: description = '' } of StackSummaries)
      // Those that were deleted are listed for 90 days.
      if (status !== 'DELETE_COMPLETE') found.push({ name, description });
  }
  return found;
}

/** Tags of the stack, which CloudFormation hands on; `serverless deploy` gives the same. */
const tagsOf = (stage: string) => [
  { Key: 'application', Value: 'sluice' },
  { Key: 'stage', Value: stage },
];

async function prepare(
  client: CloudFormationClient,
  StackName: string,
  stage: string,
  { type, template, parameters, imports = [] }: ChangeRequest,
): Promise<ChangeSet | undefined> {
  const ChangeSetName = `sluice-${type.toLowerCase()}-${Date.now()}`;
  await client.send(
    new CreateChangeSetCommand({
      ...{ StackName, ChangeSetName, ChangeSetType: type },
      ...('body' in template ? { TemplateBody: template.body } : { TemplateURL: template.url }),
      Parameters: parametersOf(parameters),
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
      Tags: tagsOf(stage),
      ...(imports.length > 0 && {
        ResourcesToImport: imports.map(({ id, type: ResourceType, property, name }) => {
          return { ResourceType, LogicalResourceId: id, ResourceIdentifier: { [property]: name } };
        }),
      }),
    }),
  );
  const prepared = await whenPrepared(client, StackName, ChangeSetName);
  if (prepared.Status === 'FAILED') {
    const { StatusReason = 'CloudFormation does not say why' } = prepared;
    await discard(client, StackName, ChangeSetName);
    if (/didn't contain changes|No updates are to be performed/i.test(StatusReason)) return undefined;
    throw new CliFailure(`CloudFormation does not take the template: ${StatusReason}`);
  }
  const changes = await changesOf(client, StackName, ChangeSetName, prepared);
  if (changes.length > 0) return { name: ChangeSetName, changes };
  await discard(client, StackName, ChangeSetName);
  return undefined;
}

function parametersOf(values: ParameterValues) {
  return Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));
}

/** A change set of this size takes seconds. */
const longestPreparation = 10 * 60_000;

async function whenPrepared(
  client: CloudFormationClient,
  StackName: string,
  ChangeSetName: string,
): Promise<DescribeChangeSetCommandOutput> {
  for (const until = Date.now() + longestPreparation; ;) {
    const described = await client.send(new DescribeChangeSetCommand({ StackName, ChangeSetName }));
    if (described.Status === 'CREATE_COMPLETE' || described.Status === 'FAILED') return described;
    if (Date.now() > until)
      throw new CliFailure(`CloudFormation has not worked out the changes of ${StackName} in ten minutes. Try again.`);
    await sleep(1_000);
  }
}

async function changesOf(
  client: CloudFormationClient,
  StackName: string,
  ChangeSetName: string,
  first: DescribeChangeSetCommandOutput,
): Promise<readonly StackChange[]> {
  const changes: StackChange[] = [];
  for (let page = first; ;) {
    for (const { ResourceChange: change } of page.Changes ?? []) {
      if (change?.Action === undefined || change.Action === 'SyncWithActual') continue;
      changes.push({
        action: change.Action,
        id: change.LogicalResourceId ?? '',
        type: change.ResourceType ?? '',
        replacement: change.Replacement ?? 'False',
      });
    }
    if (page.NextToken === undefined) return changes;
    const { NextToken } = page;
    page = await client.send(new DescribeChangeSetCommand({ StackName, ChangeSetName, NextToken }));
  }
}

async function discard(client: CloudFormationClient, StackName: string, ChangeSetName: string): Promise<void> {
  await client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName }));
}

/** CloudFormation shows the newest first. */
async function eventsOf(
  client: CloudFormationClient,
  StackName: string,
  after: string | undefined,
): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName })) {
    for (const event of StackEvents) {
      const { EventId: id = '', PhysicalResourceId: physicalId = '', StackId } = event;
      if (id === after) return events.reverse();
      events.push({
        id,
        resource: event.LogicalResourceId ?? '',
        physicalId,
        type: event.ResourceType ?? '',
        status: event.ResourceStatus ?? '',
        reason: event.ResourceStatusReason ?? 'no reason given',
        ofStack: physicalId === StackId,
      });
    }
  }
  return events.reverse();
}
