/** A load balancer, as far as checks read it. */
export interface BalancerFacts {
  readonly state: string;
  readonly zones: number;
}

/** A target group, as far as checks read it. */
export interface TargetGroupFacts {
  /** By key, such as `deregistration_delay.timeout_seconds`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What two target groups of one service should have alike, by its name in ELB's API. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What checks read of load balancers and target groups. */
export interface BalancerReads {
  /** The load balancer of a listener. @throws Error where there is none */
  balancer(listenerArn: string): Promise<BalancerFacts>;
  /** @throws Error where there is no such target group */
  targetGroup(arn: string): Promise<TargetGroupFacts>;
}
