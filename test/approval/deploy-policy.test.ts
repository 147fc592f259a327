import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { evaluate, type Verdict } from '../../local/rights/evaluate.ts';
import type { IamRequest } from '../../local/rights/request.ts';
import { deployed, type Resource } from '../../local/rights/template.ts';
import { packageStack } from '../serverless/packaged-stack.ts';
import { handled, requestsOfHandlers, sent, unused } from './deploy-requests.ts';

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const policy = z.object({ Version: z.literal('2012-10-17'), Statement: z.array(z.unknown()).min(1) });

const chapter = text('docs/iam.md').split(/^## Deploy$/m)[1] ?? '';
const policies = [...chapter.matchAll(/```json\n([^]*?)```/g)].map(([, json = '']) => policy.parse(JSON.parse(json)));
const statements = policies.flatMap(({ Statement }) => Statement);

/** Of the SDK's commands, those of `sluice stack remove` alone. */
const ofRemoval = ['DeleteStack', 'DeleteObjects', 'ListObjectsV2'];

/** What IAM cannot keep to a stage: APIs have no names, mappings are tagged by an id, and stacks and aliases are listed all at once. */
const ofNoStage = /^apigateway:|^cloudformation:ListStacks$|^lambda:(?:ListTags|\w+Resource)$|^kms:ListAliases$/;

const asDeployer = (requests: readonly IamRequest[]) => requests.map((one) => ({ ...one, role: 'Deploy' }));
const verdictOn = (requests: readonly IamRequest[], removes: boolean): Promise<Verdict> =>
  evaluate({ roles: { Deploy: statements }, requests: asDeployer(requests), services: [], removes });

/** The same request on a resource of another stage, or of nobody's. */
function elsewhere({ context, resource, ...request }: IamRequest): IamRequest {
  const moved = (value: string | readonly string[]) => String(value).replace('production', 'staging');
  return {
    ...request,
    resource: moved(resource),
    ...(context && {
      context: Object.fromEntries(Object.entries(context).map(([key, value]) => [key, moved(value)])),
    }),
  };
}

describe('the policies of docs/iam.md to deploy', () => {
  let resources: readonly Resource[];
  let asked: readonly IamRequest[];

  beforeAll(async () => {
    const packaged = await packageStack('production');
    const nested = { Type: 'AWS::CloudFormation::Stack', Properties: {} };
    resources = deployed({ Resources: { ...packaged.resources, ArchiveStack: nested } });
    const own = Object.entries(sent).flatMap(([by, pairs]) =>
      pairs.map(([action, resource]) => ({ action, resource, by })),
    );
    asked = [...requestsOfHandlers(resources), ...own];
  }, 600_000);

  test('allow what CloudFormation and the command ask for', async () => {
    const { denied } = await verdictOn(asked, false);

    expect(asked.length).toBeGreaterThan(4_000);
    expect(denied).toEqual([]);
  }, 600_000);

  test('grant nothing that neither asks for', async () => {
    // One resource of each type and kind of ARN is enough to miss a right.
    const kindOf = ({ by, resource }: IamRequest) => `${by} ${resource.replaceAll(/[\w-]*production[\w.-]*|\d/g, '')}`;
    const kinds = new Map(asked.map((one) => [kindOf(one), one]));
    const { removals } = await verdictOn([...kinds.values()], true);

    expect(removals.length).toBeGreaterThan(180);
    expect(removals.filter(({ found }) => found === null)).toEqual([]);
  }, 600_000);

  test('fit into policies of IAM', () => {
    expect(policies).toHaveLength(2);
    for (const one of policies) expect(JSON.stringify(one).length).toBeLessThanOrEqual(6_144);
  });

  test('know every command of the SDK that a deployment sends', () => {
    const sources = ['lib/cli/connect-deployment.ts', 'lib/cli/connect-stack-storage.ts'].map(text).join('');
    const commands = [...sources.matchAll(/new (\w+)Command\(|await of paginate(\w+)\(|of paginate(\w+)\(/g)].map(
      ([, command, page, listed]) => command ?? page ?? listed ?? '',
    );

    expect(new Set(commands)).toEqual(new Set([...Object.keys(sent), ...ofRemoval]));
  });

  test('leave out of the handlers only what some handler has', () => {
    const all = handled(resources);

    expect(unused.filter(([pattern]) => !all.some((one) => pattern.test(one))).map(([, why]) => why)).toEqual([]);
    expect(unused.filter(([, why]) => why === '')).toEqual([]);
  });

  test('a type of resource that they do not know is named', () => {
    const added = { id: 'Added', type: 'AWS::EC2::Instance', properties: {} };

    expect(() => requestsOfHandlers([...resources, added])).toThrow('AWS::EC2::Instance is new');
  });

  test('reach no other stage, no item of a table, no role without the boundary or for another service', async () => {
    const ofStage = asked.filter((one) => JSON.stringify([one.resource, one.context]).includes('production'));
    const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/sluice-production';
    const role = 'arn:aws:iam::111122223333:role/sluice-production-GuardRole-1A2B3C';
    const others: readonly IamRequest[] = [
      ...ofStage.filter(({ action }) => !ofNoStage.test(action)).map(elsewhere),
      ...['Get', 'Put', 'Update', 'Delete'].map((verb) => ({
        action: `dynamodb:${verb}Item`,
        resource: table,
        by: verb,
      })),
      { action: 'dynamodb:Query', resource: table, by: 'Query' },
      ...['CreateRole', 'PutRolePolicy', 'PutRolePermissionsBoundary'].flatMap((verb) =>
        [undefined, { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' }].map((context) => ({
          ...{ action: `iam:${verb}`, resource: role, by: verb },
          ...(context && { context }),
        })),
      ),
      { action: 'iam:DeleteRolePermissionsBoundary', resource: role, by: 'boundary' },
      { action: 'iam:AttachRolePolicy', resource: role, by: 'policy' },
      { action: 'iam:PassRole', resource: role, by: 'pass', context: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      {
        action: 'cloudformation:DeleteStack',
        resource: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/sluice-production/1',
        by: 'remove',
      },
    ];
    const { denied } = await verdictOn(others, false);

    expect(others.length).toBeGreaterThan(3_000);
    const left = new Set(denied.map(({ action, resource, by }) => `${by}: ${action} ${resource}`));
    expect(
      others.map(({ action, resource, by }) => `${by}: ${action} ${resource}`).filter((one) => !left.has(one)),
    ).toEqual([]);
  }, 600_000);
});
