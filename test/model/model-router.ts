import { Refusal } from '../../lib/rollout/refusal.ts';
import type { HeaderRoute } from '../../lib/drivers/traffic-router.ts';
import { type Routing, type RoutingAction, weightsOf } from '../../lib/drivers/rules/routing.ts';
import type { TrafficTarget } from '../../lib/drivers/layout/layout.ts';
import type { World } from '../../lib/ports/world.ts';
import { secretLacking } from './client-secrets.ts';
import { type ModelSlots, slotBehind } from './model-slots.ts';

/** Weights that a rule or a listener was given, and when, milliseconds since the epoch. */
export interface WeightChange {
  readonly at: number;
  readonly weights: Readonly<Record<string, number>>;
}

interface Routed extends ModelSlots {
  readonly time: number;
  readonly actions: Map<string, readonly RoutingAction[]>;
  readonly changes: WeightChange[];
  readonly headerRoutes: Map<string, HeaderRoute>;
  readonly priorities: ReadonlyMap<string, string>;
}

/** A load balancer with one listener, whose changes are in effect at once. */
export function modelRouter(
  model: Routed,
  arns: { readonly rule: string; readonly listener: string },
  nextSerial: () => number,
): World['router'] {
  return {
    find: (targets) => Promise.resolve(targets.map((target) => routingOf(model, target, arns.listener))),
    read: (targets) =>
      Promise.resolve().then(() =>
        targets.map((target): Routing => {
          const found = routingOf(model, target, arns.listener);
          if (found === undefined) throw new Refusal(`the model has no ${JSON.stringify(target)}`);
          return found;
        }),
      ),
    write: (_, arn, actions) => {
      if (!model.actions.has(arn)) return Promise.reject(new Refusal(`the model has no ${arn}`));
      const refusal = secretLacking(model.actions.get(arn) ?? [], actions);
      if (refusal !== undefined) return Promise.reject(new Refusal(refusal));
      model.actions.set(arn, actions);
      model.changes.push({ at: model.time, weights: weightsOf(actions) });
      return Promise.resolve();
    },
    targetHealth: (targetGroup) => {
      const { desired } = slotBehind(model, targetGroup);
      return Promise.resolve({ healthy: desired, unhealthy: 0, total: desired });
    },
    openHeaderRoute: (route) => {
      const arn = `${arns.rule.slice(0, -4)}${String(nextSerial()).padStart(4, '0')}`;
      model.headerRoutes.set(arn, route);
      return Promise.resolve(arn);
    },
    closeHeaderRoute: (arn) => {
      model.headerRoutes.delete(arn);
      return Promise.resolve();
    },
    taggedRoutesOf: () => Promise.resolve([...model.headerRoutes].map(([arn, { rolloutId }]) => ({ arn, rolloutId }))),
    headerRoutesOf: (_, rolloutId) =>
      Promise.resolve([...model.headerRoutes].filter(([, route]) => route.rolloutId === rolloutId).map(([arn]) => arn)),
    protocolVersionsOf: (groups) => Promise.resolve(Object.fromEntries(groups.map((group) => [group, 'HTTP1']))),
    healthChecksOf: (groups) => Promise.resolve(Object.fromEntries(groups.map((group) => [group, { matcher: '200' }]))),
    rulesOf: () => Promise.resolve([]),
    headerRouteOf: (_, rolloutId, header) => {
      const found = [...model.headerRoutes].find(([, one]) => one.rolloutId === rolloutId && one.header === header);
      return Promise.resolve(found && { arn: found[0], value: found[1].value });
    },
    entranceOf: () =>
      Promise.resolve({ protocol: 'http', host: '127.0.0.1', port: 1, isInternal: false, vpcId: 'vpc-1' }),
    ruleRoom: () => Promise.resolve({ present: 2 + model.headerRoutes.size, most: 100 }),
  };
}

function routingOf(
  { actions: all, priorities }: Routed,
  target: TrafficTarget,
  listenerArn: string,
): Routing | undefined {
  const arn = 'rule' in target ? target.rule : target.listener;
  const actions = all.get(arn);
  if (actions === undefined) return undefined;
  const common = { arn, listenerArn, actions, weights: weightsOf(actions) };
  if ('listener' in target) return { kind: 'listener', ...common };
  const conditions = [{ Field: 'path-pattern', Values: ['/*'] }];
  return { kind: 'rule', ...common, conditions, priority: priorities.get(arn) ?? '10' };
}
