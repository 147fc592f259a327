import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connect } from '../../lib/cli/connect.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What the service is asked (action and body), and what it answers. */
let asked: { readonly action: string; readonly body: unknown }[];
let answers: Record<string, (body: unknown) => Answer>;
let server: Server;
const before = { ...process.env };

beforeAll(async () => {
  server = createServer((request, response) => {
    void json(request).then((body) => {
      const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      asked.push({ action, body });
      const { status, body: answer } = answers[action]?.(body) ?? { status: 500, body: {} };
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

beforeEach(() => {
  const address = server.address();
  asked = [];
  answers = {};
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
});

afterEach(() => {
  process.env = { ...before };
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const machine = (name: string) => ({
  name,
  stateMachineArn: `arn:aws:states:eu-west-1:111122223333:stateMachine:${name}`,
  type: 'STANDARD',
  creationDate: 1_700_000_000,
});

const stack = () => connect({ stage: 'test', region: 'eu-west-1' });

describe('the rollout machine of a stage', () => {
  test('is found by its name on any page, and started under the given name', async () => {
    const arn = 'arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollout:cli-1';
    answers = {
      ListStateMachines: (body) =>
        JSON.stringify(body).includes('"nextToken":"2"')
          ? { status: 200, body: { stateMachines: [machine('sluice-test-rollout')] } }
          : {
              status: 200,
              body: {
                stateMachines: [machine('sluice-test-rollback'), machine('x-sluice-test-rollout')],
                nextToken: '2',
              },
            },
      StartExecution: () => ({ status: 200, body: { executionArn: arn, startDate: 1_700_000_000 } }),
    };

    await expect(stack().executions.start('cli-1', { service: 'web', image: '1-abc' })).resolves.toBe(arn);
    expect(asked.at(-1)).toEqual({
      action: 'StartExecution',
      body: {
        stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:sluice-test-rollout',
        name: 'cli-1',
        input: '{"service":"web","image":"1-abc"}',
      },
    });
  });

  test('that is not there is named with its region and what to do', async () => {
    answers = { ListStateMachines: () => ({ status: 200, body: { stateMachines: [machine('sluice-prod-rollout')] } }) };

    await expect(stack().executions.start('cli-1', {})).rejects.toThrow(
      'There is no state machine sluice-test-rollout in eu-west-1. Deploy the stack with: npx serverless deploy --stage test --region eu-west-1, or name another',
    );
    expect(asked.map(({ action }) => action)).toEqual(['ListStateMachines']);
  });

  test.each([
    ['RUNNING', 'running'],
    ['PENDING_REDRIVE', 'running'],
    ['SUCCEEDED', 'succeeded'],
    ['FAILED', 'failed'],
    ['TIMED_OUT', 'failed'],
    ['ABORTED', 'failed'],
  ])('an execution that is %s counts as %s', async (status, outcome) => {
    answers = { DescribeExecution: () => ({ status: 200, body: { status, error: 'Rejected', cause: 'why' } }) };

    await expect(stack().executions.describe('arn')).resolves.toEqual({
      status: outcome,
      error: 'Rejected',
      cause: 'why',
    });
  });
});

describe('the table of a stage', () => {
  const missing = {
    status: 400,
    body: {
      __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      message: 'Requested resource not found',
    },
  };

  test('that is not there is named with its region and what to do', async () => {
    answers = { Query: () => missing, GetItem: () => missing };

    await expect(stack().store.list('web', 1)).rejects.toThrow(
      'There is no table sluice-test in eu-west-1. Deploy the stack with: npx serverless deploy --stage test --region eu-west-1',
    );
    await expect(stack().store.load('web-1')).rejects.toThrow('There is no table sluice-test');
  });

  test('is read with the stage in its name', async () => {
    answers = { Query: () => ({ status: 200, body: { Items: [], Count: 0 } }) };

    await expect(stack().store.list('web', 5)).resolves.toEqual([]);
    expect(asked[0]?.body).toMatchObject({ TableName: 'sluice-test', Limit: 5 });
  });

  test('is read in parts: no more events than were asked for', async () => {
    answers = { Query: () => ({ status: 200, body: { Items: [], Count: 0 } }) };

    await expect(stack().store.events('web-1', 100, 50)).resolves.toEqual([]);
    expect(JSON.stringify(asked[0]?.body)).toMatch(/"EVENT#0*101"/);
    expect(JSON.stringify(asked[0]?.body)).toMatch(/"EVENT#0*150"/);
  });
});
