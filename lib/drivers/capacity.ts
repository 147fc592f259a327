import type { Workload } from './layout/layout.ts';
import type { Autoscaling } from '../rollout/autoscaling.ts';
import type { ScheduledAction } from '../rollout/scheduled-scaling.ts';

/** What scales the slots by itself; the counts themselves are set through `SlotRuntime`. */
export interface Capacity {
  /** `undefined` where nothing scales the service. */
  autoscalingOf(workload: Workload): Promise<Autoscaling | undefined>;
  /**
   * Replaces limits and suspensions, never policies and schedules. As a consequence the service's count is put within the
   * limits, if it is not. Where nothing scales the service (any more) nothing is done.
   */
  setAutoscaling(workload: Workload, settings: Autoscaling): Promise<void>;
  /** What the service's scaling policies go by, such as `ECSServiceAverageCPUUtilization`, in order, without duplicates. */
  scalesBy(workload: Workload): Promise<readonly string[]>;
  /** Scheduled actions of the service, whether they are suspended or not. */
  scheduledActions(workload: Workload): Promise<readonly ScheduledAction[]>;
}
