import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectAccount } from '../../lib/cli/connect-account.ts';

/** What was asked: the action of each call. */
const asked: string[] = [];
/** What is answered, by action. */
const answers = new Map<string, string>();
let server: Server;

const before = { ...process.env };

async function actionOf(message: IncomingMessage): Promise<string> {
  const body = await text(message);
  const target = message.headers['x-amz-target'];
  if (typeof target === 'string') return target.replace(/^.*\./, '');
  return new URLSearchParams(body).get('Action') ?? `${message.method ?? ''} ${message.url ?? ''}`;
}

beforeAll(async () => {
  server = createServer((message, response) => {
    void actionOf(message).then((action) => {
      asked.push(action);
      const body = answers.get(action) ?? '';
      const isXml = body.startsWith('<');
      response.statusCode = body.includes('<Error>') ? 404 : 200;
      response.setHeader('content-type', isXml ? 'text/xml' : 'application/x-amz-json-1.1').end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${port}`;
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
});

beforeEach(() => {
  answers.clear();
  asked.length = 0;
});

afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const account = connectAccount({ region: 'eu-west-1' });
const wrapped = (action: string, result: string) =>
  `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;

function simulated(...results: readonly string[]): void {
  const members = results.map((result) => `<member>${result}</member>`).join('');
  answers.set(
    'SimulatePrincipalPolicy',
    wrapped('SimulatePrincipalPolicy', `<EvaluationResults>${members}</EvaluationResults>`),
  );
}

const result = (decision: string, rest = '') =>
  `<EvalActionName>ecs:UpdateService</EvalActionName><EvalDecision>${decision}</EvalDecision>${rest}`;
const ask = { action: 'ecs:UpdateService', resource: 'arn:aws:ecs:eu-west-1:111122223333:service/main/web' };
const decided = () => account.decisions('arn:aws:iam::111122223333:role/x', [ask]);

describe('an account', () => {
  test('says who calls, its concurrency and its trails', async () => {
    answers.set(
      'GetCallerIdentity',
      wrapped('GetCallerIdentity', '<Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/ada</Arn>'),
    );
    answers.set(
      'GET /2016-08-19/account-settings',
      JSON.stringify({ AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 930 } }),
    );
    answers.set('DescribeTrails', JSON.stringify({ trailList: [{ Name: 'main' }, { Name: 'old' }] }));
    answers.set('GetTrailStatus', JSON.stringify({ IsLogging: true }));

    expect(await account.caller()).toEqual({
      account: '111122223333',
      principal: 'arn:aws:iam::111122223333:user/ada',
    });
    expect(await account.concurrency()).toEqual({ most: 1000, unreserved: 930 });
    expect(await account.trails()).toEqual([
      { name: 'main', isLogging: true },
      { name: 'old', isLogging: true },
    ]);
    expect(await account.region()).toBe('eu-west-1');
  });

  test('is asked with calls that read alone', async () => {
    simulated(result('allowed'));
    answers.set('GetRole', wrapped('GetRole', '<Role><Arn>arn:aws:iam::111122223333:role/p/x</Arn></Role>'));
    answers.set('DescribeTrails', '{"trailList":[{"Name":"main"}]}');
    answers.set('GetTrailStatus', '{}');
    answers.set('LookupEvents', '{"Events":[]}');

    await Promise.all([decided(), account.roleArn('x'), account.trails(), account.readHistory()]);
    expect(asked.filter((action) => !/^(?:Get|Describe|Lookup|Simulate)/.test(action))).toEqual([]);
    expect(asked).toHaveLength(5);
  });

  test.each([
    ['STS without an account', () => account.caller(), 'GetCallerIdentity', wrapped('GetCallerIdentity', '')],
    ['Lambda without limits', () => account.concurrency(), 'GET /2016-08-19/account-settings', '{}'],
    [
      'Lambda with limits that are no counts',
      () => account.concurrency(),
      'GET /2016-08-19/account-settings',
      '{"AccountLimit":{"ConcurrentExecutions":-1,"UnreservedConcurrentExecutions":0.5}}',
    ],
    ['IAM without a decision', decided, 'SimulatePrincipalPolicy', wrapped('SimulatePrincipalPolicy', '')],
  ])('that answers with nonsense has said nothing: %s', async (_, call, action, body) => {
    answers.set(action, body);

    await expect(call()).rejects.toThrow(/named no|made no decision/);
  });

  test('has no role where IAM knows none', async () => {
    answers.set(
      'GetRole',
      '<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>',
    );

    expect(await account.roleArn('gone')).toBeUndefined();
  });
});

describe('a decision of IAM', () => {
  test.each([
    ['allowed', [result('allowed')], { allowed: true, by: undefined }],
    ['implicitDeny', [result('implicitDeny')], { allowed: false, by: 'policy' }],
    [
      'refused by the organization',
      [
        result(
          'implicitDeny',
          '<OrganizationsDecisionDetail><AllowedByOrganizations>false</AllowedByOrganizations></OrganizationsDecisionDetail>',
        ),
      ],
      { allowed: false, by: 'organization' },
    ],
    [
      'refused by a boundary',
      [
        result(
          'implicitDeny',
          '<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>false</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>',
        ),
      ],
      { allowed: false, by: 'boundary' },
    ],
    [
      'refused for the one resource alone',
      [
        result(
          'allowed',
          '<ResourceSpecificResults><member><EvalResourceName>x</EvalResourceName><EvalResourceDecision>explicitDeny</EvalResourceDecision></member></ResourceSpecificResults>',
        ),
      ],
      { allowed: false, by: 'policy' },
    ],
  ])('%s', async (_, results, expected) => {
    simulated(...results);

    expect(await decided()).toEqual([{ ask, ...expected }]);
  });

  test('that depends on what only a real call has is none', async () => {
    simulated(result('implicitDeny', '<MissingContextValues><member>aws:SourceVpc</member></MissingContextValues>'));

    await expect(decided()).rejects.toThrow('depends on aws:SourceVpc');
  });
});
