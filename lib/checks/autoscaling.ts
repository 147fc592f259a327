import type { SlotName, Workload } from '../drivers/layout/layout.ts';
import { workloadOf } from '../drivers/shapes/layout-of.ts';
import { longestSeconds } from '../rollout/guard.ts';
import {
  describeAction,
  lackingActions,
  mayAct,
  putActionCommand,
  type ScheduledAction,
  type ServiceScaling,
} from '../rollout/scheduled-scaling.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Part } from '../ports/world.ts';
import type { Check } from './check.ts';

/** What scales blue must scale green as well, and nothing else may: green serves alone once the rollout has ended. */
export const autoscaling: Check = {
  name: 'autoscaling',
  expected:
    'green to be a scalable target with the same scaling policies and scheduled actions as blue, or blue not to scale by itself',
  page: {
    asks: 'Does green scale by what blue scales by?',
    reads: 'scalable targets, policies and scheduled actions of both slots',
    rights: [
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:DescribeScalingPolicies',
      'application-autoscaling:DescribeScheduledActions',
    ],
    fails: 'blue scales by itself and green does not, lacks one of its policies, or has other scheduled actions',
    fix: 'give both slots the same policies and scheduled actions',
    answers: 'Rollback rehearsed or proven possible',
  },
  ahead: (spec, world) => Promise.all((['a', 'b'] as const).map((slot) => scalingOf(workloadOf(spec, slot), world))),
  async observe(state, { capacity, now }) {
    const { spec, blue, green } = state;
    const [ofBlue, ofGreen] = await Promise.all(
      [blue, green].map((slot) => scalingOf(workloadOf(spec, slot), { capacity })),
    );
    if (ofBlue === undefined) return { passed: true, saw: 'nothing that scales blue by itself' };
    const saw = `blue ${workloadOf(spec, blue).service} scales ${by(ofBlue.policies)}, green ${workloadOf(spec, green).service} ${ofGreen === undefined ? 'does not' : by(ofGreen.policies)}`;
    if (ofGreen === undefined) return { passed: false, saw };
    const hasPolicies = ofBlue.policies.every((kind) => ofGreen.policies.includes(kind));
    // The slot that serves hands its own suspension on: what does not act on blue will not on green.
    const lacks = ofBlue.isSuspended ? [] : unequal(state, ofBlue, ofGreen);
    const until = new Date(now().getTime() + (longestSeconds(spec, state.rollback) + spec.retention.keepFor) * 1000);
    const acts = lacks.some(({ action }) => mayAct(action, now(), until));
    return {
      passed: hasPolicies && !acts,
      saw: [saw, ...lacks.map((one) => inWords(one, state, until, now()))].join('; '),
    };
  },
};

/** An action that one slot has and the other one has not. */
interface Lack {
  readonly action: ScheduledAction;
  readonly has: SlotName;
  readonly lacks: SlotName;
}

function unequal({ blue, green }: RolloutState, ofBlue: ServiceScaling, ofGreen: ServiceScaling): readonly Lack[] {
  return [
    ...lackingActions(ofBlue.scheduled, ofGreen.scheduled).map((action) => ({ action, has: blue, lacks: green })),
    ...lackingActions(ofGreen.scheduled, ofBlue.scheduled).map((action) => ({ action, has: green, lacks: blue })),
  ];
}

function inWords({ action, has, lacks }: Lack, { spec }: RolloutState, until: Date, now: Date): string {
  const [one, other] = [workloadOf(spec, has), workloadOf(spec, lacks)];
  const what = `slot ${has} (${one.service}) has scheduled action ${describeAction(action)}, slot ${lacks} (${other.service}) has not`;
  if (!mayAct(action, now, until)) return `${what}, and it does not act before ${until.toISOString()}`;
  return `${what}. Give it to both, or remove it from both: ${putActionCommand(action, other.cluster, other.service)}`;
}

/** What a service scales by; `undefined` where it is no scalable target. */
async function scalingOf(
  workload: Workload,
  { capacity }: Part<'capacity'>,
): Promise<(ServiceScaling & { readonly isSuspended: boolean }) | undefined> {
  const settings = await capacity.autoscalingOf(workload);
  if (settings === undefined) return undefined;
  const [policies, scheduled] = await Promise.all([capacity.scalesBy(workload), capacity.scheduledActions(workload)]);
  return { policies, scheduled, isSuspended: settings.suspended.scheduled };
}

function by(kinds: readonly string[]): string {
  return kinds.length === 0 ? 'within limits, without a policy' : `by ${kinds.join(', ')}`;
}
