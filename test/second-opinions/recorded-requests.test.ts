import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { opinionOnRequests } from './recorded-requests.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-requests-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`,
});

interface Recorded {
  readonly service: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is found wrong with some requests, all at once: to start the models takes longer than to ask them. */
async function opinionOn(requests: readonly Recorded[]) {
  const file = path.join(folder, 'requests.jsonl');
  const lines = requests.map(({ service, method = 'POST', path: at = '/', query = '', headers = {}, body = '' }) =>
    JSON.stringify({
      method,
      path: at,
      query,
      headers: { ...signed(service), ...headers },
      body: Buffer.from(body).toString('base64'),
    }),
  );
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  const { problems, unknown } = await opinionOnRequests(file);
  return [...Object.keys(problems), ...Object.keys(unknown)];
}

const json = (service: string, target: string, body: unknown) => ({
  service,
  headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});
const form = (body: string) => ({
  service: 'elasticloadbalancing',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body,
});
const ecs = 'AmazonEC2ContainerServiceV20141113';

const right: readonly Recorded[] = [
  json('ecs', `${ecs}.ListTasks`, { cluster: 'main', desiredStatus: 'RUNNING' }),
  form('Action=DescribeRules&Version=2015-12-01&RuleArns.member.1=arn'),
  {
    service: 'scheduler',
    path: '/schedules/web-guard',
    method: 'DELETE',
    query: 'groupName=sluice-local&clientToken=a',
  },
];

const wrong: readonly (readonly [what: string, request: Recorded, found: string])[] = [
  ['an unknown operation', json('ecs', `${ecs}.StopEverything`, {}), 'StopEverything'],
  ['an unknown member', json('ecs', `${ecs}.ListTasks`, { klaster: 'x' }), '.klaster is no member'],
  [
    'an unknown member deep inside',
    json('ecs', `${ecs}.UpdateService`, { service: 'web', deploymentConfiguration: { speed: 1 } }),
    '.deploymentConfiguration.speed is no member',
  ],
  [
    'a value outside its enumeration',
    json('ecs', `${ecs}.ListTasks`, { desiredStatus: 'ALIVE' }),
    "'ALIVE' is none of RUNNING",
  ],
  [
    'a wrong type',
    json('ecs', `${ecs}.UpdateService`, { service: 'web', desiredCount: { many: 1 } }),
    "int() argument must be a string, a bytes-like object or a real number, not 'dict'",
  ],
  [
    'a missing member',
    json('ecs', `${ecs}.UpdateService`, { desiredCount: 1 }),
    'ecs:UpdateService Missing required parameter in input: "service"',
  ],
  [
    'an unknown form field',
    form('Action=DescribeRules&Version=2015-12-01&RulesArns.member.1=arn'),
    'RulesArns.member.1 is no parameter',
  ],
  [
    'a form without what it needs',
    form('Action=DeleteRule&Version=2015-12-01'),
    'elbv2:DeleteRule Missing required parameter in input: "RuleArn"',
  ],
  ['a path that no operation has', { service: 'scheduler', path: '/timetables/web', method: 'DELETE' }, 'no operation'],
  [
    'a name that is too long',
    {
      service: 'scheduler',
      path: `/schedules/${'x'.repeat(65)}`,
      method: 'DELETE',
      query: 'groupName=a&clientToken=a',
    },
    '65 is more than 64',
  ],
];

describe("botocore's opinion on requests", () => {
  test('finds nothing wrong with those that are right', async () => {
    expect(await opinionOn(right)).toEqual([]);
  });

  test('finds what is wrong with each of the others', async () => {
    const found = await opinionOn(wrong.map(([, request]) => request));

    const missed = wrong.filter(([, , expected]) => !found.some((said) => said.includes(expected)));
    expect({ missed: missed.map(([what]) => what), found: found.length }).toEqual({ missed: [], found: wrong.length });
  });
});
