import type { RecordedEvent } from '../../../lib/rollout/events.ts';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import type { Fault, FaultPlan } from '../faults/faults.ts';
import type { AwsService } from '../faults/services.ts';
import { longestBackoff } from '../aws/scheduler.ts';
import { closings, covered, type Stretch } from '../faults/spans.ts';
import { greenShares, rolloutsIn, type Truth, type Watch } from './watch.ts';

/** Without one of these no traffic is put back by itself, and no rollout goes on. */
const neededToGoBack: readonly AwsService[] = ['lambda', 'step-functions', 'scheduler', 'elb'];

/**
 * The services without which nothing puts traffic back. Where the event of a schedule is lost no attempt carries the means to do without
 * the table, so the table is needed, too: EventBridge Scheduler delivers for a day by its documentation, and the model lets it fail.
 */
function neededAgainst({ fired }: FaultPlan): readonly AwsService[] {
  const isLost = fired.some(
    (fault) => fault.kind === 'hint' && fault.of === 'schedule' && (fault.how === 'lost' || fault.how === 'gone'),
  );
  return isLost ? [...neededToGoBack, 'dynamodb'] : neededToGoBack;
}

/**
 * What passes between the end of an outage and the next attempt of a schedule that could not be delivered in it: at most as long as it
 * was tried for, as each wait is twice the one before. It counts only while the table is out of reach, too: else the checks by the
 * minute put traffic back before it.
 */
function waitsOfSchedules(plan: FaultPlan): readonly Stretch[] {
  const withoutTable = closings(plan, ['dynamodb']);
  return closings(plan, neededToGoBack).flatMap(([from, to]) => {
    const next = to + Math.min(longestBackoff / 1000, to - from);
    return withoutTable
      .map(([lost, back]): Stretch => [Math.max(to, lost), Math.min(next, back)])
      .filter(([first, last]) => first < last);
  });
}

/** What ends an attempt to roll back in the middle. */
function endsAnAttempt(fault: Fault): boolean {
  if (fault.kind === 'stopped') return fault.machine === 'rollback';
  return fault.kind === 'stopped-in' || (fault.kind === 'killed' && fault.stops);
}

/** The sweep comes every five minutes, and what it starts needs some seconds; so late is an attempt made again of whose end no event tells. */
const sweepSeconds = 360;

/** Seconds by which attempts are late that ended in the middle. */
function sweptSeconds({ fired }: FaultPlan): number {
  const isUntold = fired.some((fault) => fault.kind === 'hint' && fault.of === 'status');
  return isUntold ? sweepSeconds * fired.filter(endsAnAttempt).length : 0;
}

/** Events after which the rollout waits for people, who have been told and are told again. */
const waitsForPeople = ['ForeignChange', 'ShiftHeld'];

/** When what is open at the end of a list of events began; `undefined` where it is over. */
function openSince(
  events: readonly RecordedEvent[],
  begins: RecordedEvent['event']['type'],
  ends: RecordedEvent['event']['type'],
): number | undefined {
  const ended = events.findLastIndex(({ event }) => event.type === ends);
  const since = events.find(({ event }, index) => event.type === begins && index > ended)?.at;
  return since === undefined ? undefined : Date.parse(since);
}

/**
 * Seconds that people have left, at some moment, to put back what others changed: a rollout that cannot go on meanwhile, as a service does
 * not answer, waits until the moment that the message named. 0 where nothing is to be put back.
 */
function secondsOfDrift({ spec }: RolloutState, before: readonly RecordedEvent[], at: number): number {
  const since = openSince(before, 'ForeignChange', 'ForeignChangeUndone');
  return since === undefined ? 0 : Math.max(0, (since - at) / 1000 + spec.timeouts.interference);
}

/** Whether a rollout was paused and not resumed, whatever else was recorded since: a size of green, a service that answered again. */
function isPaused(before: readonly RecordedEvent[]): boolean {
  return openSince(before, 'RolloutPaused', 'RolloutResumed') !== undefined;
}

/**
 * Whether work that cannot be done is tried again for as long as people have to put things back (`delayCap`): before the rollout
 * itself has given green any traffic, so that others gave it what it has, and after the last step.
 */
function isDelayedLong({ spec }: RolloutState, types: readonly string[]): boolean {
  if (types.at(-1) !== 'RolloutDelayed') return false;
  const hasPassed = types.filter((type) => type === 'StepPassed').length === spec.steps.length;
  return hasPassed || !types.includes('TrafficShifted');
}

/** What people may do while a rollout that has no traffic yet waits for their approval, and goes on waiting. */
const whileAsked = ['Approved', 'RolloutPaused', 'RolloutResumed', 'AlertTaken'];

/**
 * Green must not have traffic for longer than this while nothing is recorded, in seconds: then blue is back, or the rollout
 * went on. Where it waits for people it may wait for as long as the spec says; while green alone can serve, traffic stays with it.
 * @param onlyGreenServed when that was
 */
export function checkGuardPeriod(
  plan: FaultPlan,
  onlyGreenServed: readonly Stretch[],
  truth: Truth,
  watch: Watch,
): void {
  const endedAt = truth.clock.now();
  const { balancer, clock, table } = truth;
  const needed = neededAgainst(plan);
  const waits = waitsOfSchedules(plan);
  /** Seconds between two moments in which blue could serve, and everything could be used that a rollback needs. */
  const openSeconds = (from: number, to: number) => {
    const [first, last] = [(from - watch.start) / 1000, (to - watch.start) / 1000];
    return last - first - covered([first, last], [...closings(plan, needed), ...waits, ...onlyGreenServed]);
  };
  for (const state of rolloutsIn(table)) {
    // The guard's period with a schedule's lateness and the rollout's own wait, and a restoration.
    const allowedSeconds = state.spec.timeouts.guard + state.spec.period + 60 + 60 + sweptSeconds(plan);
    const shareAt = (at: number) => Math.max(...greenShares(state, balancer, clock.now() - at));
    const end = state.closedAt === undefined ? endedAt : Date.parse(state.closedAt);
    const events = watch.events.get(state.rolloutId) ?? [];
    const recorded = events.map(({ at }) => Date.parse(at));
    const allowedAfter = (at: number) => {
      const before = events.filter((one) => Date.parse(one.at) <= at);
      const types = before.map(({ event }) => event.type);
      if (types.findLast((type) => !whileAsked.includes(type)) === 'ApprovalRequested')
        return allowedSeconds + state.spec.approvals.within;
      const mayWait = waitsForPeople.includes(types.at(-1) ?? '') || isPaused(before) || isDelayedLong(state, types);
      return allowedSeconds + (mayWait ? state.spec.timeouts.interference : secondsOfDrift(state, before, at));
    };
    const moments = [...recorded, ...watch.ruleChanges.map(({ at }) => at), end].filter(
      (at) => at >= (recorded[0] ?? end) && at <= end,
    );
    /** Since when green has traffic and nothing was recorded. */
    let since: number | undefined;
    for (const at of moments.sort((left, right) => left - right)) {
      if (since !== undefined && openSeconds(since, at) > allowedAfter(since)) {
        const silent = `${String(Math.round((at - since) / 1000))} s without an event of ${state.rolloutId}`;
        const said = `green had ${String(shareAt(since))} % of the traffic for ${silent}`;
        watch.break('blue is back within the guard’s period', said);
      }
      if (shareAt(at) <= 0) since = undefined;
      else if (since === undefined || recorded.includes(at)) since = at;
    }
  }
}
