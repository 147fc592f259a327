import { describe, expect, test } from '@jest/globals';
import { acceptsMore, matcherAccepts } from '../../../lib/drivers/rules/health-matcher.ts';
import { healthQuestion } from '../../../lib/drivers/rules/health-question.ts';
import { hindrancesOf, type ListenerRule } from '../../../lib/drivers/rules/health-request-way.ts';
import type { RoutingAction } from '../../../lib/drivers/rules/routing.ts';

const entrance = { protocol: 'http', host: 'main-1.elb.amazonaws.com', port: 80 } as const;
const path = (...Values: string[]): RoutingAction => ({ Field: 'path-pattern', Values });
const host = (...Values: string[]): RoutingAction => ({ Field: 'host-header', HostHeaderConfig: { Values } });
const header = (...Values: string[]): RoutingAction => ({
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName: 'X-Tenant', Values },
});
const method = (...Values: string[]): RoutingAction => ({
  Field: 'http-request-method',
  HttpRequestMethodConfig: { Values },
});
const query = (...Values: { Key?: string; Value: string }[]): RoutingAction => ({
  Field: 'query-string',
  QueryStringConfig: { Values },
});
const source = (...Values: string[]): RoutingAction => ({ Field: 'source-ip', SourceIpConfig: { Values } });

const rule = (conditions: readonly RoutingAction[], priority = 10, arn = 'the-rule'): ListenerRule => ({
  arn,
  isDefault: false,
  priority,
  conditions,
});

interface Asked {
  readonly healthPath?: string;
  readonly url?: string;
}

function found(
  conditions: readonly RoutingAction[],
  { healthPath = '/health', url }: Asked = {},
  others: readonly ListenerRule[] = [],
) {
  const question = healthQuestion({ healthPath, ...(url !== undefined && { url }) }, { conditions }, entrance);
  return hindrancesOf(question, rule(conditions), others, ['x-sluice-verify', 'x-canary']);
}

describe('a health request that does not meet the rule', () => {
  test.each<[string, RoutingAction[], Asked, string]>([
    [
      'path',
      [path('/api/*')],
      {},
      'does not meet path-pattern /api/* of the-rule: write healthPath: a path that meets it, such as /api/health',
    ],
    ['path in another case', [path('/Health')], {}, 'does not meet path-pattern /Health'],
    [
      'host with a wildcard',
      [host('*.example.com')],
      {},
      'does not meet host-header *.example.com of the-rule: write url: https://<host>',
    ],
    [
      'another host in url',
      [host('shop.example.com')],
      { url: 'https://www.example.com' },
      'GET https://www.example.com/health does not meet host-header',
    ],
    ['method', [method('POST', 'PUT')], {}, 'does not meet http-request-method POST, PUT'],
    [
      'query string',
      [query({ Key: 'v', Value: '2' })],
      {},
      'does not meet query-string v=2 of the-rule: write healthPath: /health?v=2',
    ],
    ['header with wildcards alone', [header('one-*')], {}, 'does not meet http-header X-Tenant: one-*'],
  ])('by %s is found for certain, with what to write', (_, conditions, asked, expected) => {
    expect(found(conditions, asked)).toEqual([{ sure: 'certain', said: expect.stringContaining(expected) }]);
  });

  test.each<[string, RoutingAction]>([
    ['source-ip', source('192.0.2.0/24')],
    ['a regular expression', { Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/api/v[0-9]+/'] } }],
    ['a condition that is not known yet', { Field: 'geo-location' }],
  ])('by %s cannot be told, and is said so', (_, condition) => {
    expect(found([condition])).toEqual([{ sure: 'possible', said: expect.stringContaining('may not meet') }]);
  });
});

describe('a health request that meets the rule', () => {
  test.each<[string, RoutingAction[], Asked]>([
    ['path', [path('/api/*')], { healthPath: '/api/health' }],
    ['one of several paths', [path('/api/*', '/hea?th')], {}],
    ['path whatever the query is', [path('/health')], { healthPath: '/health?deep=1' }],
    ['host, which the request then names', [host('shop.example.com')], {}],
    ['host in any case', [host('*.Example.com')], { url: 'https://shop.example.COM' }],
    ['method', [method('GET', 'POST')], {}],
    ['query string', [query({ Key: 'V', Value: '2*' })], { healthPath: '/health?v=22' }],
    ['a value of a query string', [query({ Value: 'yes' })], { healthPath: '/health?a=no&b=yes' }],
    ['header, which the request then carries', [header('one-*', 'two')], {}],
    ['source-ip of everybody', [source('10.0.0.0/8', '0.0.0.0/0')], {}],
  ])('by %s', (_, conditions, asked) => {
    expect(found(conditions, asked)).toEqual([]);
  });
});

describe('an earlier rule', () => {
  const own = [path('/*')];

  test('that takes the health request is found, the first of them', () => {
    const others = [
      rule([path('/health')], 7, 'second'),
      rule([path('/hea*')], 5, 'first'),
      rule([path('/*')], 20, 'later'),
    ];

    expect(found(own, {}, others)).toEqual([
      {
        sure: 'certain',
        said: expect.stringContaining(
          'is answered by rule first (priority 5; path-pattern /hea*), which comes before priority 10',
        ),
      },
    ]);
  });

  test('that takes it for callers of some addresses is found as possible', () => {
    expect(found(own, {}, [rule([path('/health'), source('192.0.2.0/24')], 5, 'first')])).toEqual([
      { sure: 'possible', said: expect.stringContaining('may be answered by rule first') },
    ]);
  });

  test('that takes other requests, or belongs to a rollout, is none', () => {
    const ofRollout = { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-sluice-verify', Values: ['w'] } };
    const others = [rule([path('/health/*')], 5, 'other'), rule([path('/health'), ofRollout], 6, 'private')];

    expect(found(own, {}, others)).toEqual([]);
  });

  test('of a default action is every rule of its listener', () => {
    const question = healthQuestion({ healthPath: '/health' }, {}, entrance);
    const action: ListenerRule = { arn: 'default', isDefault: true, priority: 0, conditions: [] };

    expect(hindrancesOf(question, action, [action, rule([path('/health')], 900, 'late')], [])).toEqual([
      { sure: 'certain', said: expect.stringContaining('which comes before the default action') },
    ]);
  });
});

test.each<[string, number, boolean]>([
  ['200', 200, true],
  ['200', 204, false],
  ['200,301', 301, true],
  ['200-399', 302, true],
  ['200-399', 401, false],
  ['401', 401, true],
])('matcher %s on %i: %s', (matcher, status, expected) => {
  expect(matcherAccepts(matcher, status)).toBe(expected);
});

test('a matcher that takes more than 2xx is told from one that does not', () => {
  expect(['200', '200-299', '200,204', '200-399', '302', '200,401'].map(acceptsMore)).toEqual([
    false,
    false,
    false,
    true,
    true,
    true,
  ]);
});
