/** Which scaling activities of a target are suspended, as AWS names them. */
export interface SuspendedState {
  readonly DynamicScalingInSuspended: boolean;
  readonly DynamicScalingOutSuspended: boolean;
  readonly ScheduledScalingSuspended: boolean;
}

/** An ECS service that Application Auto Scaling may scale. */
export interface ScalableTarget {
  readonly arn: string;
  /** `service/<cluster>/<service>` */
  readonly resourceId: string;
  readonly createdAt: Date;
  min: number;
  max: number;
  suspended: SuspendedState;
}

export interface ScalingPolicy {
  readonly arn: string;
  readonly name: string;
  readonly resourceId: string;
  readonly createdAt: Date;
  /** Everything that was put, as it is described again. */
  readonly given: Readonly<Record<string, unknown>>;
  /** What the fleet acts on; a step scaling policy is only kept, as nothing here raises its alarms. */
  readonly tracking: TargetTracking | undefined;
  /** Requests a minute and target, one for each period, newest last. */
  readonly samples: number[];
  /** Periods until the policy may scale in, or out, again. */
  waitIn: number;
  waitOut: number;
}

export interface TargetTracking {
  /** Requests a minute that one target is meant to get. */
  readonly targetValue: number;
  /** CloudWatch dimensions of the load balancer and the target group. */
  readonly loadBalancer: string;
  readonly targetGroup: string;
  readonly scaleInCooldownSeconds: number;
  readonly scaleOutCooldownSeconds: number;
  readonly disableScaleIn: boolean;
}

export interface ScheduledAction {
  readonly arn: string;
  readonly name: string;
  readonly resourceId: string;
  readonly createdAt: Date;
  readonly given: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds of `at(…)`; `undefined` for a schedule that the fleet only keeps. */
  due: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export interface ScalingActivity {
  readonly id: string;
  readonly resourceId: string;
  readonly at: Date;
  readonly cause: string;
  readonly description: string;
}

export interface ScalingModel {
  /** By resource id. */
  readonly targets: Map<string, ScalableTarget>;
  /** By resource id and name. */
  readonly policies: Map<string, ScalingPolicy>;
  readonly scheduled: Map<string, ScheduledAction>;
  /** Newest first. */
  readonly activities: ScalingActivity[];
}

export function emptyScalingModel(): ScalingModel {
  return { targets: new Map(), policies: new Map(), scheduled: new Map(), activities: [] };
}
