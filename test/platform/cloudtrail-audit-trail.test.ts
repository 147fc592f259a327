import http from 'node:http';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { afterEach, expect, test } from '@jest/globals';
import { cloudTrailAuditTrail } from '../../lib/platform/cloudtrail-audit-trail.ts';

const rule = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/main/0a/0b/0c';
const person = { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/admin/ana' };
const own = {
  type: 'AssumedRole',
  arn: 'arn:aws:sts::111122223333:assumed-role/sluice-test-ShiftTraffic-eu-west-1-lambdaRole/sluice-test-ShiftTraffic',
};

const server = http.createServer();
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

/** A trail whose history is this, the newest first: the local AWS records no calls to the load balancer. */
async function trailOf(...records: readonly object[]) {
  const Events = records.map((record) => ({ CloudTrailEvent: JSON.stringify(record) }));
  server.removeAllListeners('request');
  server.on('request', (_, response) => {
    response.setHeader('Content-Type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ Events }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new CloudTrailClient({ endpoint: `http://127.0.0.1:${port ?? 0}`, region: 'eu-west-1', credentials });
  return cloudTrailAuditTrail(client, 'sluice-test-');
}

const called = (eventName: string, userIdentity: object, requestParameters: object) => ({
  eventName,
  eventTime: '2026-03-01T10:00:00Z',
  sourceIPAddress: '192.0.2.1',
  userIdentity,
  requestParameters,
});

test('names who changed a rule last, and leaves out the stack itself and who only looked', async () => {
  const trail = await trailOf(
    called('DescribeRules', { type: 'Root' }, { ruleArns: [rule] }),
    called('ModifyRule', own, { ruleArn: rule }),
    called('ModifyRule', { type: 'Root' }, { ruleArn: `${rule}d` }),
    called('ModifyRule', person, { ruleArn: rule }),
  );

  expect(await trail.whoChanged(rule, new Date(0))).toBe(
    'arn:aws:sts::111122223333:assumed-role/admin/ana (ModifyRule at 2026-03-01T10:00:00Z from 192.0.2.1)',
  );
});

test('names who deployed to a service, by its name or its ARN', async () => {
  const service = 'arn:aws:ecs:eu-west-1:111122223333:service/main/web-a';
  const trail = await trailOf(called('UpdateService', person, { service, desiredCount: 0 }));

  expect(await trail.whoChanged('web-a', new Date(0))).toContain('assumed-role/admin/ana (UpdateService');
});

test('knows nobody where the history names nobody', async () => {
  const trail = await trailOf(called('ModifyRule', own, { ruleArn: rule }));

  expect(await trail.whoChanged(rule, new Date(0))).toBeUndefined();
});

test.each(['sluice-test-ShiftTraffic', 'sluice-test-'])(
  'a session that is named like the stack is not the stack: %s',
  async (session) => {
    const mallory = { type: 'AssumedRole', arn: `arn:aws:sts::111122223333:assumed-role/Developer/${session}` };
    const trail = await trailOf(called('ModifyRule', mallory, { ruleArn: rule }));

    expect(await trail.whoChanged(rule, new Date(0))).toContain(`assumed-role/Developer/${session}`);
  },
);

test.each(['sluice-test-eu-ShiftTraffic-eu-west-1-lambdaRole', 'sluice-test-eu-RollbackMachineRole-1ABCDEF'])(
  'a role of another stage, whose name begins alike, is not the stack: %s',
  async (role) => {
    const other = { type: 'AssumedRole', arn: `arn:aws:sts::111122223333:assumed-role/${role}/x` };
    const trail = await trailOf(called('ModifyRule', other, { ruleArn: rule }));

    expect(await trail.whoChanged(rule, new Date(0))).toContain(role);
  },
);

test('a record that cannot be read hides nobody behind it', async () => {
  const trail = await trailOf({ odd: rule, more: `"${rule}"` }, called('ModifyRule', person, { ruleArn: rule }));

  expect(await trail.whoChanged(rule, new Date(0))).toContain('assumed-role/admin/ana');
});
