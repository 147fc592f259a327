import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  type DescribeStacksCommandOutput,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ElasticLoadBalancingV2Client, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SendTaskSuccessCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { stackCommands, stackPages } from '../../lib/cli/connect-commands.ts';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import type { CommandRequest } from '../../lib/usecases/people/command-request.ts';
import type { LocalAws } from '../../local/stack/local-aws.ts';
import { localStage } from '../../local/stack/stage.ts';
import { type Credentials, root } from './callers.ts';

/** A deployed stack, as far as callers reach it. */
export interface Reached {
  readonly aws: Pick<LocalAws, 'emulator' | 'region' | 'accountId' | 'fleetEndpoint'>;
  /** With the rights of the root user. */
  readonly store: RolloutStore;
}

/** Chapters of docs/iam.md. */
export const command = 'Command, approve, apply';
export const watch = 'Watch';
const openPages = 'Open the pages';
const rule = (balancer: string, { region, accountId }: Reached['aws']) =>
  `arn:aws:elasticloadbalancing:${region}:${accountId}:listener-rule/app/${balancer}/0000000000000001/0000000000000002/0000000000000003`;

/** A way into the stage that AWS guards, and the chapters of docs/iam.md that open it. */
interface Way {
  readonly opens: readonly string[];
  readonly ask: (credentials: Credentials, reached: Reached) => Promise<unknown>;
}

/** How a client reaches the local AWS with some credentials. */
export const settings = (credentials: Credentials, { aws }: Reached) => ({
  ...{ endpoint: aws.emulator.endpoint, region: aws.region, credentials },
  maxAttempts: 1,
});
const machine = (kind: string, { region, accountId }: Reached['aws']) =>
  `arn:aws:states:${region}:${accountId}:stateMachine:sluice-${localStage}-${kind}`;
export const TableName = `sluice-${localStage}`;
const Key = { pk: { S: 'SERVICE#nobody' }, sk: { S: 'SPEC' } };

/** Starts nothing: IAM is asked before the input is looked at. */
const start = (kind: string) => (credentials: Credentials, reached: Reached) =>
  new SFNClient(settings(credentials, reached)).send(
    new StartExecutionCommand({ stateMachineArn: machine(kind, reached.aws), input: 'no JSON' }),
  );
const modifyRule = (balancer: string) => (credentials: Credentials, reached: Reached) => {
  const endpoint = reached.aws.fleetEndpoint;
  const client = new ElasticLoadBalancingV2Client({ ...settings(credentials, reached), endpoint });
  return patient(() => client.send(new ModifyRuleCommand({ RuleArn: rule(balancer, reached.aws), Actions: [] })));
};

/** What is tried of each caller. */
export const ways: Readonly<Record<string, Way>> = {
  'read the address of the API': {
    opens: [command, openPages, 'Doctor', 'Deploy'],
    ask: (credentials, reached) => described(new CloudFormationClient(settings(credentials, reached))),
  },
  'read an item of the record': {
    opens: [watch],
    ask: (credentials, reached) =>
      new DynamoDBClient(settings(credentials, reached)).send(new GetItemCommand({ TableName, Key })),
  },
  'read what a service did': {
    opens: [watch],
    ask: (credentials, reached) =>
      new DynamoDBClient(settings(credentials, reached)).send(
        new QueryCommand({
          ...{ TableName, KeyConditionExpression: 'pk = :pk' },
          ExpressionAttributeValues: { ':pk': { S: 'SERVICE#nobody' } },
        }),
      ),
  },
  'send a command': {
    opens: [command],
    ask: (credentials, reached) => send(credentials, reached, { command: 'pause', rollout: 'nobody-1', user: 'x' }),
  },
  'freeze a service': {
    opens: [command],
    ask: (credentials, reached) =>
      send(credentials, reached, { command: 'freeze', service: 'nobody', reason: 'because', user: 'x' }),
  },
  'open the pages': {
    opens: [openPages],
    ask: (credentials, reached) => patient(async () => stackPages(await knowing(credentials, reached), localStage)('')),
  },
  'start a rollback without the API': { opens: ['Stop without the API'], ask: start('rollback') },
  'write a rule of the balancer web': { opens: ['Put the rules back directly'], ask: modifyRule('web') },
  'write a rule of another balancer': { opens: [], ask: modifyRule('shop') },
  'start a rollout beside the API': { opens: ['Roll back a finished rollout without the API'], ask: start('rollout') },
  'answer a task that waits': {
    opens: [],
    ask: (credentials, reached) =>
      new SFNClient(settings(credentials, reached)).send(new SendTaskSuccessCommand({ taskToken: 'x', output: '{}' })),
  },
  'write an item of the record': {
    opens: [],
    ask: (credentials, reached) =>
      new DynamoDBClient(settings(credentials, reached)).send(new PutItemCommand({ TableName, Item: Key })),
  },
};

/** Reads the stack, with the address of its API. */
export const described = (client: CloudFormationClient) =>
  client.send(new DescribeStacksCommand({ StackName: `sluice-${localStage}` }));

let address: Promise<DescribeStacksCommandOutput> | undefined;

/** Credentials of a caller who knows the address of the API: it is the route itself that has to refuse them. */
async function knowing(credentials: Credentials, reached: Reached): Promise<CloudFormationClient> {
  address ??= described(new CloudFormationClient(settings(root, reached)));
  const output = await address;
  return Object.assign(new CloudFormationClient(settings(credentials, reached)), {
    send: () => Promise.resolve(output),
  });
}

/** Asks again while the limit of the route, or of the load balancer's API, is met: it says nothing of who asks. */
async function patient<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Error) || !/answered 429|Rate exceeded/.test(error.message)) throw error;
      await sleep(50);
    }
  }
}

/** Sends a command, as the command line does. */
export const send = (credentials: Credentials, reached: Reached, request: CommandRequest) =>
  patient(async () => stackCommands(await knowing(credentials, reached), localStage)(request));

/** Returns whether IAM let a request through, whatever became of it then. */
export async function isLetIn(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const said = `${error.name} ${error.message}`;
    if (/AccessDenied|not authorized|answered 403/.test(said)) return false;
    if (/InvalidExecutionInput|InvalidToken|TaskDoesNotExist|TaskTimedOut|RuleNotFound|ValidationError/.test(said))
      return true;
    throw error;
  }
}
