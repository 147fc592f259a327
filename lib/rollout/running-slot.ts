/** An ECS service as it runs now. */
export interface RunningSlot {
  readonly service: string;
  readonly active: boolean;
  readonly taskDefinition: string;
  readonly desired: number;
  readonly running: number;
  /** The deployment that ECS keeps up. */
  readonly deploymentId: string;
  /** Target groups that the service registers its tasks with. */
  readonly targetGroups: readonly string[];
  /** A way of ECS that moves traffic or deployments by itself, in words; absent with rolling deployments. */
  readonly movesTraffic?: string | undefined;
}
