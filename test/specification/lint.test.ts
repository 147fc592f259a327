import { describe, expect, test } from '@jest/globals';
import { albMetrics } from '../../lib/metrics/cloudwatch/alb-datapoint.ts';
import { formatFinding } from '../../lib/specification/finding.ts';
import { ownMetrics } from '../../lib/specification/metric.ts';
import { lintSpec } from '../../lib/specification/lint.ts';
import { edited, exampleSpec, minimalSpec, placeOf } from './example-spec.ts';

function findings(text: string): readonly string[] {
  return lintSpec(text, 'web.yml').map((finding) => formatFinding(finding));
}

const fastPeriod = edited('period: 60s', 'period: 1s');
const hourly = edited('weight: 5, bake: 15m', 'weight: 5, bake: 24h').replace(
  'weight: 25, bake: 30m',
  'weight: 25, bake: 24h',
);

describe('lintSpec', () => {
  test.each([
    ['the annotated example', exampleSpec],
    ['the minimal spec', minimalSpec],
  ])('finds nothing in %s', (_, text) => {
    expect(findings(text)).toEqual([]);
  });

  test('reports what the schema refuses, and nothing else', () => {
    const text = fastPeriod.replace('cluster: production', 'cluster: a b');

    expect(findings(text)).toEqual([
      'web.yml:5:10: cluster is "a b", expected the name of an ECS resource: letters, digits, - and _',
    ]);
  });

  test.each([
    [
      'a header that CloudFront sets itself',
      edited('name: canary', 'name: X-Forwarded-For'),
      'X-Forwarded-For',
      'warning: the header "X-Forwarded-For" does not come through CloudFront or the load balancer as it was sent, expected a name of your own, such as canary',
    ],
    [
      'a period under a minute',
      fastPeriod,
      'period: 1s',
      'warning: a period of 1s finds no datapoints in AWS/ApplicationELB, which publishes each minute; expected 60s',
    ],
    [
      'a lag under two minutes',
      edited('lag: 2m', 'lag: 1m30s'),
      'lag: 1m30s',
      'warning: a lag of 1m30s judges minutes that AWS/ApplicationELB still revises, expected at least 2m',
    ],
    [
      'a bake that ends before its first datapoint',
      edited('bake: 15m', 'bake: 2m59s'),
      'bake: 2m59s',
      'warning: the bake ends after 2m59s, but the first datapoint of the step is settled after 3m',
    ],
    [
      'a bake that is held in vain',
      edited('bake: 15m', 'bake: 1m').replace('hold: 30m', 'hold: 1m59s'),
      'bake: 1m',
      'bake and timeouts.hold end after 2m59s, but the first datapoint of the step is settled after 3m (period and lag): every rollout would be rolled back, expected more',
    ],
    [
      'bakes that no execution can count',
      hourly,
      '\n  - { weight: 1,',
      'the bakes take 2d55m, but an execution has room for 1800 looks, one each 1m; expected at most 1d6h',
    ],
    [
      'holds that no execution can count',
      edited('hold: 30m', 'hold: 8h'),
      '\n  - { weight: 1,',
      'warning: with every step held the rollout takes 2d1h40m',
    ],
    [
      'bakes that the time of the whole rollout has no room for',
      edited('hold: 30m', 'hold: 30m\n  rollout: 1h'),
      'rollout: 1h',
      'the bakes alone take 1h40m: every rollout would be rolled back before its end, expected more',
    ],
    [
      'a rollback to a named version that takes longer than users can wait',
      edited('steps:\n', 'rollback: { steps: [{ weight: 50, bake: 11m }, { weight: 100, bake: 5m }] }\nsteps:\n'),
      'steps: [{ weight: 50',
      'warning: `sluice rollback --to` gives the earlier version all traffic after 11m of bakes at the earliest, expected at most 10m',
    ],
    [
      'all traffic at once',
      edited('steps:\n', 'steps:\n  - { weight: 100, bake: 1h }\nx:\n').replace(/x:\n[^]*?\n\n/, ''),
      '100, bake',
      'warning: the first step gives green all traffic at once',
    ],
    [
      'no rollback',
      edited('keepFullFor: 1h\n  keepFor: 24h', 'keepFullFor: 0s\n  keepFor: 0s'),
      'keepFor: 0s',
      'warning: the old version is removed as soon as the new one serves',
    ],
    [
      'a metric that nobody publishes',
      edited('bad: { metric: errors }', 'bad: { metric: error }'),
      'metric: error }',
      'there is no metric "error" (did you mean errors?), expected one of requests, errors, answered, slow, latencyP95',
    ],
    [
      'a metric called like a key of every object',
      edited('bad: { metric: errors }', 'bad: { metric: toString }'),
      'metric: toString',
      'there is no metric "toString", expected one of',
    ],
    [
      'a share of a latency',
      edited('bad: { metric: errors }', 'bad: { metric: latencyP95 }'),
      'metric: latencyP95',
      'latencyP95 is no count, expected counts such as errors and requests in a share',
    ],
    [
      'a gate that likes hosts to be few',
      edited('metric: unhealthyHosts', 'metric: healthyHosts'),
      'metric: healthyHosts',
      'warning: healthyHosts is better when higher',
    ],
    [
      'a share of 500 %',
      edited('abort: 5%', 'abort: 5'),
      'abort: 5',
      'the number 5 means 500 % of the total, expected a percentage such as 1%',
    ],
    [
      'a share of 100 %',
      edited('abort: 5%', 'abort: 1'),
      'abort: 1',
      'warning: the number 1 means 100 % of the total, expected a percentage',
    ],
    [
      'a share in seconds',
      edited('abort: 5%', 'abort: 5s'),
      'abort: 5s',
      '"5s" limits a share, expected a percentage such as 1%',
    ],
    [
      'a latency in percent',
      edited('pass: 2s', 'pass: 2%'),
      'pass: 2%',
      '"2%" limits a latency, expected a duration such as 2s',
    ],
    [
      'a latency in milliseconds without saying so',
      edited('abort: 5s', 'abort: 500'),
      'abort: 500',
      'warning: the number 500 means 500 seconds, expected a duration with a unit, such as 500ms',
    ],
    ['a count in percent', edited('abort: 3', 'abort: 3%'), 'abort: 3%', '"3%" limits a count, expected a number'],
  ])('%s', (_, text, piece, expected) => {
    // The piece is `key: value`, and the finding stands at the value.
    const [line = '', column = ''] = placeOf(text, piece).split(':');
    const offset = piece.startsWith('\n') ? 0 : piece.includes(': ') ? piece.indexOf(': ') + 2 : 0;
    const place = piece.startsWith('\n') ? `${Number(line) + 1}:3` : `${line}:${Number(column) + offset}`;

    expect(findings(text).map((found) => found.slice(0, `web.yml:${place}: ${expected}`.length))).toContain(
      `web.yml:${place}: ${expected}`,
    );
  });

  test('a limit of less than 100 % may be a bare number', () => {
    expect(findings(edited('abort: 5%', 'abort: 0.05'))).toEqual([]);
  });

  test('knows the metrics that the load balancer adapter can fetch', () => {
    expect(Object.keys(ownMetrics).toSorted()).toEqual([...albMetrics].toSorted());
  });
});
