import { describe, expect, test } from '@jest/globals';
import { parseSpec } from '../../lib/specification/parse.ts';
import { answerOf, type Answer } from '../../local/drill/answers.ts';
import { drillSpec, pageVersion } from '../../local/drill/drill-spec.ts';
import { lastUnservedAt, pageFigures, versionsSince } from '../../local/drill/measure.ts';
import { meanTimeToRestore } from '../../local/drill/report.ts';
import type { FleetChange } from '../../local/stack/fleet-truth.ts';

const orders = { page: 10_000, end: 50_000 };
const rule = (
  change: FleetChange['change'],
  at: number,
  nodesAt: FleetChange['nodesAt'],
  arn = 'page',
): FleetChange => ({
  ...{ at, nodesAt, kind: 'rule', change, arn, weights: {} },
});
const served = (sentAt: number): Answer => ({ sentAt, kind: 'served', version: 'v1' });
const page = (sentAt: number): Answer => ({ sentAt, kind: 'page' });
const failed = (sentAt: number): Answer => ({ sentAt, kind: 'failed' });
const changes = [
  rule('created', 10_500, [14_000, 19_000]),
  rule('created', 3_000, [4_000, 5_000], 'theirs'),
  rule('deleted', 50_200, [52_000, 55_200]),
];

describe('the figures of the page', () => {
  test('count from the order to what the load balancer and the clients saw', () => {
    // In the order in which they ended.
    const answers = [
      failed(9_000),
      failed(18_900),
      page(11_000),
      page(49_000),
      page(54_000),
      served(51_000),
      served(56_000),
    ];

    expect(pageFigures(orders, changes, answers)).toEqual({
      page: { acceptedMs: 500, propagationMs: 8_500, usersMs: 8_900, boundMs: 10_500 },
      end: { acceptedMs: 200, propagationMs: 5_000, usersMs: 4_000, boundMs: 7_000 },
    });
  });

  test('have no bound where a node does not obey, or the rule was not seen', () => {
    expect(pageFigures(orders, [rule('created', 10_500, [14_000, null])], [])).toEqual({
      page: { acceptedMs: 500, propagationMs: null, usersMs: 0, boundMs: null },
      end: { acceptedMs: null, propagationMs: null, usersMs: 0, boundMs: null },
    });
  });

  test('are those of the slowest rule, and its end is not seen while one rule stays', () => {
    const two = [...changes, rule('created', 11_000, [12_000, 12_500], 'second')];
    const figures = pageFigures(orders, two, []);
    expect(figures.page).toMatchObject({ acceptedMs: 1_000, propagationMs: 8_000 });
    expect(figures.end).toMatchObject({ acceptedMs: null, boundMs: null });
  });
});

describe('the answers of users', () => {
  test('are served, the page, or failed: a 503 of the load balancer is no page', () => {
    const kindOf = (status: number | string, version?: string) => answerOf({ sentAt: 1, status, version }).kind;
    expect(kindOf(200, 'v1')).toBe('served');
    expect(kindOf(503, pageVersion)).toBe('page');
    expect([kindOf(503), kindOf('timeout'), kindOf(404)]).toEqual(['failed', 'failed', 'failed']);
  });

  test('say until when users were not served, and by which version they are', () => {
    const answers = [served(1_000), page(3_000), failed(2_000), served(4_000)];
    expect(lastUnservedAt(answers, 0)).toBe(3_000);
    expect(lastUnservedAt(answers, 3_500)).toBeUndefined();
    expect(versionsSince(answers, 3_500)).toEqual(['v1']);
  });
});

test('the mean time to restore is that of all emergencies, and of none nothing is shown', () => {
  const of = (...sinceHarm: number[]) =>
    meanTimeToRestore(sinceHarm.map((ms) => ({ restoredMs: { sinceHarm: ms, sinceDeclared: 0 } })));
  expect(of(150_000, 80_000)).toMatchObject({ ms: 115_000, holds: true });
  expect(of(150_000, 100_000).holds).toBe(false);
  expect(of().holds).toBe(false);
});

test('the spec of the drill is one that a team may apply', () => {
  const group = (name: string) =>
    `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/${name}/0123456789abcdef`;
  const ruleArn =
    'arn:aws:elasticloadbalancing:us-east-1:000000000000:listener-rule/app/sample/0123456789abcdef/0123456789abcdef/0123456789abcdef';
  const parsed = parseSpec(drillSpec({ ruleArn, targetGroups: { a: group('a'), b: group('b') } }), 'drill.yml');
  expect(parsed).toMatchObject({
    ok: true,
    spec: { emergency: { wait: 10 }, notifications: { statusUpdates: ['post', 'machine'] } },
  });
});
