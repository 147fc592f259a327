import { prices } from './list-prices.ts';
import type { RolloutPlan } from './rollout-plan.ts';

/** One position of what a rollout will cost, at list prices of us-east-1. */
export interface PlannedPosition {
  readonly what: string;
  readonly count: number;
  readonly dollars: number;
}

/** What a task of green reserves. */
export interface TaskSize {
  readonly cpuUnits: number;
  readonly megabytes: number;
  readonly isArm: boolean;
}

interface Facts {
  readonly plan: RolloutPlan;
  readonly periodSeconds: number;
  readonly lagSeconds: number;
  /** Metrics that CloudWatch bills for one evaluation, of both slots together. */
  readonly metricsPerEvaluation: number;
}

/** States between opening and the first step (three evaluations of green's verification among them), and after the last one; those of each step; those of each evaluation. */
const transitionsOf = { once: 34, step: 4, look: 3, approval: 2 } as const;
/** Calls of functions: an evaluation is one, and its transition is published by another. */
const callsOf = { once: 23, step: 4, look: 2 } as const;
const callSeconds = 0.2;
const callGigabytes = 0.5;
/** Log lines, the record's writes and reads, announcements: what `npm run bench` counts of a rollout by the defaults, an evaluation. */
const recordDollarsPerEvaluation = 10.4e-6;

/**
 * What the pipeline itself will cost for a rollout that holds nothing and finds green ready at the first evaluation; `npm run bench`
 * counts the same on the machines, and a test holds the two together.
 */
export function plannedCost({
  plan,
  periodSeconds,
  lagSeconds,
  metricsPerEvaluation,
}: Facts): readonly PlannedPosition[] {
  const { steps, approvals } = plan;
  const looks = steps.reduce((sum, step) => sum + step.looks, 0);
  // Nothing has settled at first, and a period in which the weight changed is never read.
  const empty = Math.ceil((periodSeconds + lagSeconds) / periodSeconds) + steps.length - 1;
  const metrics = Math.max(0, looks - empty) * metricsPerEvaluation;
  const transitions =
    transitionsOf.once +
    transitionsOf.step * steps.length +
    transitionsOf.look * looks +
    (approvals === undefined ? 0 : transitionsOf.approval);
  const calls = callsOf.once + callsOf.step * steps.length + callsOf.look * looks;
  const perCall = prices.lambdaRequest + callSeconds * callGigabytes * prices.lambdaGigabyteSecond;
  return [
    { what: 'Step Functions: state transitions', count: transitions, dollars: transitions * prices.stateTransition },
    { what: 'CloudWatch: metrics in GetMetricData', count: metrics, dollars: metrics * prices.metric },
    { what: 'Lambda: calls', count: calls, dollars: calls * perCall },
    {
      what: 'DynamoDB, logs and announcements: evaluations',
      count: looks,
      dollars: looks * recordDollarsPerEvaluation,
    },
  ];
}

/** What the tasks cost that a rollout takes beyond those that serve anyway; empty where their size or count is unknown. */
export function plannedTaskCost(
  { extraTaskHours }: RolloutPlan,
  size: TaskSize | undefined,
): readonly PlannedPosition[] {
  if (extraTaskHours === undefined || size === undefined) return [];
  const { cpuHour, gigabyteHour } = size.isArm ? prices.fargate.arm : prices.fargate.x86;
  const hour = (size.cpuUnits / 1024) * cpuHour + (size.megabytes / 1024) * gigabyteHour;
  const { green, keptBlue } = extraTaskHours;
  return [
    { what: "Fargate: green's task hours while it bakes", count: green, dollars: green * hour },
    { what: "Fargate: the kept blue's task hours", count: keptBlue, dollars: keptBlue * hour },
  ];
}
