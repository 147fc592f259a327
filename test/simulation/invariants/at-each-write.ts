import { weightsOf } from '../../../lib/drivers/rules/routing.ts';
import type { RecordedEvent } from '../../../lib/rollout/events.ts';
import { isActive } from '../../../lib/rollout/phase.ts';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import type { RuleChange } from '../aws/balancer.ts';
import { ecsItself, ecsLate } from '../aws/one-service-of.ts';
import { type Effect, longestTrip, type Process } from '../aws/process.ts';
import { activeRollouts, greenShares, rolloutOf, shareOf, stateOf, type Truth, type Watch } from './watch.ts';

/** A function lives 15 s, and what it looked at may have been 8 s old. */
export const ageOfALook = 23_000;

/** After a change of a rule. */
export function checkRule(change: RuleChange, by: Process | undefined, truth: Truth, watch: Watch): void {
  const { table, balancer, clock } = truth;
  watch.ruleChanges.push({ ...change, at: clock.now(), by: by?.name ?? 'somebody else' });
  if (by === undefined) {
    watch.foreignRules.push(clock.now());
    return;
  }
  const state = rolloutOf(by, table);
  if (state === undefined) {
    watch.break('weights are the plan’s', `${by.name} wrote a rule for no rollout`);
    return;
  }
  const { blue, green, spec, step } = state;
  const share = balancer.percentOf(change.arn, spec.slots[green], spec.slots[blue]);
  const promoted = promotionsOf(state, watch).some(({ full }) => full) ? (spec.steps.at(-1)?.weight ?? 0) : 0;
  const whileRollingBack = by.name === 'StepBack' ? spec.rollback.stepped.weights : [];
  // ECS takes every step on its way to a later one.
  const isLate = by.name === ecsLate;
  const onTheWay = isLate || by.name === ecsItself ? spec.steps.map(({ weight }) => weight) : [];
  const planned = [
    ...onTheWay,
    0,
    spec.steps[step]?.weight ?? 0,
    spec.steps[step + 1]?.weight ?? 0,
    promoted,
    ...whileRollingBack,
  ];
  if (!planned.includes(share)) {
    const said = `${by.name} gave green ${String(share)} % at step ${String(step + 1)} of ${state.rolloutId}`;
    watch.break('weights are the plan’s', said);
  }
  const total = Object.values(change.after).reduce((sum, weight) => sum + weight, 0);
  if (share > 0 && total !== 100) watch.break('weights are the plan’s', `the weights sum to ${String(total)}`);
  if (share > 0 && !isLate) checkGreenCanServe(by, spec.slots[green].targetGroup, truth, watch);
  const pausedFor = state.paused === undefined ? 0 : clock.now() - Date.parse(state.paused.at);
  if (!isLate && pausedFor > ageOfALook && share > shareOf(spec.slots[green], change.before)) {
    watch.break(
      'a pause holds',
      `${by.name} gave green ${String(share)} % ${String(pausedFor / 1000)} s after the pause`,
    );
  }
  if (share > 0 && !isActive(state) && state.phase !== 'succeeded') {
    watch.break('what was rolled back stays rolled back', `${by.name} gave green ${String(share)} % after the end`);
  }
  if (share === 0 && state.phase === 'succeeded') {
    watch.break('what was rolled back stays rolled back', `${by.name} took traffic from a version that had succeeded`);
  }
}

/** What people decided whatever the metrics say. */
function promotionsOf({ rolloutId }: RolloutState, { events }: Watch) {
  return (events.get(rolloutId) ?? []).flatMap(({ event }) => (event.type === 'StepPromoted' ? [event] : []));
}

/** Calls that a function makes by its right to the rollout; closing a rule of the rollout's own is never wrong. */
const byRight = [
  ...['router.write', 'router.openHeaderRoute', 'runtime.deploy', 'runtime.scale', 'capacity.setAutoscaling'],
  ...['runtime.UpdateService', 'runtime.ContinueServiceDeployment', 'runtime.StopServiceDeployment'],
];
/**
 * Milliseconds from the moment at which the table reads the right to the one at which the call right after it lands, at most: the answer
 * comes back, the newest event is asked for and comes back, as each look is held against the chain, and the call goes there.
 */
const underWay = 4 * longestTrip;

/** After any effect of a function, unless it was held up on its way. */
export function checkRight({ process, call, isLate }: Effect, { table, clock }: Truth, watch: Watch): void {
  if (isLate || process.fence === undefined || process.rolloutId === undefined || !byRight.includes(call)) return;
  const fence = Number(table.item(`ROLLOUT#${process.rolloutId}`, 'STATE')?.['fence']);
  const since = watch.takenOverAt.get(process.rolloutId);
  if (fence === process.fence || since === undefined || clock.now() - since <= underWay) return;
  const late = ((clock.now() - since) / 1000).toFixed(1);
  watch.break('a stale writer is refused', `${process.name} called ${call} ${late} s after it had been taken over`);
}

function checkGreenCanServe(by: Process, targetGroup: string, { clock, slots }: Truth, watch: Watch): void {
  const from = by.startedAt - ageOfALook / 2;
  // Whom somebody deployed to since the look could serve when it was looked at.
  if (watch.foreignSlots.some((at) => at >= from)) return;
  for (let at = clock.now(); at >= from; at -= 1000) if (slots.healthy(targetGroup, at).healthy > 0) return;
  watch.break('green gets weight only with healthy targets', `${by.name} shifted to green without a healthy target`);
}

/** After a slot was deployed to or scaled. */
export function checkSlot(
  change: { readonly service: string; readonly before: number; readonly after: number; readonly deploys: boolean },
  by: Process | undefined,
  truth: Truth,
  watch: Watch,
): void {
  const { table, balancer, slots, clock } = truth;
  if (by === undefined) {
    watch.foreignSlots.push(clock.now());
    return;
  }
  const { service, before, after, deploys } = change;
  const said = `${by.name} ${deploys ? 'deployed to' : 'scaled'} ${service} from ${String(before)} to ${String(after)}`;
  for (const { rolloutId, spec, blue, blueCount, phase } of activeRollouts(table)) {
    const { service: ofBlue } = slots.behind(spec.slots[blue].targetGroup);
    if (ofBlue !== service || phase === 'checking') continue;
    // It ends blue once the last pause is answered.
    if (by.name === ecsItself && isThrough(rolloutId, spec, watch)) continue;
    if (deploys || after < Math.min(before, blueCount)) {
      watch.break('blue keeps full capacity', `${said} during ${rolloutId}`);
    }
  }
  const share = balancer.acceptedShareOf(slots.slot(service));
  // Traffic that somebody gave to it in the very moment could not be known of.
  if (share > 0 && (deploys || after < before) && !isForeignNow(truth, watch)) {
    watch.break('a slot with traffic keeps its tasks', `${said} while it had ${String(Math.round(share * 100))} %`);
  }
}

function isThrough(rolloutId: string, { steps }: RolloutState['spec'], { events }: Watch): boolean {
  const last = steps.length - 1;
  return (events.get(rolloutId) ?? []).some(({ event }) => event.type === 'StepPassed' && event.step === last);
}

/** After an event was appended to a record. */
export function checkEvent({ event, rolloutId, sequence }: RecordedEvent, truth: Truth, watch: Watch): void {
  const { table } = truth;
  const state = stateOf(rolloutId, table);
  if (state === undefined) return;
  watch.tell(`recorded ${String(sequence)} ${describe(event)}`);
  const isForeign = isForeignNow(truth, watch);
  if (event.type === 'TrafficShifted' && !isForeign && !wasSo(state, event.weight, truth)) {
    const saw = greenShares(state, truth.balancer).join(', ');
    watch.break(
      'the record tells what happened',
      `recorded a shift to ${String(event.weight)} %, the rules said ${saw}`,
    );
  }
  if (event.type === 'TrafficRestored' && !isForeign && !wasRestored(state, event.rules, truth, watch)) {
    watch.break('the record tells what happened', 'recorded that traffic is restored, and it was not');
  }
  if (event.type === 'StepPassed') checkEvidence(state, truth, watch);
  if (event.type === 'RolloutSucceeded') checkVersion(state, truth, watch);
  const active = activeRollouts(table);
  if (active.length > 1) {
    watch.break('one rollout of a service at a time', active.map((one) => one.rolloutId).join(' and '));
  }
}

/** Whether somebody changed a rule within the age that a look may have. */
function isForeignNow({ clock }: Truth, { foreignRules }: Watch): boolean {
  return foreignRules.some((at) => at > clock.now() - ageOfALook);
}

function describe(event: RecordedEvent['event']): string {
  if (event.type === 'TrafficShifted') return `TrafficShifted to ${String(event.weight)} %`;
  if (event.type === 'GreenAnalysed') return `GreenAnalysed: ${event.verdict}, ${event.reason}`;
  return 'reason' in event ? `${event.type}: ${event.reason}` : event.type;
}

/**
 * Whether so many rules as the event says gave blue everything at some moment of the look before it, and each other one forwarded nothing:
 * then people were notified of that rule, in the same transaction.
 */
function wasRestored(state: RolloutState, rules: number, { balancer }: Truth, { events }: Watch): boolean {
  const left = (events.get(state.rolloutId) ?? []).flatMap(({ event }) =>
    event.type === 'RuleLeftAsItIs' ? event.rules : [],
  );
  const isLeft = (arn: string, ago: number) =>
    Object.keys(weightsOf(balancer.actions(arn, ago))).length === 0 && left.some((rule) => rule.includes(arn));
  for (let ago = 0; ago <= ageOfALook; ago += 50) {
    const shares = greenShares(state, balancer, ago);
    const others = balancer.arns.filter((_, index) => Math.abs(shares[index] ?? -1) >= 0.01);
    if (shares.length - others.length === rules && others.every((arn) => isLeft(arn, ago))) return true;
  }
  return false;
}

/** Whether every rule gave green just this much at some moment of the look before the event was recorded. */
function wasSo(state: RolloutState, weight: number, { balancer }: Truth): boolean {
  for (let ago = 0; ago <= ageOfALook; ago += 50) {
    if (greenShares(state, balancer, ago).every((share) => Math.abs(share - weight) < 0.01)) return true;
  }
  return false;
}

function checkEvidence(state: RolloutState, { metrics, scenario, clock }: Truth, watch: Watch): void {
  const { spec, stepStartedAt = '', blue, green } = state;
  // A person has decided to go back, or on, whatever the metrics say.
  const isDecided = promotionsOf(state, watch).some((one) => one.step === state.step);
  if (isDecided || state.rollback?.to === 'kept') return;
  const from = Math.floor(Date.parse(stepStartedAt) / 1000 / spec.period) * spec.period;
  const to = Math.floor(clock.now() / 1000 / spec.period) * spec.period;
  const rows = metrics.read({
    targetGroups: { blue: spec.slots[blue].targetGroup, green: spec.slots[green].targetGroup },
    ...{ routingArn: '', metrics: [], from, to, period: spec.period },
  });
  const seen = rows.reduce((sum, row) => sum + (row.green['requests'] ?? 0), 0);
  if (seen >= spec.minimumRequests && scenario.requestsPerSecond > 0) return;
  watch.break(
    'no data is never a pass',
    `step ${String(state.step + 1)} passed with ${String(seen)} requests of green`,
  );
}

function isLook({ event }: RecordedEvent): boolean {
  return event.type === 'GreenAnalysed';
}

function checkVersion(state: RolloutState, { slots, scenario }: Truth, watch: Watch): void {
  const { image, spec, rollback } = state;
  // A person has decided to go on, or back to it, whatever the metrics say.
  if (promotionsOf(state, watch).length > 0 || rollback?.to === 'kept') return;
  const lastLook = Date.parse(watch.events.get(state.rolloutId)?.findLast(isLook)?.at ?? '');
  // What has turned bad since shows in no look: no whole period of it has settled, and the first one may be in doubt.
  const settled = lastLook - (spec.lag + 2 * spec.period) * 1000;
  const { errorShare, latencySeconds, crashes } = slots.behaviourAt(image.digest, settled);
  const isBad = crashes || errorShare > 0.1 || latencySeconds > 5;
  if (isBad && scenario.requestsPerSecond > 0) {
    watch.break('a bad version never stays', `${image.tag ?? image.digest} has succeeded`);
  }
}
