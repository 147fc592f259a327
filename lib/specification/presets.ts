import { defaultGates, type SpecGate } from './gate.ts';
import type { Metric } from '../metrics/shapes/registry.ts';

/** Gates that belong together, and the metrics that they read where the spec defines none of that name. */
interface Preset {
  readonly gates: readonly SpecGate[];
  readonly metrics: Readonly<Record<string, Metric>>;
}

const requests = { metric: 'requests' } as const;

/** What every web service has: the balancer's numbers, and the CPU and memory of its tasks. */
const web: readonly SpecGate[] = [
  ...defaultGates,
  // The sum counts a target for each period in which its health checks fail.
  { name: 'health-checks', value: { metric: 'unhealthyHosts' }, sumOver: 600, pass: 3, abort: 3 },
  { name: 'availability', good: { metric: 'answered' }, total: requests, pass: 0.999, abort: 0.99 },
  { name: 'cpu', value: { metric: 'cpu' }, pass: 0.8, abort: 0.95 },
  { name: 'memory', value: { metric: 'memory' }, pass: 0.85, abort: 0.95 },
];

/** The web preset as a team with less patience has it. */
const strict = web.map((gate): SpecGate => {
  if (gate.name === 'latency-p95') return { ...gate, pass: 2, abort: 2 };
  return gate.name === 'cpu' || gate.name === 'memory' ? { ...gate, abort: 0.9 } : gate;
});

function success(name: string, metric: string, pass: number, abort: number): SpecGate {
  return {
    name,
    good: { metric: `${metric}Succeeded` },
    total: { metric: `${metric}Attempted` },
    pass,
    abort,
    minimumRequests: 20,
  };
}

/** What people come for. The metrics are the team's: by default of namespace `Business`, by ECS service. */
const business: readonly SpecGate[] = [
  success('login-success', 'login', 0.95, 0.9),
  success('submission-success', 'submission', 0.98, 0.95),
  success('report-success', 'report', 0.99, 0.98),
  { name: 'page-load-p95', value: { metric: 'pageLoadP95' }, pass: 3, abort: 5 },
];

const byService = { namespace: 'Business', dimensions: { Service: '{service}' }, slots: undefined } as const;

function counted(name: string): Metric {
  return { ...byService, name, statistic: 'Sum', unit: 'count', missing: 'no-data' };
}

const businessMetrics: Readonly<Record<string, Metric>> = {
  loginAttempted: counted('LoginAttempted'),
  loginSucceeded: counted('LoginSucceeded'),
  submissionAttempted: counted('SubmissionAttempted'),
  submissionSucceeded: counted('SubmissionSucceeded'),
  reportAttempted: counted('ReportAttempted'),
  reportSucceeded: counted('ReportSucceeded'),
  pageLoadP95: { ...byService, name: 'PageLoad', statistic: 'p95', unit: 'seconds', missing: 'no-data' },
};

export const presetNames = ['web', 'strict', 'business'] as const;
export type PresetName = (typeof presetNames)[number];

/** The product's presets: every number of a gate that a team need not think up. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  web: { gates: web, metrics: {} },
  strict: { gates: strict, metrics: {} },
  business: { gates: business, metrics: businessMetrics },
};
