import type { Duplex } from 'node:stream';
import type { Tagged } from './tagged.ts';

/** How the balancer asks whether a target is well. Durations in seconds. */
export interface HealthCheck {
  readonly path: string;
  /** `traffic-port`, or a number. */
  readonly port: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** Passes in a row that make an unhealthy target healthy; a new target needs one. */
  readonly healthyThreshold: number;
  /** Failures in a row that make a target unhealthy. */
  readonly unhealthyThreshold: number;
  /** `200`, `200,202` or `200-299`. */
  readonly matcher: string;
}

export type HealthState = 'initial' | 'healthy' | 'unhealthy' | 'draining';

/** One registered address. */
export interface Target {
  readonly id: string;
  readonly port: number;
  state: HealthState;
  /** AWS's reason code for a state other than healthy, for example `Target.ResponseCodeMismatch`. */
  reason: string | undefined;
  description: string | undefined;
  /** Requests that it is working on. */
  inFlight: number;
  /** Upgraded connections of clients that it holds open. */
  readonly connections: Set<Duplex>;
}

export interface TargetGroup extends Tagged {
  readonly name: string;
  /** `targetgroup/<name>/<id>`: the value of the CloudWatch dimension. */
  readonly dimension: string;
  readonly port: number;
  readonly protocol: string;
  readonly vpcId: string;
  readonly targetType: string;
  healthCheck: HealthCheck;
  readonly attributes: Map<string, string>;
  /** By `<id>:<port>`. */
  readonly targets: Map<string, Target>;
  /** Position of the round robin. */
  turn: number;
}

export function targetKey(id: string, port: number): string {
  return `${id}:${port}`;
}

/**
 * The target for the next request: healthy ones in turn. Where none is healthy the group fails open to the unhealthy ones, as an ALB
 * does, and only where there are none of those either to targets that have not passed their first check: they may not even listen.
 * `undefined` where there is no target at all. A draining target never gets a new request.
 */
export function nextTarget(group: TargetGroup): Target | undefined {
  const targets = [...group.targets.values()];
  const inState = (state: HealthState) => targets.filter((target) => target.state === state);
  const candidates = failOpen.map(inState).find((found) => found.length > 0) ?? [];
  if (group.attributes.get('load_balancing.algorithm.type') === 'least_outstanding_requests') {
    return leastBusy(candidates);
  }
  group.turn = (group.turn + 1) % 1_000_000;
  return candidates[group.turn % candidates.length];
}

const failOpen: readonly HealthState[] = ['healthy', 'unhealthy', 'initial'];

function leastBusy(candidates: readonly Target[]): Target | undefined {
  return candidates.reduce<Target | undefined>(
    (best, target) => (best === undefined || target.inFlight < best.inFlight ? target : best),
    undefined,
  );
}

/** How many of the registered targets are in a state. */
export function countInState(group: TargetGroup, ...states: readonly HealthState[]): number {
  return [...group.targets.values()].filter((target) => states.includes(target.state)).length;
}
