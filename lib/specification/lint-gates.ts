import type { Doubt } from './doubt.ts';
import { type SpecGate, isBetterHigher } from './gate.ts';
import { metricUnit, type MetricUnit, ownMetrics } from './metric.ts';
import { nearName } from './near-name.ts';
import { describeValue, quote } from './text/plain-text.ts';
import { parseDuration, parsePercentage } from './quantity.ts';
import type { RolloutSpec } from './rollout-spec.ts';
import { valueAt } from './value-at.ts';

type Unit = MetricUnit;

/** A latency limit above it was meant in milliseconds. */
const longestLatency = 60;

interface Series {
  readonly key: 'bad' | 'good' | 'total' | 'value';
  readonly metric: string;
}

function seriesOf(gate: SpecGate): readonly Series[] {
  if ('value' in gate) return [{ key: 'value', metric: gate.value.metric }];
  const part = 'good' in gate ? gate.good : gate.bad;
  return [
    { key: 'good' in gate ? 'good' : 'bad', metric: part.metric },
    { key: 'total', metric: gate.total.metric },
  ];
}

function lintSeries({ key, metric }: Series, gate: SpecGate, spec: RolloutSpec): Omit<Doubt, 'path'> | undefined {
  const unit = metricUnit(metric, spec.metrics);
  if (unit === undefined) {
    const names = [...Object.keys(ownMetrics), ...Object.keys(spec.metrics)];
    const near = nearName(metric, names);
    const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
    const message = `there is no metric ${quote(metric)}${hint}, expected one of ${names.join(', ')}, or one that \`metrics\` defines`;
    return { severity: 'error', message };
  }
  if (key !== 'value' && unit !== 'count') {
    return {
      severity: 'error',
      message: `${metric} is no count, expected counts such as errors and requests in a share`,
    };
  }
  if (metric === 'healthyHosts' && !isBetterHigher(gate)) {
    const message =
      'healthyHosts is better when higher, but this gate fails above its limits; expected `better: higher`, or unhealthyHosts';
    return { severity: 'warning', message };
  }
  return undefined;
}

/** Judges a limit as it was written: once it is a number, nothing tells 5 % from 50 ms. */
function lintLimit(written: unknown, unit: Unit, gate: SpecGate): Omit<Doubt, 'path'> | undefined {
  const isPercentage = typeof written === 'string' && parsePercentage(written) !== undefined;
  const isDuration = typeof written === 'string' && parseDuration(written) !== undefined;
  const shown = typeof written === 'string' ? quote(written) : describeValue(written);
  if (unit === 'share' && typeof written === 'number' && written >= 1) {
    const example = isBetterHigher(gate) ? '95%' : '1%';
    const message = `${shown} means ${written * 100} %${'value' in gate ? '' : ' of the total'}, expected a percentage such as ${example}`;
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

/** Gates that can never be judged, or whose limits are not in the unit of what they limit. */
export function lintGates(spec: RolloutSpec, written: unknown): readonly Doubt[] {
  const writtenGates = valueAt(written, 'gates');
  if (writtenGates === undefined) return [];
  return spec.gates.flatMap((gate): readonly Doubt[] => {
    const index = indexOf(writtenGates, gate.name);
    if (index === undefined) return [];
    const unit = 'value' in gate ? metricUnit(gate.value.metric, spec.metrics) : 'share';
    const ofSeries = seriesOf(gate).flatMap((each): readonly Doubt[] => {
      const doubt = lintSeries(each, gate, spec);
      return doubt === undefined ? [] : [{ path: ['gates', index, each.key, 'metric'], ...doubt }];
    });
    const ofLimits = (['pass', 'abort'] as const).flatMap((key): readonly Doubt[] => {
      const limit = valueAt(valueAt(writtenGates, index), key);
      const doubt = unit === undefined || limit === undefined ? undefined : lintLimit(limit, unit, gate);
      return doubt === undefined ? [] : [{ path: ['gates', index, key], ...doubt }];
    });
    return [...ofSeries, ...ofLimits];
  });
}

/** Where a gate stands in the file; `undefined` for one that only the preset names. */
function indexOf(writtenGates: unknown, name: string): number | undefined {
  if (!Array.isArray(writtenGates)) return undefined;
  const index = writtenGates.findIndex((one) => valueAt(one, 'name') === name);
  return index === -1 ? undefined : index;
}
