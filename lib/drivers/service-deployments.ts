import type { DeploymentSettings } from './deployment-settings.ts';
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
  /** Whether ECS does nothing more for it. */
  readonly hasEnded: boolean;
  /** ECS tried to roll back, and gave up. */
  readonly hasFailedToGoBack: boolean;
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
  /** How it goes, as far as ECS tells. */
  readonly settings: Omit<DeploymentSettings, 'bindings'>;
  readonly target: Revision;
}

/** Returns whether ECS only has to end a deployment: what it moved stays, or goes back. Its end is waited for. */
export function isEnding({ state, stage, hasEnded }: ServiceDeployment): boolean {
  return !hasEnded && (state === 'goingBack' || (state === 'underWay' && stage === 'CLEAN_UP'));
}

/** A deployment that a rollout begins. */
export interface DeploymentOrder {
  readonly taskDefinition: string;
  /** Percents that the new version gets one after the other; the last one is 100. */
  readonly weights: readonly number[];
  /** The target group that has to serve when it begins: what the new version is put beside. */
  readonly serving: string;
  /** How long each of its pauses waits for an answer; then ECS goes back. */
  readonly pauseMinutes: number;
}

/** Deployments in which ECS moves traffic, and the answers to their pause hooks. */
export interface ServiceDeployments {
  /** Reads one; `undefined` where ECS does not know it. */
  read(arn: string): Promise<ServiceDeployment | undefined>;
  /** Reads the newest one of a service; `undefined` where it has none. */
  newest(workload: Pick<Workload, 'cluster' | 'service'>): Promise<ServiceDeployment | undefined>;
  /**
   * Begins one that waits after green is up, before each shift and after the last one; returns its ARN. One of the task definition that
   * is under way is that one: a call whose answer was lost may be made again.
   * @throws Refusal where another one is under way or has changed which target group serves, or the service cannot be deployed so
   * @throws Error where ECS still ends an earlier one, or ECS does not list it yet
   */
  begin(workload: Pick<Workload, 'cluster' | 'service'>, order: DeploymentOrder): Promise<string>;
  /** Answers one pause. One that waits no more is no error: it was answered, or has timed out. */
  answer(arn: string, hookId: string, action: 'CONTINUE' | 'ROLLBACK'): Promise<void>;
  /**
   * Asks ECS to roll back. A deployment that has ended, or goes back, is no error.
   * @throws Error where ECS refuses while the deployment goes on, as while it ends the old version
   */
  goBack(arn: string): Promise<void>;
}
