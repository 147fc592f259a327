import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetExecutionHistoryCommand, ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually as expectEventually } from '../setup/eventually.ts';
import { at, emulatorUnderTest, type State } from './emulator-under-test.ts';

// What docs/aws-differences.md says. A failure here after an upgrade of the emulator is news for that page, not a fault.
let local: Awaited<ReturnType<typeof emulatorUnderTest>>;
let failing = '';

beforeAll(async () => {
  local = await emulatorUnderTest();
  failing = await local.createFunction(
    'failing',
    `export const handler = async () => { throw Object.assign(new Error('too late'), { name: 'StaleWrite' }); };`,
  );
  await local.createTable('claims');
  await local.dynamodb.send(new PutItemCommand({ TableName: 'claims', Item: { pk: { S: 'a' }, fence: { N: '1' } } }));
});

afterAll(() => local.close());

const task = (resource: string, parameters: State, rest: State = { End: true }): State => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${resource}`,
  Parameters: parameters,
  ...rest,
});
const claim = (service: string) =>
  task(`${service}:updateItem`, {
    TableName: 'claims',
    Key: { pk: { S: 'a' } },
    UpdateExpression: 'SET fence = :next',
    ConditionExpression: 'fence = :seen',
    ExpressionAttributeValues: { ':next': { N: '2' }, ':seen': { N: '0' } },
  });

describe('what AWS refuses and the emulator lets pass', () => {
  const pass = (more: State): Readonly<Record<string, State>> => ({ Only: { Type: 'Pass', End: true, ...more } });
  const choice = (rule: State): Readonly<Record<string, State>> => ({
    Choose: { Type: 'Choice', Choices: [{ ...rule, Next: 'Matched' }], Default: 'Other' },
    Matched: { Type: 'Pass', Result: 'matched', End: true },
    Other: { Type: 'Pass', Result: 'default', End: true },
  });

  test.each<[string, Readonly<Record<string, State>>, unknown, unknown]>([
    ['a missing path in Parameters is null', pass({ Parameters: { 'x.$': '$.none' } }), {}, { x: null }],
    [
      'a choice over a missing path takes the default',
      choice({ Variable: '$.none', StringEquals: 'x' }),
      {},
      'default',
    ],
    ['null counts as absent', choice({ Variable: '$.n', IsPresent: true }), { n: null }, 'default'],
    [
      'StringLessThanPath never matches',
      choice({ Variable: '$.a', StringLessThanPath: '$.b' }),
      { a: 'a', b: 'b' },
      'default',
    ],
    [
      'TimestampLessThanPath never matches',
      choice({ Variable: '$.a', TimestampLessThanPath: '$.b' }),
      { a: '2026-01-01T00:00:00Z', b: '2027-01-01T00:00:00Z' },
      'default',
    ],
    ['a wait for a missing number does not wait', { Only: { Type: 'Wait', SecondsPath: '$.none', End: true } }, {}, {}],
    ['a wait takes a fraction', { Only: { Type: 'Wait', SecondsPath: '$.s', End: true } }, { s: 0.1 }, { s: 0.1 }],
    [
      'the context is null in ResultSelector',
      { Only: { ...pass({})['Only'], ResultSelector: { 'n.$': '$$.Execution.Name' } } },
      {},
      { n: null },
    ],
    [
      'HeartbeatSeconds and TimeoutSecondsPath are ignored',
      {
        Only: task(
          'dynamodb:getItem',
          { TableName: 'claims', Key: { pk: { S: 'none' } } },
          { HeartbeatSeconds: 1, TimeoutSecondsPath: '$.none', End: true },
        ),
      },
      {},
      {},
    ],
  ])('%s', async (_, states, input, output) => {
    expect(await local.run(states, input)).toMatchObject({ status: 'SUCCEEDED', output });
  });
});

describe('names of errors', () => {
  test('a function’s own name is lost, its message is in the cause', async () => {
    const { error, cause } = await local.run({ Only: task('lambda:invoke', { FunctionName: failing, Payload: {} }) });

    expect(error).toBe('Runtime.HandlerError');
    expect(JSON.parse(cause ?? '')).toEqual({ errorMessage: 'too late', errorType: 'Runtime.HandlerError' });
  });

  test.each([
    ['the optimized', 'dynamodb', 'DynamoDB.ConditionalCheckFailedException'],
    ['the SDK', 'aws-sdk:dynamodb', 'DynamoDb.ConditionalCheckFailedException'],
  ])('a condition that is not met, by %s integration', async (_, service, error) => {
    expect(await local.run({ Only: claim(service) })).toMatchObject({ status: 'FAILED', error });
  });

  test('a second start under one name is refused, whatever its input', async () => {
    const { machineArn } = await local.run({ Only: { Type: 'Pass', End: true } });
    const again = (resource: string) =>
      local.run({ Only: task(resource, { StateMachineArn: machineArn, Name: 'rb-1', Input: {} }) });
    const first = await again('states:startExecution');

    expect(first.status).toBe('SUCCEEDED');
    expect((await again('states:startExecution')).error).toBe('ExecutionAlreadyExists');
    expect((await again('aws-sdk:sfn:startExecution')).error).toBe('Sfn.ExecutionAlreadyExists');
  });

  test('stopping an execution that has ended, describing one that never was', async () => {
    const { arn } = await local.run({ Only: { Type: 'Pass', End: true } });

    expect((await local.run({ Only: task('aws-sdk:sfn:stopExecution', { ExecutionArn: arn }) })).error).toBe(
      'Sfn.ValidationException',
    );
    expect((await local.run({ Only: task('aws-sdk:sfn:describeExecution', { ExecutionArn: `${arn}x` }) })).error).toBe(
      'Sfn.ExecutionDoesNotExist',
    );
  });

  test('States.ALL catches States.Runtime, so a call to the balancer falls through to the next state', async () => {
    const modify = task(
      'aws-sdk:elasticloadbalancingv2:modifyRule',
      { RuleArn: 'arn:x', Actions: [] },
      {
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'SecondWay' }],
        Next: 'SecondWay',
      },
    );

    expect(await local.run({ Modify: modify, SecondWay: { Type: 'Pass', End: true } })).toMatchObject({
      status: 'SUCCEEDED',
      output: { Error: 'States.Runtime' },
    });
  });
});

describe('what works as on AWS', () => {
  test('Fail with ErrorPath and CausePath', async () => {
    const caught = { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'End' }], Next: 'End' };
    const ended = await local.run({
      Claim: { ...claim('dynamodb'), End: undefined, ...caught },
      End: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: "States.Format('because {}', $.error.Cause)" },
    });

    expect(ended).toMatchObject({
      status: 'FAILED',
      error: 'DynamoDB.ConditionalCheckFailedException',
      cause: 'because The conditional request failed',
    });
  });

  test('a stored plan, parsed into a Map with ItemSelector', async () => {
    const ended = await local.run(
      {
        Parse: { Type: 'Pass', Parameters: { 'plan.$': 'States.StringToJson($.plan)' }, Next: 'Each' },
        Each: {
          Type: 'Map',
          ItemsPath: '$.plan',
          ItemSelector: { 'item.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' },
          ItemProcessor: { StartAt: 'Keep', States: { Keep: { Type: 'Pass', End: true } } },
          End: true,
        },
      },
      { plan: '[{"arn":"a"},{"arn":"b"}]' },
    );

    expect(ended.output).toEqual([
      { item: { arn: 'a' }, index: 0 },
      { item: { arn: 'b' }, index: 1 },
    ]);
  });

  test('a published version keeps code and environment', async () => {
    await local.createFunction('versioned', 'export const handler = async () => process.env.BUILD;');
    await local.setEnvironment('versioned', { BUILD: 'first' });
    const version = await local.publish('versioned');
    await local.setEnvironment('versioned', { BUILD: 'second' });
    const invoke = (name: string) =>
      local.run({
        Only: task('lambda:invoke', { FunctionName: name }, { ResultSelector: { 'b.$': '$.Payload' }, End: true }),
      });

    expect((await invoke(version)).output).toEqual({ b: 'first' });
    expect((await invoke('versioned')).output).toEqual({ b: 'second' });
  });

  test('an execution stopped in a Wait enters no further state', async () => {
    const machine = await local.createMachine({
      Wait: { Type: 'Wait', Seconds: 1, Next: 'Next' },
      Next: { Type: 'Pass', End: true },
    });
    const arn = await local.start(machine, {});
    const history = async () =>
      (await local.sfn.send(new GetExecutionHistoryCommand({ executionArn: arn }))).events?.map(({ type }) => type) ??
      [];
    await expectEventually('it waits', async () => (await history()).includes('WaitStateEntered'));
    await local.sfn.send(new StopExecutionCommand({ executionArn: arn, error: 'Stopped', cause: 'by a test' }));

    expect(await local.describe(arn)).toMatchObject({ status: 'ABORTED', error: 'Stopped', cause: 'by a test' });
    await expectEventually('the wait is over', async () => (await history()).includes('WaitStateExited'));
    expect(await history()).not.toContain('PassStateEntered');
  });

  test('a schedule starts a machine once its time has come, and is gone', async () => {
    const machine = await local.createMachine({ Only: { Type: 'Pass', End: true } });
    const due = Math.ceil(Date.now() / 1000) * 1000 + 1000;
    await local.schedule('dead-man', 'POST', {
      ScheduleExpression: at(due),
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: machine, RoleArn: local.role, Input: '{}' },
    });

    await expectEventually('the schedule is gone', async () => (await local.schedule('dead-man', 'GET')) === 404);
    const { executions = [] } = await local.sfn.send(new ListExecutionsCommand({ stateMachineArn: machine }));
    const starts = executions.map(({ startDate }) => (startDate?.getTime() ?? 0) >= due);
    expect(starts).toEqual([true]);
  });
});
