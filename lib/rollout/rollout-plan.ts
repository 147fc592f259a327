import { rolesToApprove } from '../specification/asked-people.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { longestSeconds } from './guard.ts';
import { trafficNeeded } from './quiet-steps.ts';
import { greenCount } from './sizing.ts';

/** One step of a rollout ahead of it. Seconds count from green's first traffic, with nothing held. */
export interface PlannedStep {
  readonly weight: number;
  readonly startsAtSeconds: number;
  readonly bakeSeconds: number;
  readonly endsAtSeconds: number;
  /** How long it may be held beyond its bake before it goes back. */
  readonly holdSeconds: number;
  /** Tasks that green has in it, and blue keeps; `undefined` where nobody said how many blue has. */
  readonly greenTasks: number | undefined;
  readonly blueTasks: number | undefined;
  readonly looks: number;
  /** Requests of the service, a second, below which a rollout goes without it; `undefined` where it takes it whatever the traffic. */
  readonly leftOutBelow: number | undefined;
}

/** What a rollout by a spec would do, as far as the spec and blue's task count tell. */
export interface RolloutPlan {
  readonly approvals: { readonly roles: readonly string[]; readonly withinSeconds: number } | undefined;
  readonly provisionSeconds: number;
  readonly steps: readonly PlannedStep[];
  readonly bakesSeconds: number;
  readonly guard: {
    /** Silence beyond its own waits after which it is rolled back from outside. */
    readonly silenceSeconds: number;
    /** Seconds after opening at which it is rolled back whatever it does. */
    readonly limitSeconds: number;
  };
  readonly retention: { readonly fullSeconds: number; readonly keptSeconds: number };
  /** Task hours that the rollout takes beyond what serves anyway; `undefined` without blue's count. */
  readonly extraTaskHours: { readonly green: number; readonly keptBlue: number } | undefined;
}

/** @param blueTasks tasks that blue has; `undefined` where nobody said */
export function planOf(spec: RolloutSpec, blueTasks: number | undefined): RolloutPlan {
  const roles = rolesToApprove(spec.approvals);
  const steps = stepsOf(spec, blueTasks);
  return {
    approvals: roles.length === 0 ? undefined : { roles, withinSeconds: spec.approvals.within },
    provisionSeconds: spec.timeouts.provisionGreen,
    steps,
    bakesSeconds: steps.at(-1)?.endsAtSeconds ?? 0,
    guard: { silenceSeconds: spec.timeouts.guard, limitSeconds: longestSeconds(spec, undefined) },
    retention: { fullSeconds: spec.retention.keepFullFor, keptSeconds: spec.retention.keepFor },
    extraTaskHours: blueTasks === undefined ? undefined : taskHours(spec, steps, blueTasks),
  };
}

function stepsOf(spec: RolloutSpec, blueTasks: number | undefined): readonly PlannedStep[] {
  const steps: PlannedStep[] = [];
  let at = 0;
  for (const step of spec.steps) {
    const { weight, bake } = step;
    steps.push({
      weight,
      startsAtSeconds: at,
      bakeSeconds: bake,
      endsAtSeconds: at + bake,
      holdSeconds: spec.timeouts.hold,
      greenTasks: blueTasks === undefined ? undefined : greenCount(spec.capacity, weight, blueTasks),
      blueTasks,
      looks: Math.ceil(bake / spec.period),
      leftOutBelow: step.leaveOutWhenQuiet === true ? trafficNeeded(spec, step) : undefined,
    });
    at += bake;
  }
  return steps;
}

/** While green bakes it is extra; once it serves, the former blue is. */
function taskHours(
  { retention }: RolloutSpec,
  steps: readonly PlannedStep[],
  blueTasks: number,
): NonNullable<RolloutPlan['extraTaskHours']> {
  const green = steps.reduce((sum, { greenTasks = 0, bakeSeconds }) => sum + greenTasks * bakeSeconds, 0);
  const one = Math.min(1, blueTasks);
  const kept = blueTasks * retention.keepFullFor + one * (retention.keepFor - retention.keepFullFor);
  return { green: green / 3600, keptBlue: kept / 3600 };
}
