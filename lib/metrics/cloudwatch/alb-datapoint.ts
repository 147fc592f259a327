import type { Datapoint } from '../../analysis/datapoint.ts';
import type { SlowRequests } from '../../specification/slow-requests.ts';

/** One CloudWatch series of a slot. */
export interface AlbSeries {
  readonly id: keyof RawPoint;
  readonly metricName: string;
  readonly stat: string;
  /** By default the load balancer's own. */
  readonly namespace?: string;
  /** Whose series it is: by default the slot's target group. */
  readonly of?: 'ecsService';
}

/** What the load balancer published of one slot's target group, and ECS of its service, for one period. */
export interface RawPoint {
  readonly requestCount?: number;
  readonly target2xx?: number;
  readonly target3xx?: number;
  readonly target4xx?: number;
  readonly target5xx?: number;
  readonly latencyP95?: number;
  /** Responses that were timed. */
  readonly timed?: number;
  /** Percent of them at or under the limit that makes a request slow. */
  readonly fastPercent?: number;
  /** A count of slow requests that the team publishes. */
  readonly slowCount?: number;
  readonly unhealthyHosts?: number;
  readonly healthyHosts?: number;
  /** Percent of what the tasks reserved; above 100 where they may take more. */
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
}

const requestCount: AlbSeries = { id: 'requestCount', metricName: 'RequestCount', stat: 'Sum' };

const statusCounts: readonly AlbSeries[] = [
  { id: 'target2xx', metricName: 'HTTPCode_Target_2XX_Count', stat: 'Sum' },
  { id: 'target3xx', metricName: 'HTTPCode_Target_3XX_Count', stat: 'Sum' },
  { id: 'target4xx', metricName: 'HTTPCode_Target_4XX_Count', stat: 'Sum' },
  { id: 'target5xx', metricName: 'HTTPCode_Target_5XX_Count', stat: 'Sum' },
];

/** Which series each metric of a gate is computed from. */
const neededFor: Readonly<Record<string, readonly AlbSeries[]>> = {
  requests: [requestCount],
  errors: [requestCount, ...statusCounts],
  answered: [requestCount, ...statusCounts],
  latencyP95: [{ id: 'latencyP95', metricName: 'TargetResponseTime', stat: 'p95' }],
  unhealthyHosts: [{ id: 'unhealthyHosts', metricName: 'UnHealthyHostCount', stat: 'Maximum' }],
  healthyHosts: [{ id: 'healthyHosts', metricName: 'HealthyHostCount', stat: 'Minimum' }],
  cpu: [{ id: 'cpuPercent', metricName: 'CPUUtilization', stat: 'Average', namespace: 'AWS/ECS', of: 'ecsService' }],
  memory: [
    { id: 'memoryPercent', metricName: 'MemoryUtilization', stat: 'Average', namespace: 'AWS/ECS', of: 'ecsService' },
  ],
};

/** Slow requests by percentile rank: `PR(:2)` is the percentage of values up to 2 s. */
function slowSeries({ over, metric }: SlowRequests): readonly AlbSeries[] {
  if (metric !== undefined) {
    return [{ id: 'slowCount', metricName: metric.name, stat: 'Sum', namespace: metric.namespace }];
  }
  return [
    { id: 'timed', metricName: 'TargetResponseTime', stat: 'SampleCount' },
    { id: 'fastPercent', metricName: 'TargetResponseTime', stat: `PR(:${over})` },
  ];
}

/** Names that a gate may give to `metric`. */
export const albMetrics: readonly string[] = [...Object.keys(neededFor), 'slow'];

/**
 * The series to fetch for some metrics, each once.
 * @throws Error where a gate names a metric that nobody defined
 */
export function albSeriesFor(metrics: readonly string[], slow: SlowRequests = { over: 2 }): readonly AlbSeries[] {
  const series = new Map<string, AlbSeries>();
  for (const metric of metrics) {
    const needed = metric === 'slow' ? slowSeries(slow) : neededFor[metric];
    if (needed === undefined) {
      throw new Error(`A gate reads metric ${metric}, which is unknown; known are ${albMetrics.join(', ')}.`);
    }
    for (const one of needed) series.set(one.id, one);
  }
  return [...series.values()];
}

/**
 * What the gates see of one slot in one settled period.
 *
 * `errors` = Target_5XX + requests that no target answered. Responses that the balancer makes itself (502, 503, 504) are not
 * counted per target group, so a green that crashes shows no target 5xx; its requests without any target response are those.
 * A request that was still in flight at the end of the period is answered in the next one and is no error.
 * A missing count is zero only where there were requests; without requests nothing is said of errors.
 */
export function datapointOf(raw: RawPoint, next: RawPoint, metrics: readonly string[]): Datapoint {
  const point: Record<string, number> = {};
  const requests = raw.requestCount;
  for (const metric of metrics) {
    if (metric === 'requests' && requests !== undefined) point['requests'] = requests;
    if (metric === 'errors' && requests !== undefined && requests > 0) {
      point['errors'] = Math.min(requests, (raw.target5xx ?? 0) + lostRequests(raw, next));
    }
    if (metric === 'answered' && requests !== undefined && requests > 0) {
      point['answered'] = Math.max(0, requests - lostRequests(raw, next));
    }
    if (metric === 'cpu' && raw.cpuPercent !== undefined) point['cpu'] = raw.cpuPercent / 100;
    if (metric === 'memory' && raw.memoryPercent !== undefined) point['memory'] = raw.memoryPercent / 100;
    const slow = metric === 'slow' ? slowOf(raw) : undefined;
    if (slow !== undefined) point['slow'] = slow;
    if (metric === 'latencyP95' && raw.latencyP95 !== undefined) point['latencyP95'] = raw.latencyP95;
    if (metric === 'unhealthyHosts' && raw.unhealthyHosts !== undefined) point['unhealthyHosts'] = raw.unhealthyHosts;
    if (metric === 'healthyHosts' && raw.healthyHosts !== undefined) point['healthyHosts'] = raw.healthyHosts;
  }
  return point;
}

/** Slow requests, whichever way they are told; where nothing was timed nothing is said. */
function slowOf({ timed, fastPercent, slowCount }: RawPoint): number | undefined {
  if (timed !== undefined && fastPercent !== undefined) return Math.round((timed * (100 - fastPercent)) / 100);
  return slowCount;
}

/** Requests that no target ever answered. */
function lostRequests(raw: RawPoint, next: RawPoint): number {
  return Math.max(0, unanswered(raw) - Math.max(0, -unanswered(next)));
}

/** Requests less the responses that targets gave; negative where earlier requests were answered in this period. */
function unanswered(raw: RawPoint): number {
  const { target2xx = 0, target3xx = 0, target4xx = 0, target5xx = 0 } = raw;
  return (raw.requestCount ?? 0) - target2xx - target3xx - target4xx - target5xx;
}
