import type { Workload } from './layout/layout.ts';

/** A hook of an ECS service's deployments: ECS waits there for an answer (`PAUSE`), or for a function (`AWS_LAMBDA`). */
export interface DeploymentHook {
  readonly type: string;
  /** Stages of a deployment, as ECS names them. */
  readonly stages: readonly string[];
  readonly timeoutMinutes: number;
  /** What ECS does when nobody has answered: `ROLLBACK` or `CONTINUE`. */
  readonly atTimeout: string;
  /** The function that it calls. */
  readonly target?: string | undefined;
}

/** What ECS moves traffic of one target group with; what is not configured is absent. */
export interface TrafficBinding {
  readonly targetGroup: string;
  readonly alternate?: string | undefined;
  readonly rule?: string | undefined;
  readonly testRule?: string | undefined;
  readonly role?: string | undefined;
}

/** How ECS deploys a service, as far as its deployment configuration says. */
export interface DeploymentSettings {
  /** `ROLLING`, `BLUE_GREEN`, `LINEAR` or `CANARY`. */
  readonly strategy: string;
  /** Percent of the first step; 100 where all traffic moves at once. */
  readonly stepPercent: number;
  /** Minutes that ECS itself waits after each step but the last. */
  readonly stepBakeMinutes: number;
  readonly hooks: readonly DeploymentHook[];
  readonly bindings: readonly TrafficBinding[];
}

/** Writes the hooks of a service's deployments. */
export interface DeploymentHooks {
  /**
   * Replaces hooks; everything else of the deployment configuration stays, and no deployment starts.
   * @throws Refusal where the service is gone, or its hooks are no longer those that the change was made for
   */
  replace(
    service: Pick<Workload, 'cluster' | 'service'>,
    before: readonly DeploymentHook[],
    after: readonly DeploymentHook[],
  ): Promise<void>;
}
