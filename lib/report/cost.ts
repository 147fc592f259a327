import type { RecordedEvent } from '../rollout/events.ts';
import { plannedCost, type PlannedPosition, plannedTaskCost, type TaskSize } from '../rollout/planned-cost.ts';
import { planOf } from '../rollout/rollout-plan.ts';
import type { RolloutState } from '../rollout/state.ts';
import { metricsPerEvaluation } from './series-per-evaluation.ts';
import { type TaskHours, taskHoursOf } from './task-hours.ts';

/** What a rollout cost, at list prices of us-east-1. Counts are of the record; what it does not count is estimated from them. */
export interface ReportCost {
  readonly positions: readonly PlannedPosition[];
  readonly dollars: number;
  /** Hours of tasks beyond those that served anyway. */
  readonly taskHours: TaskHours;
  /** What is not in the sum, and why. */
  readonly unknown: readonly string[];
}

/** Returns what a rollout cost until its end, or until now where it runs still. */
export function costOf(
  state: RolloutState,
  events: readonly RecordedEvent[],
  size: TaskSize | undefined,
  now: Date,
): ReportCost {
  const { spec, blueCount } = state;
  const plan = planOf(spec, blueCount);
  const taken = plan.steps.flatMap((step, index) => {
    if (!events.some(({ event }) => event.type === 'TrafficShifted' && event.step === index)) return [];
    const looks = events.filter(({ event }) => event.type === 'GreenAnalysed' && event.step === index).length;
    return [{ ...step, looks }];
  });
  const wasAsked = events.some(({ event }) => event.type === 'ApprovalRequested');
  const actual = { ...plan, steps: taken, approvals: wasAsked ? plan.approvals : undefined };
  const pipeline = plannedCost({
    plan: actual,
    periodSeconds: spec.period,
    lagSeconds: spec.lag,
    metricsPerEvaluation: metricsPerEvaluation(spec),
  });
  const taskHours = taskHoursOf(state, events, now);
  const positions = [...pipeline, ...plannedTaskCost({ ...actual, extraTaskHours: taskHours }, size)];
  return {
    positions,
    dollars: positions.reduce((sum, { dollars }) => sum + dollars, 0),
    taskHours,
    unknown: size === undefined ? ["the price of its tasks: the size of green's task is not known here"] : [],
  };
}
