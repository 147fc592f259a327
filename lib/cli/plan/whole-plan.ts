import { plannedCost, type PlannedPosition, plannedTaskCost } from '../../rollout/planned-cost.ts';
import { metricsPerEvaluation } from '../../report/series-per-evaluation.ts';
import { planOf, type RolloutPlan } from '../../rollout/rollout-plan.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { Asked } from './asked.ts';
import type { CalendarPlan } from './calendar-plan.ts';
import type { LivePlan } from './live-plan.ts';
import type { StackPlan } from './stack-plan.ts';

/** Everything that `sluice plan` tells. */
export interface WholePlan {
  readonly spec: RolloutSpec;
  readonly plan: RolloutPlan;
  readonly live: Asked<LivePlan>;
  readonly stack: Asked<StackPlan>;
  /** Requests of the service, a second. */
  readonly traffic: Asked<number>;
  /** How a hotfix goes, where one is planned. */
  readonly hotfix?: string | undefined;
  /** Absent for a spec without windows and freezes, and for a hotfix. */
  readonly calendar?: CalendarPlan | undefined;
  readonly pipeline: readonly PlannedPosition[];
  readonly tasks: readonly PlannedPosition[];
  /** What could not be asked, and why. */
  readonly unknown: readonly string[];
}

interface Assumed {
  /** Tasks of blue, where somebody says so instead of ECS. */
  readonly blueTasks: number | undefined;
  readonly traffic: Asked<number>;
}

/** Returns the plan of a rollout, from what the spec and AWS tell. */
export function wholePlan(
  spec: RolloutSpec,
  live: Asked<LivePlan>,
  stack: Asked<StackPlan>,
  { blueTasks, traffic }: Assumed,
): WholePlan {
  const blue = 'answer' in live ? live.answer.blue : live;
  const base = 'answer' in live ? live.answer.base : live;
  const plan = planOf(spec, blueTasks ?? ('answer' in blue && 'tasks' in blue.answer ? blue.answer.tasks : undefined));
  const pipeline = plannedCost({
    plan,
    periodSeconds: spec.period,
    lagSeconds: spec.lag,
    metricsPerEvaluation: metricsPerEvaluation(spec),
  });
  const size = 'answer' in live ? live.answer.size : undefined;
  const tasks = plannedTaskCost(plan, size);
  const unknown = [
    ...('unknown' in live ? [`the services and rules: ${live.unknown}`] : []),
    ...('answer' in live && 'unknown' in blue
      ? [`which slot is blue, and how many tasks it has: ${blue.unknown}`]
      : []),
    ...('answer' in live && 'unknown' in base ? [`what green's task definition is a copy of: ${base.unknown}`] : []),
    ...('answer' in live && tasks.length === 0
      ? ['the price of its tasks: they do not run on Fargate, or their task definition does not say how large they are']
      : []),
    ...('unknown' in traffic ? [`how many requests the service has: ${traffic.unknown}`] : []),
    ...('unknown' in stack ? [`the stage: ${stack.unknown}`] : []),
  ];
  return { spec, plan, live, stack, traffic, pipeline, tasks, unknown };
}

/** Dollars of some positions together. */
export function dollarsOf(positions: readonly PlannedPosition[]): number {
  return positions.reduce((sum, { dollars }) => sum + dollars, 0);
}
