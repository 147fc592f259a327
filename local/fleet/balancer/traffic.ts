import type { LoadBalancer } from '../elb/model.ts';
import type { TargetGroup } from '../elb/target-group.ts';

/** The balancer has an answer for a request, or knows that there will be none: what ALB metrics are made of. */
export interface Answered {
  readonly at: number;
  readonly loadBalancer: LoadBalancer;
  /** The group of the target that was chosen; `undefined` where none could be. */
  readonly group: TargetGroup | undefined;
  /** Status that the target sent; `undefined` where the balancer answered in its place. */
  readonly targetStatus: number | undefined;
  /** Status that the balancer made up itself. */
  readonly balancerStatus: number | undefined;
  /** From the request leaving the balancer until the target's response began. */
  readonly targetSeconds: number | undefined;
}

/** A request is over for the client. */
export interface Ended {
  readonly at: number;
  readonly group: TargetGroup | undefined;
  /** Status that the client saw; `undefined` where it saw none. */
  readonly status: number | undefined;
  /** The connection broke before the response was whole, and it was not the client who broke it. */
  readonly dropped: boolean;
  readonly targetSeconds: number | undefined;
  /** Why the balancer answered in the target's place, or broke off. */
  readonly reason: string | undefined;
}

/** Hears of every request: when it goes to a target, when its answer is known, and when it is over. */
export interface TrafficObserver {
  began(group: TargetGroup): void;
  answered(event: Answered): void;
  ended(event: Ended): void;
}
