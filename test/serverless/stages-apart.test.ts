import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { callsAcross } from '../../local/rights/apart.ts';
import { checkRights } from '../../local/rights/check.ts';
import { packageStack } from './packaged-stack.ts';

type NamesIn = (parameter: string, value: unknown) => readonly string[];
const required: unknown = createRequire(import.meta.url)('../../serverless/own-resources.cjs');
const { namesIn } = z.object({ namesIn: z.custom<NamesIn>((value) => typeof value === 'function') }).parse(required);

let production: { readonly Resources: unknown };
let everything: { readonly Resources: unknown };
let staging: { readonly Resources: unknown };

beforeAll(async () => {
  // The names of what the requests that are tried are about; see `samples` in local/rights/asks.ts.
  const own = { Balancers: 'search,shop', Clusters: 'main,jobs', TaskDefinitions: 'api,web', TaskRoles: 'web-task' };
  const others = {
    Balancers: 'shop-staging,search-staging',
    Clusters: 'staging',
    TaskDefinitions: 'web-staging,api-staging,jobs',
    TaskRoles: 'staging/*',
  };
  production = { Resources: (await packageStack('production', [], own)).resources };
  staging = { Resources: (await packageStack('staging', [], others)).resources };
  everything = { Resources: (await packageStack('production')).resources };
}, 1_200_000);

/** Actions of which no policy can tell the stages apart. */
const inseparable = [
  // A scalable target has no name to go by. AWS asks for ecs:UpdateService on its service as well, which is among what is denied.
  'application-autoscaling:RegisterScalableTarget',
  // Takes no resource: who has the token of a waiting task may answer for it, and it is in the other stage's table alone.
  'states:SendTaskSuccess',
];

describe('two stages in one account', () => {
  test('no role of one may change anything of the other, or read its secrets', async () => {
    const { tried, allowed } = await callsAcross(staging, production);

    expect(tried).toBeGreaterThan(5_000);
    expect([...new Set(allowed.map(({ action }) => action))].sort()).toEqual(inseparable);
  }, 900_000);

  test('nor where the name of the other, staging-eu, begins like its own', async () => {
    const { tried, allowed } = await callsAcross(staging, production, 'staging-eu');

    expect(tried).toBeGreaterThan(5_000);
    expect([...new Set(allowed.map(({ action }) => action))].sort()).toEqual(inseparable);
  }, 900_000);

  test('each may do all that it does itself', async () => {
    const { denied, removals } = await checkRights(production);

    expect(denied).toEqual([]);
    // The requests that are tried are about one name of each list: nobody misses the right to the other one.
    const ofOtherName = /\/(?:app\/search|jobs)\/|:task-definition\/api:/;
    expect(removals.filter(({ found, gone }) => found === null && !ofOtherName.test(gone))).toEqual([]);
    expect(removals.filter(({ found, gone }) => found !== null && ofOtherName.test(gone))).toEqual([]);
  }, 900_000);

  test('without names the stages are not apart: the boundary is the names', async () => {
    const { allowed } = await callsAcross(everything, staging);

    expect([...new Set(allowed.map(({ action }) => action))]).toEqual(
      expect.arrayContaining(['elasticloadbalancing:ModifyRule', 'ecs:UpdateService', 'iam:PassRole']),
    );
  }, 900_000);
});

describe('names of a boundary', () => {
  test('are a list, or a text with commas', () => {
    expect(namesIn('balancers', 'shop, search')).toEqual(['shop', 'search']);
    expect(namesIn('taskRoles', ['web-task', 'services/shop/*'])).toEqual(['web-task', 'services/shop/*']);
    expect(namesIn('requestAccounts', ['own', '111122223333'])).toEqual(['own', '111122223333']);
    expect(namesIn('clusters', ['main', '*'])).toEqual(['*']);
  });

  test.each([
    ['balancers', 'shop*'],
    ['balancers', 'shop/../*'],
    ['balancers', '${AWS::StackName}'],
    ['balancers', ''],
    ['clusters', 'a:b'],
    ['clusters', []],
    ['taskDefinitions', 'web:*'],
    ['taskRoles', 'a*'],
    ['taskRoles', '**'],
    ['requestAccounts', '*'],
    ['requestAccounts', '123'],
    ['balancers', undefined],
  ])('of %s cannot be %j', (parameter, value) => {
    expect(() => namesIn(parameter, value)).toThrow(`arameter ${parameter}`);
  });
});
