import http from 'node:http';
import { IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { iamRoles } from '../../lib/platform/iam-roles.ts';

const trust = { Version: '2012-10-17', Statement: [] };
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (part: Buffer) => (body += part.toString()));
  request.on('end', () => {
    response.setHeader('Content-Type', 'text/xml');
    if (!body.includes('RoleName=Deploy')) {
      response.statusCode = 404;
      response.end('<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code></Error></ErrorResponse>');
      return;
    }
    const facts = `<Path>/teams/</Path><RoleName>Deploy</RoleName><RoleId>A</RoleId><CreateDate>2026-03-01T10:00:00Z</CreateDate>`;
    const policy = `<AssumeRolePolicyDocument>${encodeURIComponent(JSON.stringify(trust))}</AssumeRolePolicyDocument>`;
    const role = `<Role>${facts}<Arn>arn:aws:iam::111122223333:role/teams/Deploy</Arn>${policy}</Role>`;
    response.end(`<GetRoleResponse><GetRoleResult>${role}</GetRoleResult></GetRoleResponse>`);
  });
});
let client: IAMClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new IAMClient({ endpoint: `http://127.0.0.1:${port ?? 0}`, region: 'eu-west-1', credentials });
});
afterAll(() => {
  client.destroy();
  server.close();
  server.closeAllConnections();
});

test('a role comes with its account, its path and its trust policy', async () => {
  expect(await iamRoles(client).read('Deploy')).toEqual({
    account: '111122223333',
    path: '/teams/',
    trustPolicy: trust,
  });
});

test('there is none of another name', async () => {
  expect(await iamRoles(client).read('Other')).toBeUndefined();
});
