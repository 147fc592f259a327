import type { RulePropagation } from '../balancer/rule-propagation.ts';
import type { ListenerServers } from '../balancer/listener-servers.ts';
import type { TargetRegistry } from '../balancer/target-registry.ts';
import type { ChangeLog } from '../control/changes.ts';
import { actionMaker } from '../api/action.ts';
import { AwsError, validationError } from '../aws-error.ts';
import type { Identity } from '../identity.ts';
import type { ElbModel, Listener, LoadBalancer, Rule } from './model.ts';
import type { TargetGroup } from './target-group.ts';

/** What the ELB actions work on. */
export interface ElbWorld {
  readonly model: ElbModel;
  readonly identity: Identity;
  readonly servers: ListenerServers;
  readonly propagation: RulePropagation;
  readonly targets: TargetRegistry;
  readonly changes: ChangeLog;
}

/** Defines an ELB action; input that does not fit is a `ValidationError`. */
export const elbAction = actionMaker(validationError);

/** @throws AwsError LoadBalancerNotFound */
export function findLoadBalancer(model: ElbModel, arn: string): LoadBalancer {
  const found = model.loadBalancers.get(arn);
  if (found === undefined) throw new AwsError('LoadBalancerNotFound', `Load balancer '${arn}' not found`);
  return found;
}

/** @throws AwsError TargetGroupNotFound */
export function findTargetGroup(model: ElbModel, arn: string): TargetGroup {
  const found = model.targetGroups.get(arn);
  if (found === undefined) throw new AwsError('TargetGroupNotFound', `Target group '${arn}' not found`);
  return found;
}

/** @throws AwsError ListenerNotFound */
export function findListener(model: ElbModel, arn: string): Listener {
  const found = model.listeners.get(arn);
  if (found === undefined) throw new AwsError('ListenerNotFound', `One or more listeners not found: '${arn}'`);
  return found;
}

/** @throws AwsError RuleNotFound */
export function findRule(model: ElbModel, arn: string): Rule {
  const found = model.rules.get(arn);
  if (found === undefined) throw new AwsError('RuleNotFound', `One or more rules not found: '${arn}'`);
  return found;
}

/** The entries that a describe call asks for: all of them where it names none. */
export function selected<T>(
  all: ReadonlyMap<string, T>,
  arns: readonly string[] | undefined,
  find: (arn: string) => T,
): T[] {
  return arns === undefined || arns.length === 0 ? [...all.values()] : arns.map(find);
}
