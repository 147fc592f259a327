import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createRole } from '../../local/emulator/iam-roles.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../local/emulator/emulator.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { eventually } from '../setup/eventually.ts';
import { zipOf } from './zip.ts';

const role = 'arn:aws:iam::000000000000:role/test';
const client = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** A state of a machine, as the States Language writes it. */
export type State = Readonly<Record<string, unknown>>;

/** How an execution ended. */
export interface Ended {
  readonly status: string | undefined;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly arn: string;
  readonly machineArn: string;
}

/** An emulator of a test's own, with the few things that the tests do with it. */
export async function emulatorUnderTest(options: Omit<EmulatorOptions, 'supervisor'> = {}) {
  const supervisor = createSupervisor();
  const emulator = await startEmulator({ ...options, supervisor });
  await createRole(emulator.endpoint, 'test', [{ Effect: 'Allow', Action: '*', Resource: '*' }]);
  return { emulator, ...actions(emulator), close: () => supervisor.stopAll() };
}

function actions(emulator: Emulator) {
  const lambda = new LambdaClient(client(emulator.endpoint));
  const sfn = new SFNClient(client(emulator.endpoint));
  const dynamodb = new DynamoDBClient(client(emulator.endpoint));
  let machines = 0;

  const createMachine = async (states: Readonly<Record<string, State>>) => {
    const [first] = Object.keys(states);
    const { stateMachineArn = '' } = await sfn.send(
      new CreateStateMachineCommand({
        name: `machine-${(machines += 1)}`,
        roleArn: role,
        definition: JSON.stringify({ StartAt: first, States: states }),
      }),
    );
    return stateMachineArn;
  };
  const start = async (machineArn: string, input: unknown) => {
    const { executionArn = '' } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn: machineArn, input: JSON.stringify(input) }),
    );
    return executionArn;
  };
  const describe = (executionArn: string) => sfn.send(new DescribeExecutionCommand({ executionArn }));

  return {
    lambda,
    sfn,
    dynamodb,
    role,
    createMachine,
    start,
    describe,
    /** Runs a machine to its end; the first state is where it starts. */
    run: async (states: Readonly<Record<string, State>>, input: unknown = {}): Promise<Ended> => {
      const machineArn = await createMachine(states);
      const arn = await start(machineArn, input);
      let found: DescribeExecutionOutput = await describe(arn);
      await eventually('the execution has ended', async () => (found = await describe(arn)).status !== 'RUNNING');
      const output: unknown = found.output === undefined ? undefined : JSON.parse(found.output);
      return { status: found.status, output, error: found.error, cause: found.cause, arn, machineArn };
    },
    createTable: (name: string) =>
      dynamodb.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        }),
      ),
    createFunction: async (name: string, code: string) => {
      const { FunctionArn = '' } = await lambda.send(
        new CreateFunctionCommand({
          FunctionName: name,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Role: role,
          Timeout: 5,
          Code: { ZipFile: zipOf('index.mjs', code) },
        }),
      );
      return FunctionArn;
    },
    setEnvironment: (name: string, variables: Record<string, string>) =>
      lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment: { Variables: variables } }),
      ),
    publish: async (name: string) =>
      (await lambda.send(new PublishVersionCommand({ FunctionName: name }))).FunctionArn ?? '',
    invoke: async (name: string, payload: unknown = {}): Promise<unknown> => {
      const { Payload } = await lambda.send(
        new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) }),
      );
      return JSON.parse(Payload?.transformToString() ?? 'null');
    },
    /** A request to EventBridge Scheduler, for which the project has no SDK client. */
    schedule: async (name: string, method: 'POST' | 'GET', body?: unknown) => {
      const response = await fetch(`${emulator.endpoint}/schedules/${name}`, {
        method,
        headers: {
          'content-type': 'application/json',
          authorization:
            'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/scheduler/aws4_request, SignedHeaders=host, Signature=0',
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return response.status;
    },
  };
}

/** The `at(…)` expression of a moment. */
export function at(milliseconds: number): string {
  return `at(${new Date(milliseconds).toISOString().slice(0, 19)})`;
}
