import { describeAutoscaling } from '../../../lib/rollout/autoscaling.ts';
import { weightsOf } from '../../../lib/drivers/rules/routing.ts';
import { servesAfter } from '../../../lib/rollout/closing.ts';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import { transitionsOf } from '../../../lib/rollout/transition.ts';
import type { SlotName } from '../../../lib/drivers/layout/layout.ts';
import type { Execution } from '../aws/step-functions.ts';
import { usualAutoscaling } from '../scenario.ts';
import { activeRollouts, rolloutsIn, type Truth, type Watch } from './watch.ts';

/** After everything has come to rest: all timers, and the guard's period. */
export function checkEnd(executions: readonly Execution[], truth: Truth, watch: Watch): void {
  const { table, scenario } = truth;
  for (const { machine, name, state } of executions.filter(({ status }) => status === 'RUNNING')) {
    watch.break('every rollout ends', `execution ${name} of ${machine} still runs, in ${state}`);
  }
  for (const { rolloutId, phase } of activeRollouts(table)) {
    watch.break('every rollout ends', `${rolloutId} is ${phase}`);
  }
  const lock = table.item(`SERVICE#${scenario.spec.service}`, 'LOCK');
  if (lock !== undefined) watch.break('nothing is left behind', `the lock of ${String(lock['rolloutId'])}`);
  checkTraffic(truth, watch);
  checkAutoscaling(truth, watch);
  checkRetirement(executions, truth, watch);
  checkRules(truth, watch);
  checkAnnouncements(truth, watch);
}

interface Serving {
  /** Absent where a person closed a rollback while traffic was split: what stays then is theirs. */
  readonly slot: SlotName | undefined;
  readonly of: RolloutState | undefined;
}

/** The slot that the newest rollout left all traffic on. */
function servingSlot({ table }: Truth): Serving {
  const newest = rolloutsIn(table)
    .filter(({ phase }) => phase !== 'rejected')
    .at(-1);
  if (newest === undefined) return { slot: 'a', of: undefined };
  return { slot: servesAfter(newest), of: newest };
}

function checkTraffic(truth: Truth, watch: Watch): void {
  const { balancer, scenario, slots } = truth;
  const { slot, of } = servingSlot(truth);
  if (slot === undefined) return;
  const closedAt = of?.closedAt === undefined ? 0 : Date.parse(of.closedAt);
  const other = slot === 'a' ? 'b' : 'a';
  const groups = scenario.spec.slots;
  const isForeign = watch.foreignRules.some((at) => at > closedAt - 30_000);
  for (const arn of balancer.arns) {
    const share = balancer.percentOf(arn, groups[slot], groups[other]);
    if (share === 100 || isForeign || isLeftToPeople(arn, of, truth, watch)) continue;
    const phase = of === undefined ? 'no rollout was opened' : `${of.rolloutId} is ${of.phase}`;
    watch.break('all traffic is on one slot', `${arn.slice(-6)} gives slot ${slot} ${String(share)} %, and ${phase}`);
  }
  // What a person closed as it is keeps green's tasks: the record says so.
  const isClosed = of?.closing?.closed === true || isLeftByEcs(of, watch);
  if (of?.phase === 'rolledBack' && !isClosed && !watch.foreignSlots.some((at) => at > closedAt - 30_000)) {
    const { desired } = slots.behind(groups[other].targetGroup);
    if (desired > 0) watch.break('nothing is left behind', `green runs ${String(desired)} tasks after the rollback`);
  }
}

/** Whether ECS could not end green, and people were told. */
function isLeftByEcs(of: RolloutState | undefined, watch: Watch): boolean {
  const events = watch.events.get(of?.rolloutId ?? '') ?? [];
  return events.some(({ event }) => event.type === 'GreenRemoved' && event.left !== undefined);
}

/**
 * Whether others put an answer of its own in the place of a rule's OpenID login and both slots, and people were notified of it: the load
 * balancer has forgotten the login's secret, so nothing but a person can lead the rule to a slot. It sends neither slot anything.
 */
function isLeftToPeople(arn: string, of: RolloutState | undefined, { balancer }: Truth, watch: Watch): boolean {
  if (Object.keys(weightsOf(balancer.actions(arn))).length > 0) return false;
  const hadLogin = watch.ruleChanges.some(
    (one) => one.arn === arn && one.had.includes('authenticate-oidc') && one.by === 'somebody else',
  );
  const events = watch.events.get(of?.rolloutId ?? '') ?? [];
  return (
    hadLogin &&
    events.some(({ event }) => event.type === 'RuleLeftAsItIs' && event.rules.some((rule) => rule.includes(arn)))
  );
}

/** The former blue of the newest success is gone, unless a person stopped its retirement. */
function checkRetirement(executions: readonly Execution[], truth: Truth, watch: Watch): void {
  const { of } = servingSlot(truth);
  if (of?.phase !== 'succeeded' || watch.foreignSlots.length > 0 || watch.foreignRules.length > 0) return;
  const own = executions.find(({ name }) => name === `${of.rolloutId}-retire`);
  const { desired } = truth.slots.behind(of.spec.slots[of.blue].targetGroup);
  if (desired === 0 || own?.status === 'ABORTED') return;
  watch.break('nothing is left behind', `the former blue runs ${String(desired)} tasks after its retention`);
}

/** The slot that serves is scaled as the service was before the rollout. */
function checkAutoscaling(truth: Truth, watch: Watch): void {
  const { scenario, autoscaling } = truth;
  const { slot } = servingSlot(truth);
  if (slot === undefined) return;
  const found = autoscaling.get(scenario.spec.slots[slot].service);
  if (found === undefined || JSON.stringify(found) === JSON.stringify(usualAutoscaling)) return;
  watch.break('nothing is left behind', `slot ${slot} serves and is scaled with ${describeAutoscaling(found)}`);
}

function checkRules({ balancer }: Truth, watch: Watch): void {
  for (const [arn, { header, rolloutId }] of balancer.headerRules) {
    watch.break('nothing is left behind', `rule ${arn.slice(-6)} for header ${header} of ${rolloutId}`);
  }
}

function checkAnnouncements({ table }: Truth, watch: Watch): void {
  for (const { rolloutId } of rolloutsIn(table)) {
    const wanted = transitionsOf(watch.events.get(rolloutId) ?? []);
    const heard = watch.announcements.filter((one) => one.rolloutId === rolloutId);
    const first = [...new Set(heard.map(({ sequence }) => sequence))];
    const missing = wanted.filter(({ sequence }) => !first.includes(sequence));
    if (missing.length > 0) {
      const said = missing.map(({ sequence, event }) => `${String(sequence)} ${event.type}`).join(', ');
      watch.break('every transition is announced, in order', `nobody heard of ${said} of ${rolloutId}`);
    }
    if (first.some((sequence, index) => sequence < (first[index - 1] ?? 0))) {
      watch.break('every transition is announced, in order', `${rolloutId} was heard as ${first.join(', ')}`);
    }
    const types = new Map(wanted.map(({ sequence, event }) => [sequence, event.type]));
    const foreign = heard.find(({ sequence, type }) => types.get(sequence) !== type);
    if (foreign !== undefined) {
      watch.break('every transition is announced, in order', `${foreign.type} was announced and did not happen`);
    }
  }
}
