import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ApiAway } from '../../lib/cli/cli-failure.ts';
import { stackCommands, stackPages } from '../../lib/cli/connect-commands.ts';

interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' };
const pause = { command: 'pause', rollout: 'web-1', user: 'laptop' } as const;

let sent: Sent[];
let reply: { readonly status: number; readonly body: unknown };
let output: string | undefined;
let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      if (body.includes('Action=DescribeStacks')) {
        const member =
          output === undefined
            ? ''
            : `<member><OutputKey>CommandsUrl</OutputKey><OutputValue>${output}</OutputValue></member>`;
        const stack = `<member><StackName>sluice-test</StackName><Outputs>${member}</Outputs></member>`;
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.end(
          `<DescribeStacksResponse><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></DescribeStacksResponse>`,
        );
        return;
      }
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
      sent.push({ path: request.url ?? '', headers: Object.fromEntries(headers), body });
      response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' ? (address?.port ?? 0) : 0;
});

beforeEach(() => {
  sent = [];
  reply = { status: 200, body: { outcome: 'done', by: 'Ana' } };
  output = `http://127.0.0.1:${port}/test/commands`;
});

afterEach(() => {
  server.closeAllConnections();
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

const client = () =>
  new CloudFormationClient({
    region: 'eu-west-1',
    credentials,
    endpoint: `http://127.0.0.1:${port}`,
    maxAttempts: 1,
  });
const send = () => stackCommands(client(), 'test')(pause);

/** Signs what came anew, as API Gateway does to compare. */
async function signatureOf({ path, headers, body }: Sent, secretAccessKey: string): Promise<string> {
  const { sha256 } = new CloudFormationClient({ region: 'eu-west-1', credentials }).config;
  const signer = new SignatureV4({
    service: 'execute-api',
    region: 'eu-west-1',
    credentials: { ...credentials, secretAccessKey },
    sha256,
  });
  const date = headers['x-amz-date']?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z') ?? '';
  const names = /SignedHeaders=([^,]+)/.exec(headers['authorization'] ?? '')?.[1]?.split(';') ?? [];
  const signed = Object.fromEntries(
    names.filter((name) => name !== 'x-amz-content-sha256').map((name) => [name, headers[name] ?? '']),
  );
  const again = await signer.sign(
    { method: 'POST', protocol: 'http:', hostname: '127.0.0.1', port, path, headers: signed, body },
    { signingDate: new Date(date) },
  );
  return again.headers['authorization'] ?? '';
}

describe('a command to the API of a stack', () => {
  test('is signed with the credentials of the caller, over host, path and body', async () => {
    expect(await send()).toEqual({ outcome: 'done', by: 'Ana' });
    const [request] = sent;
    if (request === undefined) throw new Error('Nothing was sent.');

    expect(request).toMatchObject({ path: '/test/commands', body: JSON.stringify(pause) });
    expect(request.headers['authorization']).toMatch(
      /Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/execute-api\/aws4_request/,
    );
    expect(request.headers['x-amz-security-token']).toBe('session');
    expect(request.headers['authorization']).toBe(await signatureOf(request, 'secret'));
    expect(request.headers['authorization']).not.toBe(await signatureOf({ ...request, body: '{}' }, 'secret'));
    expect(request.headers['authorization']).not.toBe(await signatureOf(request, 'another'));
  });

  test('that the stack refuses gives its reason', async () => {
    reply = { status: 409, body: { outcome: 'refused', reason: 'It is paused already.' } };

    expect(await send()).toEqual({ outcome: 'refused', reason: 'It is paused already.' });
  });

  test.each([
    [403, { message: 'Missing Authentication Token' }, 'it answered 403: Missing Authentication Token'],
    [403, { Message: 'User: x is not authorized to perform: execute-api:Invoke' }, 'not authorized to perform'],
    [503, { outcome: 'refused', reason: 'The stack could not do this now.' }, 'it answered 503: The stack could not'],
    [200, { outcome: 'who knows' }, 'it answered 200'],
    [502, 'x', 'it answered 502'],
  ])('that is answered with %i %j was not taken', async (status, body, why) => {
    reply = { status, body };

    await expect(send()).rejects.toThrow(why);
    await expect(send()).rejects.toBeInstanceOf(ApiAway);
  });

  test('says that a stack of an earlier version takes none', async () => {
    output = undefined;

    await expect(send()).rejects.toThrow('stack sluice-test has no output CommandsUrl: it is of an earlier version');
  });

  test('says where no one answers', async () => {
    output = 'http://127.0.0.1:1/test/commands';

    await expect(send()).rejects.toThrow(/it does not answer at 127\.0\.0\.1:1/);
  });
});

describe('a link to a page', () => {
  const pages = () => stackPages(client(), 'test');

  test('is asked for at the API of the stack, signed', async () => {
    reply = { status: 200, body: { url: 'https://pages.example.com/open/x', until: '2026-03-01T10:05:00.000Z' } };

    expect(await pages()('rollouts/web-1')).toEqual(reply.body);
    expect(sent).toMatchObject([{ path: '/test/open', body: '{"to":"rollouts/web-1"}' }]);
    expect(sent[0]?.headers['authorization']).toContain('/execute-api/aws4_request');
  });

  test('that the API refuses is a failure that says why', async () => {
    reply = { status: 403, body: { message: 'User is not authorized' } };

    await expect(pages()('')).rejects.toThrow(new ApiAway('it answered 403: User is not authorized'));
  });
});
