import { layoutOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { SlotName } from '../../drivers/layout/layout.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { balancerOf } from './balancer-of.ts';

/** A rollout as a line in time. */
export interface RolloutAnnotation {
  /** ISO 8601. */
  readonly at: string;
  readonly label: string;
}

/** CloudWatch takes so many lines in time with patience. */
const mostAnnotations = 20;
const slots = ['a', 'b'] as const;
/** The slots keep their colours: which of them is green changes with every rollout. */
const colours: Readonly<Record<SlotName, string>> = { a: '#1f77b4', b: '#2ca02c' };

interface Line {
  readonly value: number;
  readonly label: string;
}

interface Panel {
  readonly title: string;
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: string;
  readonly limits: readonly Line[];
}

/**
 * Returns the body of a CloudWatch dashboard of a service: both slots in each panel, limits as lines across, rollouts as lines in time.
 * @param rollouts the newest first
 */
export function serviceDashboard(spec: RolloutSpec, rollouts: readonly RolloutAnnotation[]): unknown {
  const alb = 'AWS/ApplicationELB';
  const panels: readonly Panel[] = [
    { title: 'Requests', namespace: alb, metric: 'RequestCount', statistic: 'Sum', limits: [] },
    { title: 'Failed requests', namespace: alb, metric: 'HTTPCode_Target_5XX_Count', statistic: 'Sum', limits: [] },
    latency('P95', 'p95', 5),
    latency('P99', 'p99', 1),
    { title: 'Healthy targets', namespace: alb, metric: 'HealthyHostCount', statistic: 'Minimum', limits: [] },
    usage('CPU', 'CPUUtilization', 80),
    usage('Memory', 'MemoryUtilization', 85),
  ];
  const vertical = rollouts.slice(0, mostAnnotations).map(({ at, label }) => ({ value: at, label }));
  return {
    widgets: panels.map((panel, at) => ({
      type: 'metric',
      x: (at % 2) * 12,
      y: Math.floor(at / 2) * 6,
      width: 12,
      height: 6,
      properties: {
        title: `${spec.service}: ${panel.title}`,
        region: layoutOf(spec).region,
        view: 'timeSeries',
        period: 60,
        stat: panel.statistic,
        metrics: linesOf(spec, panel),
        annotations: { horizontal: panel.limits, vertical },
      },
    })),
  };
}

function latency(title: string, statistic: string, limit: number): Panel {
  return {
    title: `${title} of the response time`,
    namespace: 'AWS/ApplicationELB',
    metric: 'TargetResponseTime',
    statistic,
    limits: [{ value: limit, label: `alarm above ${String(limit)} s` }],
  };
}

function usage(title: string, metric: string, limit: number): Panel {
  const limits = [{ value: limit, label: `alarm above ${String(limit)} %` }];
  return { title, namespace: 'AWS/ECS', metric, statistic: 'Average', limits };
}

/** A line for each target group, or ECS service, of each slot, in the colour of the slot. */
function linesOf(spec: RolloutSpec, { namespace, metric }: Panel): readonly unknown[] {
  const line = (slot: SlotName, dimensions: readonly string[]) => [
    namespace,
    metric,
    ...dimensions,
    { label: `slot ${slot}`, color: colours[slot] },
  ];
  return slots.flatMap((slot) => {
    if (namespace === 'AWS/ECS') {
      const { cluster, service } = workloadOf(spec, slot);
      return [line(slot, ['ClusterName', cluster, 'ServiceName', service])];
    }
    return layoutOf(spec)
      .groupsOf(slot)
      .map((group) =>
        line(slot, ['TargetGroup', group.slice(group.indexOf('targetgroup/')), 'LoadBalancer', balancerOf(spec)]),
      );
  });
}
