import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { albMetrics, albSeriesFor, datapointOf, type RawPoint } from '../../../lib/metrics/cloudwatch/alb-datapoint.ts';
import { defaultGates, metricsOfGate } from '../../../lib/specification/gate.ts';

const counts = ['requests', 'errors'];

describe('datapointOf', () => {
  test.each<[string, RawPoint, RawPoint, number | undefined]>([
    ['all answered well', { requestCount: 100, target2xx: 100 }, {}, 0],
    ['redirects and refusals are no errors', { requestCount: 100, target2xx: 60, target3xx: 30, target4xx: 10 }, {}, 0],
    ['5xx of targets are', { requestCount: 100, target2xx: 97, target5xx: 3 }, {}, 3],
    ['a crashed green answers nothing: every request is one', { requestCount: 40 }, { requestCount: 40 }, 40],
    ['half crashed', { requestCount: 100, target2xx: 50 }, { requestCount: 100, target2xx: 50 }, 50],
    ['5xx and lost requests add up', { requestCount: 100, target2xx: 90, target5xx: 4 }, {}, 10],
    [
      'in flight at the end, answered in the next period',
      { requestCount: 100, target2xx: 95 },
      { requestCount: 100, target2xx: 105 },
      0,
    ],
    ['some in flight, some lost', { requestCount: 100, target2xx: 90 }, { requestCount: 100, target2xx: 104 }, 6],
    ['answers to earlier requests', { requestCount: 100, target2xx: 110 }, { requestCount: 100, target2xx: 100 }, 0],
    ['more 5xx than requests, for earlier ones', { requestCount: 10, target5xx: 12 }, {}, 10],
    ['no request, no statement', { requestCount: 0 }, {}, undefined],
    ['no count of requests, no statement', { target5xx: 3 }, {}, undefined],
    ['nothing at all', {}, {}, undefined],
  ])('errors: %s', (_, raw, next, errors) => {
    expect(datapointOf(raw, next, counts)['errors']).toBe(errors);
  });

  test('a zero that was counted is a datapoint, a missing one is not', () => {
    expect(datapointOf({ requestCount: 0, healthyHosts: 0, unhealthyHosts: 0 }, {}, albMetrics)).toEqual({
      requests: 0,
      healthyHosts: 0,
      unhealthyHosts: 0,
    });
    expect(datapointOf({}, {}, albMetrics)).toEqual({});
  });

  test('a request that a target answered badly is answered, one that the balancer answered is not', () => {
    const raw = { requestCount: 10, target2xx: 6, target5xx: 3 };

    expect(datapointOf(raw, {}, ['answered'])).toEqual({ answered: 9 });
    expect(datapointOf({ requestCount: 0 }, {}, ['answered'])).toEqual({});
  });

  test('percent of what the tasks reserve are shares, above one where they may take more', () => {
    expect(datapointOf({ cpuPercent: 130, memoryPercent: 40 }, {}, ['cpu', 'memory'])).toEqual({
      cpu: 1.3,
      memory: 0.4,
    });
  });

  test('holds only what was asked for', () => {
    const raw = { requestCount: 1, target2xx: 1, latencyP95: 0.2, healthyHosts: 2, unhealthyHosts: 1 };

    expect(datapointOf(raw, {}, ['latencyP95'])).toEqual({ latencyP95: 0.2 });
    expect(datapointOf(raw, {}, albMetrics)).toEqual({
      requests: 1,
      errors: 0,
      answered: 1,
      latencyP95: 0.2,
      healthyHosts: 2,
      unhealthyHosts: 1,
    });
  });

  const count = fc.option(fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 1_000_000_000 })), { nil: undefined });
  const raw = fc
    .record({ requestCount: count, target2xx: count, target3xx: count, target4xx: count, target5xx: count })
    .map((all): RawPoint => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

  test('errors never exceed requests and never fall below the 5xx of targets that requests explain', () => {
    fc.assert(
      fc.property(raw, raw, (now, next) => {
        const { requests, errors } = datapointOf(now, next, counts);
        const { target5xx = 0, requestCount = 0 } = now;

        expect(requests).toBe(now.requestCount);
        expect(errors === undefined).toBe(requestCount === 0);
        expect(errors ?? 0).toBeLessThanOrEqual(requestCount);
        expect(errors ?? requestCount).toBeGreaterThanOrEqual(Math.min(target5xx, requestCount));
      }),
      { numRuns: 1000 },
    );
  });

  test('requests that a period leaves to the next are no errors there, and none are made up in the next', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat({ max: 5000 }), share, (first, second, late) => {
        const open = Math.floor(first * late);
        const one = { requestCount: first, target2xx: first - open };
        const two = { requestCount: second, target2xx: second + open };

        expect(datapointOf(one, two, counts)['errors']).toBe(0);
        expect(datapointOf(two, {}, counts)['errors'] ?? 0).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('albSeriesFor', () => {
  test('fetches each series once', () => {
    const ids = albSeriesFor(['requests', 'errors', 'requests', 'latencyP95', 'healthyHosts']).map(({ id }) => id);

    expect(ids).toEqual([
      'requestCount',
      'target2xx',
      'target3xx',
      'target4xx',
      'target5xx',
      'latencyP95',
      'healthyHosts',
    ]);
  });

  test('knows every metric of the default gates', () => {
    const metrics = defaultGates.flatMap((gate) => metricsOfGate(gate));

    expect(() => albSeriesFor(metrics)).not.toThrow();
  });

  test('names a metric that it does not know, and those that it knows', () => {
    expect(() => albSeriesFor(['requests', 'disk'])).toThrow(
      /metric disk, which is unknown; known are requests, errors/,
    );
  });
});
