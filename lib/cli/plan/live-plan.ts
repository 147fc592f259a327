import { layoutOf, trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import { Refusal } from '../../rollout/refusal.ts';
import type { ServiceLook } from '../../drivers/service-look.ts';
import type { ConfigurationDifference } from '../../rollout/configuration-difference.ts';
import type { TaskSize } from '../../rollout/planned-cost.ts';
import { authenticates, rolesOf } from '../../drivers/rules/routing.ts';
import type { Doubt } from '../../specification/doubt.ts';
import type { SlotName } from '../../drivers/layout/layout.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { greenBase } from '../../usecases/opening/green-base.ts';
import { type BalancerRoom, balancerRooms } from '../live/balancer-room.ts';
import { liveDoubts } from '../live/live-doubts.ts';
import { type LiveRule, routingOf, ruleOfTarget, rulesOfBalancers } from '../live/live-rules.ts';
import { type Asked, asked } from './asked.ts';

/** A rule, or a default action, that a rollout would change. */
export interface TouchedRule {
  readonly arn: string;
  readonly kind: 'rule' | 'listener';
  readonly priority: number | undefined;
  /** Weight by target group, as it is. */
  readonly weights: Readonly<Record<string, number>>;
  /** Whether a header rule is put before it for the time of the rollout. */
  readonly headerRule: boolean;
}

/** What ECS and the load balancers add to a plan. */
export interface LivePlan {
  readonly doubts: readonly Doubt[];
  readonly rules: readonly TouchedRule[];
  /** What the load balancers have left. */
  readonly rooms: readonly BalancerRoom[];
  /** Which slot serves; or why that is not clear. */
  readonly blue: Asked<{ readonly slot: SlotName; readonly tasks: number; readonly taskDefinition: string }>;
  readonly base: Asked<{ readonly arn: string; readonly difference: ConfigurationDifference }>;
  /** Of green's task, where it runs on Fargate and says so as a whole. */
  readonly size: TaskSize | undefined;
}

/** Asks ECS and the load balancers; changes nothing. */
export async function livePlan(
  spec: RolloutSpec,
  named: string | undefined,
  look: ServiceLook,
  now: Date,
): Promise<LivePlan> {
  const doubts = await liveDoubts(spec, look, now);
  const all = await rulesOfBalancers(spec, look);
  const found = trafficOf(spec).flatMap((target) => ruleOfTarget(target, all) ?? []);
  const blue = await asked(() => servingSlot(spec, found, look));
  const base = 'unknown' in blue ? blue : await asked(() => greenBase(spec, blue.answer.taskDefinition, named, look));
  const definition = 'answer' in base ? await look.taskDefinition(base.answer.arn) : undefined;
  const onFargate = 'answer' in blue && blue.answer.onFargate;
  return {
    doubts,
    rules: found.map((rule) => touched(rule)),
    rooms: await balancerRooms([...new Set(found.map(({ balancer }) => balancer))], look),
    blue,
    base,
    size: onFargate ? definition?.size : undefined,
  };
}

async function servingSlot(spec: RolloutSpec, rules: readonly LiveRule[], look: ServiceLook) {
  const routings = rules.map(routingOf);
  const roles = rolesOf(routings, layoutOf(spec));
  if (routings.length < trafficOf(spec).length) throw new Refusal('not every rule of `traffic` is there');
  if (roles.outcome === 'unclear') throw new Refusal(`it is not clear which slot serves: ${roles.reason}`);
  const { cluster, service } = workloadOf(spec, roles.blue);
  const [facts] = await look.services(cluster, [service]);
  if (facts === undefined) throw new Refusal(`ECS has no service ${service} in cluster ${cluster}`);
  const { desired: tasks, taskDefinition, onFargate } = facts;
  return { slot: roles.blue, tasks, taskDefinition, onFargate };
}

function touched({ arn, isDefault, listener, priority, weights, actions }: LiveRule): TouchedRule {
  return {
    arn: isDefault ? listener : arn,
    kind: isDefault ? 'listener' : 'rule',
    priority: isDefault ? undefined : priority,
    weights,
    headerRule: !authenticates(actions),
  };
}
