import type { AnalysisInput } from '../../lib/analysis/analyse.ts';
import type { Datapoint, PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import type { Gate, ShareGate } from '../../lib/specification/gate.ts';

/** A service with 100 requests/s, of which every 500th fails and every 200th is slow. */
export function healthyMinute(requests: number): Datapoint {
  return {
    requests,
    errors: Math.round(requests / 500),
    slow: Math.round(requests / 200),
    latencyP95: 1.2,
    unhealthyHosts: 0,
    healthyHosts: 2,
  };
}

export const errorRate: ShareGate = {
  name: 'error-rate',
  bad: { metric: 'errors' },
  total: { metric: 'requests' },
  pass: 0.01,
  abort: 0.05,
};

export const slowRequests: ShareGate = {
  name: 'slow-requests',
  bad: { metric: 'slow' },
  total: { metric: 'requests' },
  pass: 0.05,
  abort: 0.25,
};

export const latencyP95: Gate = { name: 'latency-p95', value: { metric: 'latencyP95' }, pass: 2, abort: 5 };

export const backtestGates: readonly Gate[] = [errorRate, slowRequests, latencyP95];

export const settings = { periodSeconds: 60, minimumRequests: 50 } as const;

/** What a slot shows instead of a healthy minute, from a minute and a weight on. */
export type Change = (minute: number, weight: number) => Datapoint;

const unchanged: Change = () => ({});

interface Recording {
  readonly minutes?: number;
  readonly history?: number;
  readonly weightAt?: (minute: number) => number;
  readonly blue?: Change;
  readonly green?: Change;
  /** Requests a minute of both slots together. */
  readonly traffic?: number;
}

/** A recorded rollout: two hours of blue's history unless told otherwise, then both slots side by side. */
export function recording({
  minutes = 15,
  history = 120,
  weightAt = () => 5,
  blue = unchanged,
  green = unchanged,
  traffic = 6000,
}: Recording = {}): PeriodOfBoth[] {
  return Array.from({ length: history + minutes }, (_, index) => {
    const minute = index - history;
    const weight = minute < 0 ? 0 : weightAt(minute);
    const greenRequests = Math.round((traffic * weight) / 100);
    const slot = (requests: number, change: Datapoint): Datapoint =>
      requests === 0 ? {} : { ...jitter(healthyMinute(requests), minute), ...change };
    return {
      at: minute * 60,
      weight,
      blue: slot(traffic - greenRequests, blue(minute, weight)),
      green: minute < 0 ? {} : slot(greenRequests, green(minute, weight)),
    };
  });
}

/** Errors that scatter as independent ones do, without chance: their variance is about their mean. */
function jitter(point: Datapoint, minute: number): Datapoint {
  const errors = point['errors'] ?? 0;
  const swing = [0, 1, -1, 0.5, -0.5, 1.5, -1.5][((minute % 7) + 7) % 7] ?? 0;
  return { ...point, errors: Math.max(0, Math.round(errors + swing * Math.sqrt(errors))) };
}

/** The steps of the default spec. */
export function defaultWeight(minute: number): number {
  if (minute < 15) return 5;
  if (minute < 45) return 25;
  return minute < 75 ? 50 : 100;
}

/** The input of a look after the newest of some periods, in the step that they end in. */
export function lookAfter(periods: readonly PeriodOfBoth[], change: Partial<AnalysisInput> = {}): AnalysisInput {
  const weight = periods.at(-1)?.weight ?? 0;
  const first = periods.findLastIndex((period) => period.weight !== weight) + 1;
  const startedAt = periods[first]?.at ?? 0;
  return {
    ...settings,
    gates: backtestGates,
    periods,
    step: { startedAt, endsAt: (periods.at(-1)?.at ?? 0) + 60, weight },
    ...change,
  };
}
