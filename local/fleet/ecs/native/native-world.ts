import type { Faults } from '../../control/faults.ts';
import type { ElbWorld } from '../../elb/world.ts';
import type { Identity } from '../../identity.ts';
import type { EcsModel } from '../model.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Tell } from './hook-events.ts';

/** Everything that deployments act on in which ECS moves traffic. */
export interface NativeWorld {
  readonly ecs: EcsModel;
  readonly elb: ElbWorld;
  readonly identity: Identity;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly tell: Tell;
  /** What stands for a minute of AWS. */
  readonly minuteMs: number;
}
