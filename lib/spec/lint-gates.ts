import type { Doubt } from './doubt.ts';
import type { Gate } from './gate.ts';
import { nearName } from './near-name.ts';
import { describeValue, quote } from './plain-text.ts';
import { parseDuration, parsePercentage } from './quantity.ts';
import type { RolloutSpec } from './rollout-spec.ts';

type Unit = 'share' | 'seconds' | 'count';

/** What an Application Load Balancer publishes of a target group, and in which unit. */
export const metricUnits: Readonly<Record<string, Exclude<Unit, 'share'>>> = {
  requests: 'count',
  errors: 'count',
  slow: 'count',
  latencyP95: 'seconds',
  unhealthyHosts: 'count',
  healthyHosts: 'count',
};

/** A latency limit above it was meant in milliseconds. */
const longestLatency = 60;

interface Series {
  readonly key: 'bad' | 'total' | 'value';
  readonly metric: string;
}

function seriesOf(gate: Gate): readonly Series[] {
  if ('value' in gate) return [{ key: 'value', metric: gate.value.metric }];
  return [
    { key: 'bad', metric: gate.bad.metric },
    { key: 'total', metric: gate.total.metric },
  ];
}

function unitOf(metric: string): Exclude<Unit, 'share'> | undefined {
  return Object.hasOwn(metricUnits, metric) ? metricUnits[metric] : undefined;
}

function lintSeries({ key, metric }: Series): Omit<Doubt, 'path'> | undefined {
  const unit = unitOf(metric);
  if (unit === undefined) {
    const near = nearName(metric, Object.keys(metricUnits));
    const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
    const message = `the load balancer publishes no metric ${quote(metric)}${hint}, expected one of ${Object.keys(metricUnits).join(', ')}`;
    return { severity: 'error', message };
  }
  if (key !== 'value' && unit !== 'count') {
    return {
      severity: 'error',
      message: `${metric} is no count, expected counts such as errors and requests in a share`,
    };
  }
  if (metric === 'healthyHosts') {
    const message = 'healthyHosts is better when higher, but a gate fails above its limits; expected unhealthyHosts';
    return { severity: 'warning', message };
  }
  return undefined;
}

/** Judges a limit as it was written: once it is a number, nothing tells 5 % from 50 ms. */
function lintLimit(written: unknown, unit: Unit): Omit<Doubt, 'path'> | undefined {
  const isPercentage = typeof written === 'string' && parsePercentage(written) !== undefined;
  const isDuration = typeof written === 'string' && parseDuration(written) !== undefined;
  const shown = typeof written === 'string' ? quote(written) : describeValue(written);
  if (unit === 'share' && typeof written === 'number' && written >= 1) {
    const message = `${shown} means ${written * 100} % of the total, expected a percentage such as 1%`;
    return { severity: written > 1 ? 'error' : 'warning', message };
  }
  if (unit === 'share' && isDuration) {
    return { severity: 'error', message: `${shown} limits a share, expected a percentage such as 1%` };
  }
  if (unit === 'seconds' && isPercentage) {
    return { severity: 'error', message: `${shown} limits a latency, expected a duration such as 2s` };
  }
  if (unit === 'seconds' && typeof written === 'number' && written > longestLatency) {
    return {
      severity: 'warning',
      message: `${shown} means ${written} seconds, expected a duration with a unit, such as 500ms`,
    };
  }
  if (unit === 'count' && (isPercentage || isDuration)) {
    return { severity: 'error', message: `${shown} limits a count, expected a number` };
  }
  return undefined;
}

function valueOf(container: unknown, key: PropertyKey): unknown {
  if (typeof container !== 'object' || container === null) return undefined;
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}

/** Gates that can never be judged, or whose limits are not in the unit of what they limit. */
export function lintGates(spec: RolloutSpec, written: unknown): readonly Doubt[] {
  const writtenGates = valueOf(written, 'gates');
  if (writtenGates === undefined) return [];
  return spec.gates.flatMap((gate, index): readonly Doubt[] => {
    const series = seriesOf(gate);
    const unit = 'value' in gate ? unitOf(gate.value.metric) : 'share';
    const ofSeries = series.flatMap((each): readonly Doubt[] => {
      const doubt = lintSeries(each);
      return doubt === undefined ? [] : [{ path: ['gates', index, each.key, 'metric'], ...doubt }];
    });
    const ofLimits = (['pass', 'abort'] as const).flatMap((key): readonly Doubt[] => {
      const doubt = unit === undefined ? undefined : lintLimit(valueOf(valueOf(writtenGates, index), key), unit);
      return doubt === undefined ? [] : [{ path: ['gates', index, key], ...doubt }];
    });
    return [...ofSeries, ...ofLimits];
  });
}
