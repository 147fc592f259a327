import { plannedHoldSeconds } from './calendar-hold.ts';
import type { Doubt } from './doubt.ts';
import { formatDuration } from './quantity.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** An evaluation costs about nine events of the 25,000 that an execution may have; a third of them is kept for everything else. */
const mostEvaluations = 1800;

/** A person who goes back to a named version expects all traffic to be there by then, in seconds. */
const backWithin = 600;

/** Whether the steps fit into an execution, and into the time that the whole rollout has; and how soon a rollback by steps is over. */
export function lintLength(spec: RolloutSpec): readonly Doubt[] {
  const { steps, rollback } = spec;
  return [
    ...lintLengthOf(steps, ['steps'], spec),
    ...lintLengthOf(rollback.steps, ['rollback', 'steps'], spec),
    ...lintCalendarHold(spec),
    ...lintLimit(spec),
    ...lintRollbackTime(spec),
  ];
}

function lintLengthOf(
  steps: RolloutSpec['steps'],
  path: readonly string[],
  { period, timeouts }: RolloutSpec,
): readonly Doubt[] {
  const bakes = bakesOf(steps);
  const longest = bakes + steps.length * timeouts.hold;
  const most = formatDuration(mostEvaluations * period);
  const why = `an execution has room for ${mostEvaluations} looks, one each ${formatDuration(period)}`;
  if (bakes > mostEvaluations * period) {
    const message = `the bakes take ${formatDuration(bakes)}, but ${why}; expected at most ${most}, or a longer period`;
    return [{ path, severity: 'error', message }];
  }
  if (longest <= mostEvaluations * period) return [];
  const message = `with every step held the rollout takes ${formatDuration(longest)}, but ${why}; expected at most ${most}, a shorter timeouts.hold or a longer period`;
  return [{ path, severity: 'warning', message }];
}

/** Green is judged at each evaluation while a rollout is held. */
function lintCalendarHold(spec: RolloutSpec): readonly Doubt[] {
  const { steps, period } = spec;
  const [bakes, held] = [bakesOf(steps), plannedHoldSeconds(spec)];
  if (held === 0 || bakes > mostEvaluations * period || bakes + held <= mostEvaluations * period) return [];
  const message = `the bakes take ${formatDuration(bakes)}, and the calendar may hold a rollout for ${formatDuration(held)} (timeouts.calendar), but an execution has room for ${mostEvaluations} looks, one each ${formatDuration(period)}; expected at most ${formatDuration(mostEvaluations * period)} together`;
  return [{ path: ['timeouts'], severity: 'error', message }];
}

/** A rollout that goes back has as long as its steps need, whatever the limit of others is. */
function lintLimit({ steps, timeouts }: RolloutSpec): readonly Doubt[] {
  const bakes = bakesOf(steps);
  if (timeouts.rollout === undefined || timeouts.rollout > bakes) return [];
  const message = `the bakes alone take ${formatDuration(bakes)}: every rollout would be rolled back before its end, expected more`;
  return [{ path: ['timeouts', 'rollout'], severity: 'error', message }];
}

function lintRollbackTime({ rollback: { steps } }: RolloutSpec): readonly Doubt[] {
  const bakes = bakesOf(steps.slice(0, -1));
  if (bakes <= backWithin) return [];
  const message = `\`sluice rollback --to\` gives the earlier version all traffic after ${formatDuration(bakes)} of bakes at the earliest, expected at most ${formatDuration(backWithin)}: users of a bad version wait for it`;
  return [{ path: ['rollback', 'steps'], severity: 'warning', message }];
}

function bakesOf(steps: RolloutSpec['steps']): number {
  return steps.reduce((sum, { bake }) => sum + bake, 0);
}
