import type { Workload } from './layout/layout.ts';

/** One version of an ECS service, as a deployment names it. */
export interface Revision {
  readonly arn: string;
  readonly taskDefinition: string;
  /** The target groups that it is resolved to. */
  readonly targetGroups: readonly string[];
  /** Digest of the image by container, as far as ECS tells it. */
  readonly digests: Readonly<Record<string, string>>;
  readonly desired: number;
  readonly running: number;
}

/** A deployment in which ECS moves traffic from one revision of a service to the next. */
export interface ServiceDeployment {
  readonly arn: string;
  /** `underWay`: it moves or waits; `goingBack`: traffic returns to the source, or has; `stopped`: another one has begun. */
  readonly state: 'underWay' | 'succeeded' | 'goingBack' | 'stopped';
  /** As ECS names it, such as `PRE_PRODUCTION_TRAFFIC_SHIFT`. */
  readonly stage: string;
  /** Why it is in its state, in ECS's words; empty where ECS gives none. */
  readonly reason: string;
  /** Percent of production traffic that ECS has asked for the target. */
  readonly weight: number;
  /** Ids of its hooks that wait for an answer. */
  readonly pauses: readonly string[];
  /** What served when it began; none in the first deployment of a service. */
  readonly source: Revision | undefined;
  /** How many revisions served when it began: two after an interrupted deployment. */
  readonly sources: number;
  /** A pause of it that nobody answers goes on by itself, instead of back. */
  readonly goesOnAlone: boolean;
  readonly target: Revision;
}

/** Deployments in which ECS moves traffic, and the answers to their pause hooks. */
export interface ServiceDeployments {
  /** Reads one; `undefined` where ECS does not know it. */
  read(arn: string): Promise<ServiceDeployment | undefined>;
  /** Reads the newest one of a service; `undefined` where it has none. */
  newest(workload: Pick<Workload, 'cluster' | 'service'>): Promise<ServiceDeployment | undefined>;
  /** Answers one pause. One that waits no more is no error: it was answered, or has timed out. */
  answer(arn: string, hookId: string, action: 'CONTINUE' | 'ROLLBACK'): Promise<void>;
  /** Asks ECS to roll back. A deployment that has ended is no error. */
  goBack(arn: string): Promise<void>;
}
