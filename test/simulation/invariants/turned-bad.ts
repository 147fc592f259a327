import type { Fault, FaultPlan } from '../faults/faults.ts';
import type { AwsService } from '../faults/services.ts';
import { closings, covered, type Stretch } from '../faults/spans.ts';
import { digestOf } from '../../model/model-world.ts';
import { greenShares, rolloutsIn, type Truth, type Watch } from './watch.ts';

/** Longest that a green may be bad before its traffic is gone: lag, late counts, some looks and their doubt, and the rollback. */
const longestSeconds = 600;
/** Whoever takes the metrics away, or decides against them, takes the promise away. */
const withoutPromise: readonly Fault['kind'][] = ['metrics', 'return'];

/** Without one of these green cannot be judged, or not be taken back. */
const needed: readonly AwsService[] = ['cloudwatch', 'dynamodb', 'lambda', 'step-functions', 'scheduler', 'elb', 'ecs'];

/**
 * A version that turns bad while it has traffic loses it, also where its rollout is paused, held or waits for something, until it has
 * passed its last step: from then on nothing judges it, however long it takes to record its success.
 * @param onlyGreenServed when blue could not serve and green could: a bad answer is better than none, and traffic stays
 */
export function checkTurnedBad(plan: FaultPlan, onlyGreenServed: readonly Stretch[], truth: Truth, watch: Watch): void {
  const { fired } = plan;
  const turned = fired.find((fault) => fault.kind === 'turns-bad');
  const isPromised = truth.scenario.requestsPerSecond > 0 && !fired.some(({ kind }) => withoutPromise.includes(kind));
  // Where somebody deployed to it, another version runs in its place.
  if (turned === undefined || !isPromised || watch.foreignSlots.length > 0) return;
  const { balancer, clock, table } = truth;
  const turnedAt = watch.start + turned.at * 1000;
  /** Seconds between two moments in which green could be judged and taken back. */
  const openSeconds = (from: number, to: number) => {
    const [first, last] = [(from - watch.start) / 1000, (to - watch.start) / 1000];
    return last - first - covered([first, last], [...closings(plan, needed), ...onlyGreenServed]);
  };
  const moments = [turnedAt, ...watch.ruleChanges.map(({ at }) => at)].filter((at) => at >= turnedAt);
  for (const state of rolloutsIn(table).filter(({ image }) => image.digest === digestOf('b'))) {
    const events = watch.events.get(state.rolloutId) ?? [];
    if (events.some(({ event }) => event.type === 'StepPromoted')) continue;
    // Where blue broke the limit as well when it last had traffic, the spec has the bake held: up to its cap, not for ever.
    const isHeld = events.some(
      ({ event }) => event.type === 'GreenAnalysed' && event.reason.includes('blue breaks it too'),
    );
    const shiftedAt = Date.parse(events.find(({ event }) => event.type === 'TrafficShifted')?.at ?? '');
    const last = state.spec.steps.length - 1;
    const passed = events.find(({ event }) => event.type === 'StepPassed' && event.step === last);
    const closedAt = Date.parse(passed?.at ?? state.closedAt ?? new Date(clock.now()).toISOString());
    // A blue without tasks while it had its share broke the limit. Between two steps no evaluation is recorded that would say so.
    const seconds = (at: number) => (at - watch.start) / 1000;
    const hasBlueFailed = covered([seconds(shiftedAt), seconds(closedAt)], onlyGreenServed) > 0;
    const longest = longestSeconds + (isHeld || hasBlueFailed ? state.spec.timeouts.hold : 0);
    /** Since when it has been bad with traffic. */
    let since: number | undefined;
    for (const at of [...moments, shiftedAt, closedAt]
      .filter((at) => at >= turnedAt)
      .sort((left, right) => left - right)) {
      // What somebody else gave to it before its first step is not the rollout's.
      if (at > closedAt || !(at >= shiftedAt)) continue;
      if (since !== undefined && openSeconds(since, at) > longest) {
        const said = `${state.rolloutId} was bad and had traffic for ${String(Math.round((at - since) / 1000))} s`;
        watch.break('a green that turns bad loses its traffic', said);
        break;
      }
      const hasTraffic = Math.max(...greenShares(state, balancer, clock.now() - at)) > 0;
      since = hasTraffic ? (since ?? at) : undefined;
    }
  }
}
