import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { checkRights, requestsIn, statementsOf } from '../../local/rights/check.ts';
import { evaluate, type Verdict } from '../../local/rights/evaluate.ts';
import { requestsOf } from '../../local/rights/command-requests.ts';
import { commandsOf } from '../../local/rights/interpreter.ts';
import { Sources } from '../../local/rights/sources.ts';
import { packageStack, type PackagedStack, type Resource } from './packaged-stack.ts';

let stack: PackagedStack;
let verdict: Verdict;

const tablePolicy = z.object({
  ResourcePolicy: z.object({
    PolicyDocument: z.object({ Statement: z.array(z.looseObject({ Principal: z.literal('*') })).min(1) }),
  }),
});

beforeAll(async () => {
  stack = await packageStack('production');
  verdict = await checkRights({ Resources: stack.resources });
}, 1_200_000);

/** The verdict on a stack in which one resource is something else, or gone. */
function changed(id: string, to: (resource: Resource) => unknown): Promise<Verdict> {
  const resource = stack.resources[id];
  if (resource === undefined) throw new Error(`The stack has no ${id}.`);
  const { [id]: _, ...others } = stack.resources;
  const replaced = to(resource);
  return checkRights({ Resources: replaced === undefined ? others : { ...others, [id]: replaced } });
}

/** A resource without the statements that hold a word. */
function without(word: string): (resource: Resource) => unknown {
  const prune = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(prune).filter((one) => !isStatementWith(one, word));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, prune(each)]));
  };
  return prune;
}

function isStatementWith(value: unknown, word: string): boolean {
  return typeof value === 'object' && value !== null && 'Effect' in value && JSON.stringify(value).includes(word);
}

describe('rights of the packaged stack', () => {
  test('every call that a function, a machine or a schedule can make is allowed to its role', () => {
    expect(verdict.denied).toEqual([]);
  });

  test('services of AWS may call, assume and write to what the template has them call, assume and write to', () => {
    expect(verdict.refused).toEqual([]);
  });

  test('each right that is taken away is missed by a call, and nothing more is granted', () => {
    expect(verdict.removals.filter(({ found }) => found === null)).toEqual([]);
    expect(verdict.removals.length).toBeGreaterThan(600);
    expect(new Set(verdict.removals.map(({ role }) => role)).size).toBe(
      Object.values(stack.resources).filter(({ Type }) => Type === 'AWS::IAM::Role').length,
    );
  });

  test('no role writes an event or a state outside of a transaction, but for the claim of the machine', async () => {
    const { requests, resources } = requestsIn({ Resources: stack.resources });
    const roles = statementsOf(resources);
    const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/sluice-production';
    const write = (action: string, key: string, attributes: readonly string[], enclosing?: string) => ({
      ...{ action: `dynamodb:${action}`, resource: table, by: `${action} ${key} ${attributes.join()}` },
      context: {
        'dynamodb:LeadingKeys': [key],
        'dynamodb:Attributes': ['pk', 'sk', ...attributes],
        ...(enclosing !== undefined && { 'dynamodb:EnclosingOperation': [enclosing] }),
      },
    });
    const event = ['rolloutId', 'recorded'];
    const state = ['state', 'service', 'sequence', 'fence', 'active', 'head', 'executionArn', 'restorePlan'];
    const tried = [
      ...[event, state, ['recorded'], ['state'], ['restorePlan'], ['sequence', 'head']].flatMap((attributes) =>
        ['PutItem', 'UpdateItem'].map((action) => write(action, 'ROLLOUT#web-1', attributes)),
      ),
      ...[['state', 'sequence'], ['recorded']].map((attributes) => write('PutItem', 'RELEASE#shop-1', attributes)),
      write('PutItem', 'ROLLOUT#web-1', event, 'TransactGetItems'),
      ...['PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete', 'BatchWriteItem'].map((action) =>
        write(action, 'ROLLOUT#web-1', []),
      ),
      write('DeleteItem', 'ROLLOUT#web-1', []),
      // More than the claim.
      write('UpdateItem', 'ROLLOUT#web-1', ['fence', 'claimedBy', 'active', 'state']),
    ];
    const asked = Object.keys(roles).flatMap((role) => tried.map((one) => ({ ...one, role })));
    const { denied } = await evaluate({ roles, requests: asked, services: [], removes: false });

    expect(asked.length).toBeGreaterThan(1_000);
    expect(denied).toHaveLength(asked.length);
    // The claim itself is one of the calls that are allowed, and the only update of an item.
    const updates = requests.filter(({ request }) => request.action === 'dynamodb:UpdateItem');
    expect(new Set(updates.map(({ request }) => request.by))).toEqual(
      new Set(['RollbackMachine.Claim', 'RollbackMachine.TakeOver', 'RollbackMachine.AssertClaim']),
    );
  });

  test('the table lets nobody delete what a rollout was, and no function needs to', async () => {
    const { requests, resources } = requestsIn({ Resources: stack.resources });
    const table = tablePolicy.parse(resources.find(({ id }) => id === 'RolloutTable')?.properties);
    const denials = table.ResourcePolicy.PolicyDocument.Statement.map(({ Principal: _, ...statement }) => statement);
    const granted = statementsOf(resources);
    const roles = {
      ...Object.fromEntries(Object.entries(granted).map(([role, own]) => [role, [...own, ...denials]])),
      administrator: [{ Effect: 'Allow', Action: '*', Resource: '*' }, ...denials],
    };
    const deletes = (keys: string, action = 'dynamodb:DeleteItem') => ({
      ...{ role: 'administrator', action, by: keys, context: { 'dynamodb:LeadingKeys': keys.split(' and ') } },
      resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/sluice-production',
    });
    const own = requests.map(({ role, request }) => ({ ...request, role }));
    const asked = [
      ...own.filter(({ action }) => action.startsWith('dynamodb:')),
      ...[deletes('ROLLOUT#web-1'), deletes('ROLLOUT#web-1', 'dynamodb:BatchWriteItem'), deletes('SERVICE#web')],
      // The transaction that ends a rollout, as AWS may see it: each action with the keys of all items.
      deletes('ROLLOUT#web-1 and SERVICE#web'),
      ...['dynamodb:BatchWriteItem', 'dynamodb:PartiQLDelete'].map((action) =>
        deletes('SERVICE#web and ROLLOUT#web-2', action),
      ),
      deletes('SERVICE#web and SERVICE#api', 'dynamodb:BatchWriteItem'),
    ];
    const { denied } = await evaluate({ roles, requests: asked, services: [], removes: false });

    expect(denied.map(({ role, by }) => [role, by])).toEqual([
      ['administrator', 'ROLLOUT#web-1'],
      ['administrator', 'ROLLOUT#web-1'],
      ['administrator', 'SERVICE#web and ROLLOUT#web-2'],
      ['administrator', 'SERVICE#web and ROLLOUT#web-2'],
    ]);
  });

  test.each([
    ['CloseRollbackIamRoleLambdaExecution', 'Enclosing', 'dynamodb:PutItem', 'lib/storage/dynamodb-rollout-store.ts'],
    ['DeliverIamRoleLambdaExecution', 'Attributes', 'dynamodb:PutItem', 'lib/storage/dynamodb-delivery-marks.ts'],
    ['RollbackMachineRole', 'claimedBy', 'dynamodb:UpdateItem', 'RollbackMachine.'],
    [
      'RelayHintsIamRoleLambdaExecution',
      'UndeliveredQueue',
      'sqs:SendMessage',
      'RelayHintsEventSourceMappingDynamodbRolloutTable',
    ],
    [
      'PublishFromStreamIamRoleLambdaExecution',
      'UndeliveredQueue',
      'sqs:SendMessage',
      'PublishFromStreamEventSourceMappingDynamodbRolloutTable',
    ],
    [
      'DeliverIamRoleLambdaExecution',
      'sqs:ReceiveMessage',
      'sqs:ReceiveMessage',
      'DeliverEventSourceMappingSQSDeliveryQueue',
    ],
    ['ReceivePushIamRoleLambdaExecution', 'UndeliveredQueue', 'sqs:SendMessage', 'ReceivePushAttempts'],
    ['CaptureEvidenceIamRoleLambdaExecution', 'ecs:ListTasks', 'ecs:ListTasks', 'lib/drivers/slots/ecs-evidence.ts'],
    [
      'StepBackIamRoleLambdaExecution',
      'cognito-idp',
      'cognito-idp:DescribeUserPoolClient',
      'lib/drivers/slots/elb-traffic-router.ts',
    ],
    ['DeliverIamRoleLambdaExecution', 'events:PutEvents', 'events:PutEvents', 'lib/platform/eventbridge-bus.ts'],
    ['AwaitApprovalIamRoleLambdaExecution', 'TOKEN#', 'dynamodb:PutItem', 'lib/storage/dynamodb-task-tokens.ts'],
    ['OpenRolloutIamRoleLambdaExecution', 'GuardRole', 'iam:PassRole', 'lib/platform/scheduler-schedules.ts'],
    ['GuardRole', 'states:StartExecution', 'states:StartExecution', 'lib/platform/scheduler-schedules.ts'],
    ['RollbackMachineRole', 'elasticloadbalancing:ModifyRule', 'elasticloadbalancing:ModifyRule', 'RollbackMachine.'],
    ['RollbackMachineRole', 'states:StopExecution', 'states:StopExecution', 'RollbackMachine.StopRollout'],
  ])(
    'of %s without its statement on %s: %s is missed by %s',
    async (id, word, action, by) => {
      const { denied } = await changed(id, without(word));

      expect(denied).toContainEqual(expect.objectContaining({ action, by: expect.stringContaining(by) }));
    },
    120_000,
  );

  test.each([
    ['UndeliveredQueuePolicy', 'events.amazonaws.com', 'events.amazonaws.com', 'sqs:SendMessage'],
    ['TransitionsTopicPolicy', 'cloudwatch.amazonaws.com', 'cloudwatch.amazonaws.com', 'sns:Publish'],
    ['ReceivePushEventBridgeLambdaPermission1', undefined, 'events.amazonaws.com', 'lambda:InvokeFunction'],
    ['HealthLambdaPermissionApiGateway', undefined, 'apigateway.amazonaws.com', 'lambda:InvokeFunction'],
    ['GuardRole', 'scheduler.amazonaws.com', 'scheduler.amazonaws.com', 'sts:AssumeRole'],
    ['RollbackMachineRole', 'states.amazonaws.com', 'states.amazonaws.com', 'sts:AssumeRole'],
  ])(
    'without what %s grants to %s, %s is refused %s',
    async (id, word, service, action) => {
      const { refused } = await changed(id, word === undefined ? () => undefined : without(word));

      expect(refused).toContainEqual(
        expect.objectContaining({ service, request: expect.objectContaining({ action }) }),
      );
    },
    120_000,
  );
});

describe('calls of a function', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-rights-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function callsOf(files: Readonly<Record<string, string>>) {
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(folder, name), text)));
    const options = {
      environment: { QUEUE: 'https://sqs/1/hints' },
      separates: (file: string) => file.endsWith('world.ts'),
    };
    return commandsOf(new Sources(), path.join(folder, 'entry.ts'), options);
  }

  const adapter = `
    import { SendMessageCommand, DeleteMessageCommand } from '@aws-sdk/client-sqs';
    export function queue(client, url) {
      const send = (command) => client.send(command);
      return {
        async put(body) { await send(new SendMessageCommand({ QueueUrl: url, MessageBody: body })); },
        async drop(handle) { await send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle })); },
      };
    }`;
  const world = `
    import { SQSClient } from '@aws-sdk/client-sqs';
    import { queue } from './adapter.ts';
    const url = (name) => process.env[name];
    export const hints = queue(new SQSClient({}), url('QUEUE'));
    export const others = queue(new SQSClient({}), 'https://sqs/1/others');`;

  test('are those of the methods that its use case reaches, on what the stack names', async () => {
    const entry = `
      import { hints, others } from './world.ts';
      import { wrap } from 'some-package';
      async function useCase(input, { hints, others }) {
        for (const one of input) await Promise.all([one].map((each) => hints.put(each)));
        if (input.length > 3) await others.drop('x');
      }
      export const handler = wrap((input) => useCase(input, { hints, others }));`;

    const commands = await callsOf({ 'adapter.ts': adapter, 'world.ts': world, 'entry.ts': entry });

    expect(commands.map(({ operation }) => operation).sort()).toEqual(['DeleteMessage', 'SendMessage']);
  });

  test('keep two adapters of one kind apart', async () => {
    const entry = `
      import { hints } from './world.ts';
      export const handler = async () => { await hints.put('x'); };`;

    const [command, ...others] = await callsOf({ 'adapter.ts': adapter, 'world.ts': world, 'entry.ts': entry });

    expect(others).toEqual([]);
    expect(command && requestsOf(command)).toEqual([
      expect.objectContaining({ action: 'sqs:SendMessage', resource: 'arn:aws:sqs:eu-west-1:111122223333:hints' }),
    ]);
  });

  test('that could not be followed to where they are sent are an error, as are those that nobody knows the rights of', async () => {
    const lost = `
      import { SendMessageCommand } from '@aws-sdk/client-sqs';
      export const handler = () => globalThis.queue.later(new SendMessageCommand({ QueueUrl: 'https://sqs/1/x' }));`;
    const strange = `
      import { SFNClient, ListActivitiesCommand } from '@aws-sdk/client-sfn';
      export const handler = () => new SFNClient({}).send(new ListActivitiesCommand({}));`;

    await expect(callsOf({ 'entry.ts': lost })).rejects.toThrow('SendMessage');
    const [command] = await callsOf({ 'entry.ts': strange });
    expect(() => command && requestsOf(command)).toThrow(
      'say in local/rights/command-requests.ts which rights AWS asks for it',
    );
  });
});
