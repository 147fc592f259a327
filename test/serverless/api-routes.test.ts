import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { packageStack, type PackagedStack } from './packaged-stack.ts';

let stack: PackagedStack;

beforeAll(async () => {
  stack = await packageStack('production');
}, 1_200_000);

const method = z.object({
  HttpMethod: z.string(),
  AuthorizationType: z.string(),
  /** The root of the API is an attribute of it. */
  ResourceId: z.object({ Ref: z.string().default('') }),
});
const pathPart = z.object({ PathPart: z.string(), ParentId: z.union([z.object({ Ref: z.string() }), z.unknown()]) });
const api = z.object({
  Policy: z.object({
    Statement: z.array(
      z.object({
        Effect: z.literal('Allow'),
        Principal: z.literal('*'),
        Resource: z.union([z.string(), z.array(z.string())]),
      }),
    ),
  }),
});

const ofType = (type: string) =>
  Object.values(stack.resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));

/** `POST commands`, with how its caller is authorised. */
function routes(): readonly (readonly [string, string])[] {
  const pathOf = (id: string): string => {
    if (id === '') return '';
    const { PathPart, ParentId } = pathPart.parse(stack.resources[id]?.Properties);
    const parent = z.object({ Ref: z.string() }).safeParse(ParentId);
    return parent.success ? `${pathOf(parent.data.Ref)}/${PathPart}` : PathPart;
  };
  return ofType('AWS::ApiGateway::Method').map((properties) => {
    const { HttpMethod, AuthorizationType, ResourceId } = method.parse(properties);
    return [`${HttpMethod} ${pathOf(ResourceId.Ref)}`, AuthorizationType];
  });
}

describe('the routes of the API', () => {
  test('are those of links, of sign-in, of pages, of Slack and of PagerDuty, and three for callers whom AWS verifies', () => {
    expect(Object.fromEntries(routes())).toEqual({
      'POST commands': 'AWS_IAM',
      'GET health': 'AWS_IAM',
      'GET decide/{token}': 'NONE',
      'HEAD decide/{token}': 'NONE',
      'POST decide/{token}': 'NONE',
      'GET sign-in/{token}': 'NONE',
      'GET signed-in': 'NONE',
      'POST slack/actions': 'NONE',
      'POST pagerduty/events': 'NONE',
      'GET ': 'NONE',
      'POST ': 'NONE',
      'GET services/{name}': 'NONE',
      'POST services/{name}': 'NONE',
      'GET rollouts/{name}': 'NONE',
      'POST rollouts/{name}': 'NONE',
      'POST open': 'AWS_IAM',
      'GET open/{token}': 'NONE',
    });
  });

  test('with IAM are named in no statement of the resource policy: callers of other accounts are refused', () => {
    const [properties, ...others] = ofType('AWS::ApiGateway::RestApi');
    const named = api.parse(properties).Policy.Statement.flatMap(({ Resource }) => [Resource].flat());
    // `*` of IAM fits any text, slashes too.
    const fits = (pattern: string, path: string) =>
      new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`).test(path);
    const open = (path: string) => named.some((pattern) => fits(pattern, `execute-api:/production/${path}`));

    expect(others).toEqual([]);
    expect(named.length).toBeGreaterThan(3);
    expect(open('GET/signed-in')).toBe(true);
    expect(open('POST/slack/actions')).toBe(true);
    expect(open('POST/pagerduty/events')).toBe(true);
    expect(['GET/', 'GET/services/web', 'POST/rollouts/web-1', 'GET/open/token'].map(open)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(open('POST/commands')).toBe(false);
    expect(open('POST/open')).toBe(false);
    expect(open('GET/health')).toBe(false);
  });
});
