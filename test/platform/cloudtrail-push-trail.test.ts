import http from 'node:http';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { afterEach, describe, expect, test } from '@jest/globals';
import { cloudTrailPushTrail } from '../../lib/platform/cloudtrail-push-trail.ts';

const digest = `sha256:${'b'.repeat(64)}`;
const pushed = { repository: 'shop/web', digest, tag: '412', at: new Date('2026-03-01T10:00:00Z') };
const ana = 'arn:aws:iam::111122223333:user/ana';
const ben = 'arn:aws:iam::111122223333:user/ben';

const server = http.createServer();
const asked: unknown[] = [];
let slept: number[] = [];
afterEach(() => {
  server.close();
  server.closeAllConnections();
  asked.length = 0;
  slept = [];
});

/** As the documentation shows a `PutImage`; the local AWS records no calls to ECR. */
const putImage = (arn: string, repositoryName: string, imageTag: string, imageDigest: string) => ({
  eventName: 'PutImage',
  userIdentity: { type: 'IAMUser', arn },
  requestParameters: { repositoryName, imageTag, registryId: '111122223333', imageManifest: '{}' },
  responseElements: { image: { repositoryName, imageId: { imageDigest, imageTag } } },
});
const denied = { ...putImage(ana, 'shop/web', '412', digest), responseElements: null, errorCode: 'AccessDenied' };

async function trailOf(...pages: readonly (readonly object[])[]) {
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      asked.push(JSON.parse(body));
      const page = pages[asked.length - 1] ?? [];
      const Events = page.map((record) => ({ CloudTrailEvent: JSON.stringify(record) }));
      response.setHeader('Content-Type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ Events, ...(asked.length < pages.length && { NextToken: `t${asked.length}` }) }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new CloudTrailClient({ endpoint: `http://127.0.0.1:${port ?? 0}`, region: 'eu-west-1', credentials });
  return cloudTrailPushTrail(client, (milliseconds) => Promise.resolve(slept.push(milliseconds)));
}

test('tells who pushed this very tag of this very image to this repository', async () => {
  const trail = await trailOf([
    putImage(ben, 'shop/api', '412', digest),
    putImage(ben, 'shop/web', '411', digest),
    putImage(ben, 'shop/web', '412', digest.replace('bb', 'cc')),
    denied,
    putImage(ana, 'shop/web', '412', digest),
  ]);

  expect(await trail.whoPushed(pushed)).toEqual({ principal: ana });
  expect(asked).toMatchObject([{ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'PutImage' }] }]);
});

test('reads on, at most two calls a second', async () => {
  const trail = await trailOf([putImage(ben, 'shop/api', '1', digest)], [putImage(ana, 'shop/web', '412', digest)]);

  expect(await trail.whoPushed(pushed)).toEqual({ principal: ana });
  expect(asked).toHaveLength(2);
  expect(slept.every((milliseconds) => milliseconds >= 500)).toBe(true);
  expect(slept).toHaveLength(1);
});

test('says nothing of a push that the history does not have yet', async () => {
  expect(await (await trailOf([denied])).whoPushed(pushed)).toBeUndefined();
});

test('a history that is not read to its end says nothing either way', async () => {
  const trail = await trailOf(...Array.from({ length: 12 }, () => [denied]));

  await expect(trail.whoPushed(pushed)).rejects.toThrow('More than 500 images');
});

test.each([{ sessionIssuer: {}, webIdFederationData: {}, attributes: {} }, { sessionIssuer: 'x' }, 'x'])(
  'tells the user whose session pushed, whatever CloudTrail says of the session (%j)',
  async (sessionContext) => {
    const user = 'arn:aws:iam::111122223333:user/ana';
    const record = putImage(user, 'shop/web', '412', digest);
    const pushedByUser = { ...record, userIdentity: { type: 'IAMUser', arn: user, sessionContext } };

    expect(await (await trailOf([pushedByUser])).whoPushed(pushed)).toEqual({ principal: user });
  },
);

describe('a session that is named like one of IAM Identity Center', () => {
  const session = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Deploy_0123456789abcdef/ana@example.com';
  const by = (role: string | undefined) => {
    const record = putImage(session, 'shop/web', '412', digest);
    const sessionContext = role === undefined ? {} : { sessionIssuer: { type: 'Role', arn: role } };
    return { ...record, userIdentity: { type: 'AssumedRole', arn: session, sessionContext } };
  };
  const role =
    'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Deploy_0123456789abcdef';

  test('is one where its role lies below the path that AWS alone makes roles below', async () => {
    expect(await (await trailOf([by(role)])).whoPushed(pushed)).toEqual({ principal: session });
  });

  test.each([
    role.replace('aws-reserved/sso.amazonaws.com/eu-west-1/', ''),
    role.replace('role/', 'role/teams/'),
    undefined,
  ])('is none by %s', async (other) => {
    expect(await (await trailOf([by(other)])).whoPushed(pushed)).toEqual({ principal: session, isLookAlike: true });
  });
});
