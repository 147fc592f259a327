import type { Fault, FaultPlan } from '../faults/faults.ts';
import type { AwsService } from '../faults/services.ts';
import { afterOpenSeconds, closings, type Stretch } from '../faults/spans.ts';
import { alarmName } from '../scenario.ts';
import { greenShares, rolloutsIn, type Truth, type Watch } from './watch.ts';

/** From the alarm until no rule sends anything to green: its event or a look, a claim, a restoration, and their retries. */
const longestSeconds = 600;
/** Without one of these no alarm is heard, or nothing can be done about it. */
const needed: readonly AwsService[] = ['dynamodb', 'lambda', 'step-functions', 'scheduler', 'elb', 'cloudwatch'];
/** Who returns to the version that is kept, is not held up by alarms: what rings may be what they leave. */
const withoutPromise: readonly Fault['kind'][] = ['return'];

/**
 * A rollout whose spec names an alarm has no traffic on green for long after it goes off, unless green alone can serve.
 * @param onlyGreenServed when that was
 */
export function checkAlarms(
  plan: FaultPlan,
  onlyGreenServed: readonly Stretch[],
  { balancer, clock, scenario, table }: Truth,
  watch: Watch,
): void {
  if (!scenario.spec.alarms.includes(alarmName) || plan.fired.some(({ kind }) => withoutPromise.includes(kind))) return;
  for (const { from, seconds } of plan.ofKind('alarm')) {
    // One that is quiet again before anybody could look is heard by its event alone.
    if (seconds < longestSeconds) continue;
    const rangAt = watch.start + from * 1000;
    for (const state of rolloutsIn(table)) {
      const shiftedAt = (watch.events.get(state.rolloutId) ?? []).find(
        ({ event }) => event.type === 'TrafficShifted',
      )?.at;
      const closedAt = state.closedAt === undefined ? Infinity : Date.parse(state.closedAt);
      if (shiftedAt === undefined || Date.parse(shiftedAt) > rangAt || closedAt < rangAt) continue;
      // What closes the rollback, or leaves nobody but green to serve, may go on for longer than the alarm.
      const until = afterOpenSeconds(from, longestSeconds, [...closings(plan, needed), ...onlyGreenServed]);
      const at = Math.min(watch.start + until * 1000, clock.now());
      if (closedAt < at || Math.max(...greenShares(state, balancer, clock.now() - at)) <= 0) continue;
      const said = `${state.rolloutId} had traffic on green ${String(Math.round(until - from))} s after its alarm went off`;
      watch.break('an alarm takes green’s traffic away', said);
    }
  }
}
