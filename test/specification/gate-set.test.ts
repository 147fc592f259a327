import { describe, expect, test } from '@jest/globals';
import { lintSpec } from '../../lib/specification/lint.ts';
import { metricOfSlot } from '../../lib/specification/metric-of-slot.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import type { RolloutSpec } from '../../lib/specification/rollout-spec.ts';
import { minimalSpec } from './example-spec.ts';

function specOf(more: string): RolloutSpec {
  const parsed = parseSpec(`${minimalSpec}${more}`, 'web.yml');
  if (!parsed.ok) throw new Error(parsed.findings.map(({ message }) => message).join('; '));
  return parsed.spec;
}
const complaints = (more: string) =>
  lintSpec(`${minimalSpec}${more}`, 'web.yml')
    .filter(({ severity }) => severity === 'error')
    .map(({ message }) => message);
const limitsOf = (spec: RolloutSpec) =>
  Object.fromEntries(spec.gates.map(({ name, pass, abort }) => [name, [pass, abort]]));

describe('a preset', () => {
  test('web carries the numbers of a web service', () => {
    expect(limitsOf(specOf('preset: web\n'))).toEqual({
      'error-rate': [0.01, 0.05],
      'latency-p95': [2, 5],
      'unhealthy-hosts': [0, 3],
      'health-checks': [3, 3],
      availability: [0.999, 0.99],
      cpu: [0.8, 0.95],
      memory: [0.85, 0.95],
    });
  });

  test('strict aborts sooner', () => {
    expect(limitsOf(specOf('preset: strict\n'))).toMatchObject({
      'latency-p95': [2, 2],
      cpu: [0.8, 0.9],
      memory: [0.85, 0.9],
    });
  });

  test('business carries the numbers of what people come for, and where they are published', () => {
    const spec = specOf('preset: business\n');

    expect(limitsOf(spec)).toEqual({
      'login-success': [0.95, 0.9],
      'submission-success': [0.98, 0.95],
      'report-success': [0.99, 0.98],
      'page-load-p95': [3, 5],
    });
    expect(metricOfSlot(spec, 'b', spec.metrics['loginSucceeded'] ?? fail())).toMatchObject({
      series: { value: { namespace: 'Business', name: 'LoginSucceeded', dimensions: { Service: 'web-b' } } },
    });
  });

  test('is changed gate by gate, and what is not written stays', () => {
    const spec = specOf(
      'preset: [web, business]\ngates:\n  - { name: cpu, abort: 90%, warmUp: 5m }\n  - { name: report-success, off: true }\n',
    );

    expect(spec.gates.find(({ name }) => name === 'cpu')).toEqual({
      name: 'cpu',
      value: { metric: 'cpu' },
      unit: 'share',
      pass: 0.8,
      abort: 0.9,
      warmUp: 300,
    });
    expect(spec.gates).toHaveLength(10);
    expect(spec.metrics).not.toHaveProperty('reportSucceeded');
  });

  test('gives way to a whole gate of the same name', () => {
    const spec = specOf('preset: web\ngates:\n  - { name: cpu, value: { metric: memory }, pass: 1%, abort: 2% }\n');

    expect(spec.gates.find(({ name }) => name === 'cpu')).toMatchObject({ value: { metric: 'memory' }, pass: 0.01 });
    expect(spec.gates).toHaveLength(7);
  });

  test('keeps the place that a spec names for its metrics', () => {
    const spec = specOf(
      'preset: business\nmetrics:\n  loginSucceeded: { namespace: Auth, name: Ok, dimensions: { Slot: "{slot}" } }\n',
    );

    expect(spec.metrics['loginSucceeded']).toMatchObject({ namespace: 'Auth', name: 'Ok' });
    expect(spec.metrics['loginAttempted']).toMatchObject({ namespace: 'Business' });
  });

  test('without one and without gates there are the three that every balancer has', () => {
    expect(specOf('').gates.map(({ name }) => name)).toEqual(['error-rate', 'latency-p95', 'unhealthy-hosts']);
  });
});

describe('a gate that does not fit', () => {
  test.each([
    ['an unknown preset', 'preset: wep\n', 'expected web, strict, business, or a list of them'],
    [
      'a change of no gate',
      'preset: web\ngates: [{ name: cpuu, abort: 1% }]\n',
      'the preset has no gate "cpuu" to change, expected one of error-rate',
    ],
    ['a change without a preset', 'gates: [{ name: cpu, abort: 90% }]\n', 'gate "cpu" does not say what it reads'],
    [
      'limits that a change puts in the wrong order',
      'preset: web\ngates: [{ name: cpu, abort: 10% }]\n',
      'the pass limit (0.8) lies beyond the abort limit (0.1), expected a lower one',
    ],
    [
      'limits of a success in the wrong order',
      'gates: [{ name: s, good: { metric: answered }, total: { metric: requests }, pass: 90%, abort: 95% }]\n',
      'more is better here, so expected a higher limit to pass',
    ],
    [
      'a sum over a share',
      'preset: web\ngates: [{ name: availability, sumOver: 5m }]\n',
      'is a share, expected `sumOver` only beside `value`',
    ],
    [
      'a preset with every gate off',
      `preset: business\ngates: [${['login-success', 'submission-success', 'report-success', 'page-load-p95'].map((name) => `{ name: ${name}, off: true }`).join(', ')}]\n`,
      'every gate is off, expected at least one',
    ],
    [
      'a latency for the CPU',
      'preset: web\ngates: [{ name: cpu, abort: 2s }]\n',
      'limits a share, expected a percentage',
    ],
    ['a CPU of 9500 %', 'preset: web\ngates: [{ name: cpu, abort: 95 }]\n', 'means 9500 %'],
    [
      'a metric of its own called like one of ours',
      'metrics: { cpu: { namespace: A, name: B } }\n',
      '"cpu" is a metric of Sluice itself',
    ],
    ['a metric whose name is none', 'metrics: { "a b": { namespace: A, name: B } }\n', '"a b" is no name of a metric'],
    [
      'a statistic that is none',
      'metrics: { m: { namespace: A, name: B, statistic: mean } }\n',
      'expected a CloudWatch statistic',
    ],
    [
      'an expression over nothing',
      'metrics: { m: { expression: a + b, of: { a: { namespace: A, name: B } } } }\n',
      'the expression names "b", expected one of the series of `of`: a',
    ],
    [
      'an expression that searches',
      'metrics: { m: { expression: "SUM(METRICS())", of: { a: { namespace: A, name: B } } } }\n',
      'reach beyond the series',
    ],
    [
      'an expression with quotes',
      `metrics: { m: { expression: "SEARCH('x', 'Sum')", of: { a: { namespace: A, name: B } } } }\n`,
      'without quotes and SEARCH',
    ],
  ])('%s is refused', (_, more, said) => {
    expect(complaints(more).join('; ')).toContain(said);
  });

  test('one that reads the same series for both slots is refused: green could not be told from blue', () => {
    const more = 'metrics: { m: { namespace: A, name: B, dimensions: { Service: web } } }\n';

    expect(complaints(more)).toEqual([
      'the dimensions of m are the same for both slots, expected some that tell them apart, such as { Service: "{service}" }',
    ]);
  });
});

describe("a team's own metric", () => {
  test('is read by what CloudWatch calls the things of a slot', () => {
    const spec = specOf(
      'metrics:\n  m:\n    namespace: A\n    name: B\n    dimensions: { S: "{service}", C: "{cluster}", T: "{targetGroup}", L: "{loadBalancer}", X: "{other}" }\n    slots: { a: { Color: one }, b: { Color: two } }\n    unit: milliseconds\n    missing: zero\n',
    );

    expect(metricOfSlot(spec, 'a', spec.metrics['m'] ?? fail())).toEqual({
      provider: 'cloudwatch',
      series: {
        value: {
          namespace: 'A',
          name: 'B',
          statistic: 'Sum',
          dimensions: {
            S: 'web-a',
            C: 'production',
            T: 'targetgroup/web-a/73e2d6bc24d8a067',
            L: 'app/public/50dc6c495c0c9188',
            X: '{other}',
            Color: 'one',
          },
        },
      },
      expression: undefined,
      factor: 0.001,
      zeroWhenMissing: true,
    });
  });

  test('has defaults: a sum of counts, whose absence is no data', () => {
    expect(
      specOf('metrics: { m: { namespace: A, name: B, dimensions: { S: "{slot}" } } }\n').metrics['m'],
    ).toMatchObject({
      statistic: 'Sum',
      unit: 'count',
      missing: 'no-data',
    });
    const computed = specOf(
      'metrics: { m: { expression: a * 2, of: { a: { namespace: A, name: B, dimensions: { S: "{slot}" } } } } }\n',
    );
    expect(computed.metrics['m']).toMatchObject({ of: { a: { statistic: 'Sum' } }, unit: 'count', missing: 'no-data' });
  });
});

function fail(): never {
  throw new Error('The spec lacks the metric.');
}
