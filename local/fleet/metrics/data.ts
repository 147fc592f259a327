import type { Dimension, MetricDatum } from '@aws-sdk/client-cloudwatch';
import { loadBalancersOf } from '../balancer/target-registry.ts';
import type { ElbModel, LoadBalancer } from '../elb/model.ts';
import { countInState, type TargetGroup } from '../elb/target-group.ts';
import type { BalancerBucket, GroupBucket, PeriodBucket } from './buckets.ts';

/** Data of one namespace, ready for PutMetricData. */
export interface NamespaceData {
  readonly namespace: string;
  readonly data: readonly MetricDatum[];
}

/** CloudWatch takes at most this many different values in one datum. */
const mostValues = 150;

/**
 * The metrics of one period under AWS's names and dimensions. Counts of responses are there only where they are not zero;
 * RequestCount of a group with registered targets is there, zero included, when requests came through its load balancer; host
 * counts are there whenever a group in use has registered targets.
 */
export function periodData(
  bucket: PeriodBucket,
  model: ElbModel,
  start: Date,
  slowSeconds: readonly number[],
): readonly NamespaceData[] {
  const elb: MetricDatum[] = [];
  const local: MetricDatum[] = [];
  const common = { Timestamp: start, StorageResolution: 1 };
  for (const [loadBalancer, balancer] of bucket) elb.push(...balancerData(loadBalancer, balancer, common));
  for (const group of model.targetGroups.values()) {
    // A group that has just been taken out of every rule still has what it did before.
    const did = [...bucket].filter(([, balancer]) => balancer.groups.has(group)).map(([loadBalancer]) => loadBalancer);
    for (const loadBalancer of new Set([...loadBalancersOf(model, group.arn), ...did])) {
      const balancer = bucket.get(loadBalancer);
      const dimensions = groupDimensions(loadBalancer, group);
      const counted = balancer?.groups.get(group);
      elb.push(...hostData(group, dimensions, common));
      if (counted !== undefined) elb.push(...groupData(counted, dimensions, common));
      else if (balancer !== undefined && registered(group) > 0)
        elb.push({ ...common, MetricName: 'RequestCount', Dimensions: dimensions, Unit: 'Count', Value: 0 });
      if (counted !== undefined) local.push(...slowData(counted, dimensions, common, slowSeconds));
    }
  }
  return [
    { namespace: 'AWS/ApplicationELB', data: elb },
    { namespace: 'Sluice/Local', data: local },
  ].filter(({ data }) => data.length > 0);
}

type Common = Pick<MetricDatum, 'Timestamp' | 'StorageResolution'>;

function groupDimensions(loadBalancer: LoadBalancer, group: TargetGroup): Dimension[] {
  return [
    { Name: 'LoadBalancer', Value: loadBalancer.dimension },
    { Name: 'TargetGroup', Value: group.dimension },
  ];
}

function balancerData(loadBalancer: LoadBalancer, balancer: BalancerBucket, common: Common): MetricDatum[] {
  const base = {
    ...common,
    Dimensions: [{ Name: 'LoadBalancer', Value: loadBalancer.dimension }],
    Unit: 'Count' as const,
  };
  const count = (statuses: (status: number) => boolean) =>
    [...balancer.own].reduce((sum, [status, times]) => (statuses(status) ? sum + times : sum), 0);
  const counts: Readonly<Record<string, number>> = {
    HTTPCode_ELB_3XX_Count: count((status) => status >= 300 && status < 400),
    HTTPCode_ELB_4XX_Count: count((status) => status >= 400 && status < 500),
    HTTPCode_ELB_5XX_Count: count((status) => status >= 500),
    HTTPCode_ELB_500_Count: count((status) => status === 500),
    HTTPCode_ELB_502_Count: count((status) => status === 502),
    HTTPCode_ELB_503_Count: count((status) => status === 503),
    HTTPCode_ELB_504_Count: count((status) => status === 504),
  };
  const seen = Object.entries(counts).filter(([, value]) => value > 0);
  return [
    { ...base, MetricName: 'RequestCount', Value: balancer.requests },
    ...seen.map(([MetricName, Value]) => ({ ...base, MetricName, Value })),
  ];
}

function groupData(counted: GroupBucket, dimensions: Dimension[], common: Common): MetricDatum[] {
  const base = { ...common, Dimensions: dimensions, Unit: 'Count' as const };
  const classes = [2, 3, 4, 5].filter((first) => (counted.classes.get(first) ?? 0) > 0);
  return [
    { ...base, MetricName: 'RequestCount', Value: counted.requests },
    ...classes.map((first) => ({
      ...base,
      MetricName: `HTTPCode_Target_${first}XX_Count`,
      Value: counted.classes.get(first) ?? 0,
    })),
    ...chunks([...counted.times], mostValues).map((part) => ({
      ...base,
      MetricName: 'TargetResponseTime',
      Unit: 'Seconds' as const,
      Values: part.map(([value]) => value),
      Counts: part.map(([, times]) => times),
    })),
  ];
}

function hostData(group: TargetGroup, dimensions: Dimension[], common: Common): MetricDatum[] {
  if (registered(group) === 0) return [];
  const base = { ...common, Dimensions: dimensions, Unit: 'Count' as const };
  return [
    { ...base, MetricName: 'HealthyHostCount', Value: countInState(group, 'healthy') },
    { ...base, MetricName: 'UnHealthyHostCount', Value: countInState(group, 'unhealthy') },
  ];
}

/**
 * The emulator has no percentile rank, so counts of slow requests are published beside the percentiles: each by its threshold,
 * and the first one also with the dimensions that a spec's `slowRequests.metric` is asked with.
 */
function slowData(
  counted: GroupBucket,
  dimensions: Dimension[],
  common: Common,
  slowSeconds: readonly number[],
): MetricDatum[] {
  return slowSeconds.flatMap((threshold, index) => {
    const named = {
      ...common,
      MetricName: 'SlowRequestCount',
      Unit: 'Count' as const,
      Value: counted.slow[index] ?? 0,
    };
    const byThreshold = {
      ...named,
      Dimensions: [...dimensions, { Name: 'ThresholdSeconds', Value: String(threshold) }],
    };
    return index === 0 ? [byThreshold, { ...named, Dimensions: dimensions }] : [byThreshold];
  });
}

function registered(group: TargetGroup): number {
  return countInState(group, 'initial', 'healthy', 'unhealthy');
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
