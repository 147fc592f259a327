import http from 'node:http';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { afterEach, expect, test } from '@jest/globals';
import { directWrites } from '../../lib/platform/cloudtrail-direct-writes.ts';

const ruleArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/main/1/2/3';
const at = '2026-03-01T10:00:00Z';
const server = http.createServer();
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

/** As CloudTrail has a `ModifyRule`. */
const modified = (userIdentity: object) => ({ eventTime: at, userIdentity, requestParameters: { ruleArn } });
const session = (role: string) => `arn:aws:sts::111122223333:assumed-role/${role}/one`;

async function written(...records: readonly object[]) {
  server.on('request', (request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const Events = body.includes('ModifyRule')
        ? records.map((record) => ({ CloudTrailEvent: JSON.stringify(record) }))
        : [];
      response.setHeader('Content-Type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ Events }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new CloudTrailClient({ endpoint: `http://127.0.0.1:${port ?? 0}`, region: 'eu-west-1', credentials });
  const time = { since: new Date('2026-03-01T09:00:00Z'), until: new Date('2026-03-01T11:00:00Z') };
  return directWrites(client, { arns: [ruleArn], ...time, own: 'sluice-production-' });
}

test('leaves out what the roles of the stack wrote, and what ECS did by the role that a service names for it', async () => {
  const ecs = { type: 'AssumedRole', arn: session('ecsInfrastructure'), invokedBy: 'ecs.amazonaws.com' };
  const ana = { type: 'AssumedRole', arn: session('Admin'), invokedBy: 'cloudformation.amazonaws.com' };

  expect(
    await written(modified({ arn: session('sluice-production-RollbackMachineRole-1A') }), modified(ecs), modified(ana)),
  ).toEqual([{ at, principal: session('Admin'), arn: ruleArn }]);
});
