import { describe, expect, test } from '@jest/globals';
import { parseSpec } from '../../lib/specification/parse.ts';
import { minimalSpec } from './example-spec.ts';

const group = (name: string, region = 'eu-west-1') =>
  `arn:aws:elasticloadbalancing:${region}:111122223333:targetgroup/${name}/73e2d6bc24d8a067`;
const listener = (balancer: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/${balancer}/50dc6c495c0c9188/f2f7dc8efc522ab2`;

/** The minimal spec with other slots and traffic. */
function withSlots(a: string, b: string, ...balancers: readonly string[]): string {
  const head = minimalSpec.slice(0, minimalSpec.indexOf('slots:'));
  const traffic = balancers.map((name) => `  - listener: ${listener(name)}\n`).join('');
  return `${head}slots:\n  a: { service: web-a, ${a} }\n  b: { service: web-b, ${b} }\ntraffic:\n${traffic}`;
}
const several = (...names: readonly string[]) =>
  `targetGroups: [${names.map((name) => `'${group(name)}'`).join(', ')}]`;
const one = (name: string) => `targetGroup: '${group(name)}'`;

function complaintsOf(text: string): readonly string[] {
  const parsed = parseSpec(text, 'web.yml');
  return parsed.ok ? [] : parsed.findings.map(({ message }) => message);
}

describe('the target groups of a slot', () => {
  test('are one or several, and the first is the one that is named alone', () => {
    const parsed = [
      withSlots(one('a'), one('b'), 'public'),
      withSlots(several('a', 'a2'), several('b', 'b2'), 'public', 'internal'),
    ];
    const slots = parsed.map((text) => {
      const result = parseSpec(text, 'web.yml');
      return result.ok ? result.spec.slots.b : result.findings;
    });

    expect(slots).toEqual([
      { service: 'web-b', targetGroup: group('b'), targetGroups: [group('b')] },
      { service: 'web-b', targetGroup: group('b'), targetGroups: [group('b'), group('b2')] },
    ]);
  });

  test.each([
    [
      'both ways at once',
      withSlots(`${one('a')}, ${several('a')}`, one('b'), 'public'),
      'expected a slot: a map with service and targetGroup, or service and targetGroups',
    ],
    ['none', withSlots('targetGroups: []', one('b'), 'public'), 'expected at least one target group'],
    [
      'more than ECS takes',
      withSlots(several('1', '2', '3', '4', '5', '6'), one('b'), 'public'),
      'expected at most 5 target groups, which is as many as an ECS service takes',
    ],
    [
      'more in one slot than in the other',
      withSlots(several('a', 'a2'), one('b'), 'public'),
      'slot b has 1 and slot a 2 target groups, expected as many in both: they stand in for each other',
    ],
    [
      'one in both slots',
      withSlots(several('a', 'a2'), several('b', 'a'), 'public'),
      'is named twice, expected each target group once',
    ],
    [
      'more load balancers than there are pairs',
      withSlots(several('a', 'a2'), several('b', 'b2'), 'public', 'internal', 'third'),
      'this belongs to one load balancer more than each slot has target groups (2), expected a target group for each',
    ],
    [
      'two load balancers for one pair',
      withSlots(one('a'), one('b'), 'public', 'internal'),
      'expected the same: a target group serves one load balancer',
    ],
    [
      'one in another region',
      withSlots(several('a', 'a2'), `targetGroups: ['${group('b')}', '${group('b2', 'us-east-1')}']`, 'public'),
      'the target group is in another account or region than the load balancer',
    ],
  ])('are not %s', (_, text, complaint) => {
    expect(complaintsOf(text)).toEqual([expect.stringContaining(complaint)]);
  });
});
