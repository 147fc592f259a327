import { layoutOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { SlotName } from '../../drivers/layout/layout.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { balancerOf } from './balancer-of.ts';

/** A query of an alarm: a metric of CloudWatch, or an expression over others. */
export interface AlarmQuery {
  readonly id: string;
  readonly metric?:
    | {
        readonly namespace: string;
        readonly name: string;
        readonly dimensions: Readonly<Record<string, string>>;
        readonly statistic: string;
      }
    | undefined;
  readonly expression?: string | undefined;
}

/** A CloudWatch alarm as it should be. The last query is the one that is compared. */
export interface ServiceAlarm {
  readonly name: string;
  readonly description: string;
  readonly queries: readonly AlarmQuery[];
  readonly above: boolean;
  readonly threshold: number;
  /** Minutes in a row. */
  readonly minutes: number;
  /** Of one slot: it rolls back while that slot is green. Others notify. */
  readonly slot?: SlotName | undefined;
}

/** What an alarm may watch besides the slots. */
export interface Beside {
  /** A queue of SQS, by name. */
  readonly queue?: string | undefined;
  /** Messages that may wait in it. */
  readonly backlog?: number | undefined;
  /** A node of ElastiCache, by its cache cluster id. */
  readonly cache?: string | undefined;
  /** A database instance of RDS. */
  readonly database?: string | undefined;
}

/** An alarm over metric math takes so many metrics. */
export const mostMetrics = 10;
/** US dollars a month for each metric of a standard alarm, us-east-1. */
const perMetric = 0.1;
/** With fewer requests a minute a rate says nothing. */
const fewestRequests = 20;

const slots = ['a', 'b'] as const;

/** Names of all alarms of a service begin with it. */
export function alarmPrefix(stage: string, service: string): string {
  return `sluice/${stage}/${service}/`;
}

/**
 * Returns the set of alarms of a service: over both slots, which notify, and of each slot, which roll back while it is green.
 * @throws Error where a service has more target groups than one alarm can watch
 */
export function serviceAlarms(stage: string, spec: RolloutSpec, beside: Beside = {}): readonly ServiceAlarm[] {
  const prefix = alarmPrefix(stage, spec.service);
  const of = (names: readonly SlotName[], key: string): readonly ServiceAlarm[] => {
    const slot = names.length === 1 ? names[0] : undefined;
    const named = (name: string) => `${prefix}${key}${name}`;
    return [
      { ...errorRate(spec, names), name: named('error-rate'), slot },
      { ...latency(spec, names, 'p95', 5, 5), name: named('latency-p95'), slot },
    ];
  };
  const alarms = [
    ...of(slots, ''),
    { ...latency(spec, slots, 'p99', 1, 5), name: `${prefix}latency-p99` },
    { ...usage(spec, 'CPUUtilization', 80), name: `${prefix}cpu` },
    { ...usage(spec, 'MemoryUtilization', 85), name: `${prefix}memory` },
    ...of(['a'], 'slot-a/'),
    ...of(['b'], 'slot-b/'),
    ...besides(prefix, beside),
  ];
  const tooWide = alarms.find((alarm) => metricsIn(alarm) > mostMetrics);
  if (tooWide !== undefined) {
    throw new Error(
      `${tooWide.name} would watch ${String(metricsIn(tooWide))} metrics, and an alarm takes ${String(mostMetrics)}: the service has too many target groups for the standing set.`,
    );
  }
  return alarms;
}

/** Returns how many metrics an alarm watches, which is what it is billed by. */
export function metricsIn({ queries }: Pick<ServiceAlarm, 'queries'>): number {
  return queries.filter(({ metric }) => metric !== undefined).length;
}

/** Returns US dollars a month of alarms, at the list price of us-east-1. */
export function monthlyPrice(alarms: readonly ServiceAlarm[]): number {
  return alarms.reduce((sum, alarm) => sum + metricsIn(alarm) * perMetric, 0);
}

type Unnamed = Omit<ServiceAlarm, 'name'>;

/** What is compared reads across the groups of the slots, so that a shift between them changes nothing. */
function errorRate(spec: RolloutSpec, names: readonly SlotName[]): Unnamed {
  const groups = groupsOf(spec, names);
  const errors = groups.map((dimensions, at) =>
    albQuery(`e${String(at)}`, 'HTTPCode_Target_5XX_Count', 'Sum', dimensions),
  );
  const requests = groups.map((dimensions, at) => albQuery(`r${String(at)}`, 'RequestCount', 'Sum', dimensions));
  const sum = (queries: readonly AlarmQuery[]) => `(${queries.map(({ id }) => `FILL(${id},0)`).join('+')})`;
  const expression = `IF(${sum(requests)}>=${String(fewestRequests)},100*${sum(errors)}/${sum(requests)},0)`;
  return {
    description: `More than 5 % of the requests to ${whom(spec, names)} failed for 2 minutes`,
    queries: [...errors, ...requests, { id: 'rate', expression }],
    above: true,
    threshold: 5,
    minutes: 2,
  };
}

function latency(
  spec: RolloutSpec,
  names: readonly SlotName[],
  statistic: string,
  seconds: number,
  minutes: number,
): Unnamed {
  const queries = groupsOf(spec, names).map((dimensions, at) =>
    albQuery(`t${String(at)}`, 'TargetResponseTime', statistic, dimensions),
  );
  return {
    description: `${statistic.toUpperCase()} of ${whom(spec, names)} above ${String(seconds)} s for ${String(minutes)} minutes`,
    queries: [...queries, { id: 'slowest', expression: largestOf(queries) }],
    above: true,
    threshold: seconds,
    minutes,
  };
}

function usage(spec: RolloutSpec, name: string, percent: number): Unnamed {
  const services = [...new Set(slots.map((slot) => workloadOf(spec, slot).service))];
  const queries = services.map((service, at): AlarmQuery => {
    const { cluster } = workloadOf(spec, 'a');
    const dimensions = { ClusterName: cluster, ServiceName: service };
    return { id: `u${String(at)}`, metric: { namespace: 'AWS/ECS', name, dimensions, statistic: 'Average' } };
  });
  return {
    description: `${name} of ${spec.service} above ${String(percent)} % for 10 minutes`,
    queries: [...queries, { id: 'highest', expression: largestOf(queries) }],
    above: true,
    threshold: percent,
    minutes: 10,
  };
}

function besides(prefix: string, { queue, backlog = 1000, cache, database }: Beside): readonly ServiceAlarm[] {
  const one = (
    name: string,
    description: string,
    metric: NonNullable<AlarmQuery['metric']>,
    limit: { readonly above: boolean; readonly threshold: number; readonly minutes: number },
  ): ServiceAlarm => ({ name: `${prefix}${name}`, description, queries: [{ id: 'm', metric }], ...limit });
  return [
    ...(queue === undefined
      ? []
      : [
          one(
            'queue-backlog',
            `More than ${String(backlog)} messages wait in ${queue} for 10 minutes`,
            {
              namespace: 'AWS/SQS',
              name: 'ApproximateNumberOfMessagesVisible',
              dimensions: { QueueName: queue },
              statistic: 'Maximum',
            },
            { above: true, threshold: backlog, minutes: 10 },
          ),
        ]),
    ...(cache === undefined
      ? []
      : [
          one(
            'cache-hits',
            `Fewer than 80 % of the reads of ${cache} were hits for 10 minutes`,
            {
              namespace: 'AWS/ElastiCache',
              name: 'CacheHitRate',
              dimensions: { CacheClusterId: cache },
              statistic: 'Average',
            },
            { above: false, threshold: 80, minutes: 10 },
          ),
        ]),
    ...(database === undefined
      ? []
      : [
          one(
            'database-storage',
            `Less than 2 GB are free on ${database} for 10 minutes`,
            {
              namespace: 'AWS/RDS',
              name: 'FreeStorageSpace',
              dimensions: { DBInstanceIdentifier: database },
              statistic: 'Minimum',
            },
            { above: false, threshold: 2_000_000_000, minutes: 10 },
          ),
        ]),
  ];
}

function albQuery(
  id: string,
  name: string,
  statistic: string,
  dimensions: Readonly<Record<string, string>>,
): AlarmQuery {
  return { id, metric: { namespace: 'AWS/ApplicationELB', name, dimensions, statistic } };
}

function largestOf(queries: readonly AlarmQuery[]): string {
  return `MAX([${queries.map(({ id }) => `FILL(${id},0)`).join(',')}])`;
}

function whom({ service }: RolloutSpec, names: readonly SlotName[]): string {
  return names.length === 1 ? `slot ${names[0] ?? ''} of ${service}` : service;
}

/** Dimensions of the target groups of slots, each with the load balancer that the traffic of the spec comes through. */
function groupsOf(spec: RolloutSpec, names: readonly SlotName[]): readonly Readonly<Record<string, string>>[] {
  const balancer = balancerOf(spec);
  return names.flatMap((name) =>
    layoutOf(spec)
      .groupsOf(name)
      .map((group) => ({ TargetGroup: group.slice(group.indexOf('targetgroup/')), LoadBalancer: balancer })),
  );
}
