import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  ListStateMachinesCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';

/** One thing that a deployed stack must do by itself, without a service of anybody. */
export interface SmokeResult {
  readonly what: string;
  readonly passed: boolean;
  readonly saw: string;
}

interface Ended {
  readonly status: string;
  readonly error: string;
  readonly cause: string;
}

const longestSeconds = 120;

/** Asks a deployed stack for what it can do without touching anything: its record, its refusals, its rollback of nothing. */
export async function smokeChecks(
  stage: string,
  { sfn, dynamodb }: { readonly sfn: SFNClient; readonly dynamodb: DynamoDBClient },
): Promise<readonly SmokeResult[]> {
  const machines = await machinesOf(sfn, stage);
  const ran = async (machine: string, input: unknown) => endOf(sfn, await start(sfn, machines, machine, input));
  const { Table: table } = await dynamodb.send(new DescribeTableCommand({ TableName: `sluice-${stage}` }));
  const unknownService = await ran('rollout', { service: 'nobody', image: '1-0000000' });
  const noInput = await ran('rollout', { hello: 'world' });
  const nothing = await ran('rollback', { rolloutId: 'nobody-20260101-000000-000000' });
  return [
    {
      what: 'the record is there',
      passed: table?.TableStatus === 'ACTIVE',
      saw: `table ${table?.TableStatus ?? 'missing'}`,
    },
    refused('a service without a spec is refused', unknownService, 'No spec is applied'),
    refused('an input that says nothing is refused', noInput, 'The input must look like'),
    {
      what: 'a rollback of nothing finds nothing to roll back',
      passed: nothing.status === 'SUCCEEDED',
      saw: say(nothing),
    },
  ];
}

function refused(what: string, ended: Ended, reason: string): SmokeResult {
  const passed = ended.status === 'FAILED' && ended.error === 'Rejected' && ended.cause.includes(reason);
  return { what, passed, saw: say(ended) };
}

function say({ status, error, cause }: Ended): string {
  return [status, error, cause].filter((part) => part !== '').join(': ');
}

async function machinesOf(sfn: SFNClient, stage: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new ListStateMachinesCommand({ nextToken }));
    for (const { name, stateMachineArn } of page.stateMachines ?? []) {
      if (name !== undefined && stateMachineArn !== undefined) found.set(name, stateMachineArn);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  const ofStage = [...found].filter(([name]) => name.startsWith(`sluice-${stage}-`));
  return new Map(ofStage.map(([name, arn]) => [name.slice(`sluice-${stage}-`.length), arn]));
}

async function start(
  sfn: SFNClient,
  machines: ReadonlyMap<string, string>,
  machine: string,
  input: unknown,
): Promise<string> {
  const stateMachineArn = machines.get(machine);
  if (stateMachineArn === undefined) throw new Error(`The stack has no ${machine} machine; was it deployed whole?`);
  const { executionArn = '' } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return executionArn;
}

async function endOf(sfn: SFNClient, executionArn: string): Promise<Ended> {
  const deadline = Date.now() + longestSeconds * 1000;
  for (;;) {
    const { status = '', error = '', cause = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return { status, error, cause };
    if (Date.now() > deadline) throw new Error(`${executionArn} still runs after ${longestSeconds} s.`);
    await sleep(500);
  }
}
