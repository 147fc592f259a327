import type { Drift } from '../rollout/drift.ts';
import type { RunningSlot } from '../rollout/running-slot.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { DriverName } from './layout/layout.ts';
import type { RestoreItem } from '../rollout/event-shapes.ts';
import type { DeploymentProgress } from './slot-runtime.ts';
import type { Pair } from './rules/pair.ts';
import type { Roles, Routing } from './rules/routing.ts';
import type { UnreadRestoration } from './rules/unread-restoration.ts';
import type { Guarded, WithoutTable } from './rules/without-table.ts';
import type { Places } from './shapes/registry.ts';
import type { SlotRuntime } from './slot-runtime.ts';
import type { TrafficRouter } from './traffic-router.ts';

/** How a driver reaches what a rollout acts on. */
export interface DriverPorts {
  /** Observes rules, opens the private route to green, writes weights and restores them. */
  readonly router: TrafficRouter;
  /** Provisions green, gives it tasks, retires a slot. */
  readonly runtime: SlotRuntime;
}

/** What one evaluation of a service saw. */
export interface Sight {
  /** In the order of the restore plan; `undefined` for a rule that is gone. */
  readonly routings: readonly (Routing | undefined)[];
  readonly blue: RunningSlot | undefined;
  readonly green: RunningSlot | undefined;
}

type Sides = Pick<RolloutState, 'spec' | 'blue' | 'green'>;

/** One of the two versions of a rollout. */
export type Side = 'blue' | 'green';

/** Requests that reach one side whatever the weights are. */
export interface PrivateRoute {
  readonly to: Side;
  readonly header: string;
  readonly value: string;
}

/** What metrics of the two sides are asked for by. */
export interface MeasuredPair {
  readonly targetGroups: Pair;
  /** A rule or listener of the load balancer, which names it. */
  readonly routingArn: string;
  readonly cluster: string;
  /** ECS services. */
  readonly services: Pair;
}

/** How far the end of green has come. */
export type Removal = 'ended' | 'ending' | { readonly left: string };

/** One way to run two versions of a service beside each other and to move traffic between them. */
export interface Driver {
  /** The name of its folder. */
  readonly name: DriverName;
  /** Names of the checks before a rollout that are about what it runs on. */
  readonly checks: readonly string[];
  /** Whether `give` asks for a weight that the rules get later, so that what is read back right after it is no drift. */
  readonly weightsComeLater: boolean;
  /** Tells blue from green by where traffic goes now. */
  rolesOf(spec: Places, routings: readonly Routing[]): Roles;
  /** Tells the deployment of green that is under way without its record, as the call that began it has died; `undefined` where there is none. */
  begun(
    state: Sides & Pick<RolloutState, 'image'>,
    ports: Pick<DriverPorts, 'runtime'>,
  ): Promise<{ readonly deploymentId: string; readonly taskDefinition: string } | undefined>;
  /**
   * Starts green with a task definition, without traffic.
   * @returns what `progressOf` asks for; a call whose answer was lost may be made again
   */
  provision(
    state: Sides,
    order: { readonly taskDefinition: string; readonly tasks: number },
    ports: Pick<DriverPorts, 'runtime'>,
  ): Promise<string>;
  /** Tells how far green has come. */
  progressOf(state: Sides, deploymentId: string, ports: Pick<DriverPorts, 'runtime'>): Promise<DeploymentProgress>;
  /** Gives a side so many tasks; accepted when it returns, what is open drains. With 0 the side is retired. */
  resize(state: Sides, side: Side, tasks: number, ports: Pick<DriverPorts, 'runtime'>): Promise<void>;
  /**
   * Ends green during a rollback; made again, it does no harm.
   * @returns `ending` while what moves traffic by itself has not come to its end: it may still write a rule; `left`: why green may run on
   */
  remove(
    state: Sides & Pick<RolloutState, 'deploymentId' | 'image' | 'happened'>,
    ports: Pick<DriverPorts, 'runtime'>,
  ): Promise<Removal>;
  /** Ends what waits for a rollout that is rejected before its first shift; made again, it does no harm. */
  reject(state: Sides & Pick<RolloutState, 'requestedBy'>, ports: Pick<DriverPorts, 'runtime'>): Promise<void>;
  /** Lets what waited for the end of the rollout go on, right before it succeeds; made again, it does no harm. */
  finish(state: Sides & Pick<RolloutState, 'deploymentId'>, ports: Pick<DriverPorts, 'runtime'>): Promise<void>;
  /** Ends what is open on the tasks that a side has too many since it was resized. */
  cut(state: Sides, side: Side, tasks: number, ports: Pick<DriverPorts, 'runtime'>): Promise<void>;
  /**
   * Leads requests with a header value to one side, beside a rule; made again, it finds the one that is there.
   * @returns the rule that `router.closeHeaderRoute` deletes
   */
  openRoute(
    state: Sides & Pick<RolloutState, 'rolloutId'>,
    routing: Routing,
    route: PrivateRoute,
    ports: Pick<DriverPorts, 'router'>,
  ): Promise<string>;
  /**
   * Gives green a weight on one rule and blue the rest; everything else of the rule stays.
   * @param weight percent, 0 to 100
   * @throws Error where the rule forwards to anything but one pair of the slots
   */
  give(
    state: Sides & Pick<RolloutState, 'deploymentId'>,
    routing: Routing,
    weight: number,
    ports: DriverPorts,
  ): Promise<void>;
  /** The same during a rollback, down from what green has, and by the rule itself. */
  lower(state: Sides, routing: Routing, weight: number, ports: Pick<DriverPorts, 'router'>): Promise<void>;
  /** Reads the weight of green back from a rule, in percent; `undefined` where it forwards to anything but one pair. */
  weightOf(state: Sides, routing: Pick<Routing, 'weights'>): number | undefined;
  /**
   * Returns everything that others changed since the rollout looked or wrote last: rules (gone, weights, actions, conditions,
   * priority) and slots (deployed to, scaled down). More tasks are no drift: autoscaling may add some.
   * @param weights percents that green may have: the present one, and while a shift is repeated the one it is on the way to
   */
  driftIn(state: RolloutState, sight: Sight, weights: readonly number[]): readonly Drift[];
  /** Puts one rule back, as a plan says. */
  restore(item: Pick<RestoreItem, 'kind' | 'arn' | 'actions'>, ports: Pick<DriverPorts, 'router'>): Promise<void>;
  /** Returns the restore plan as the rollback machine writes it where no function reads the rules first. */
  restorationOf(
    state: Sides & Pick<RolloutState, 'restorePlan' | 'refreshed' | 'restorationHeld'>,
  ): readonly UnreadRestoration[];
  /** Returns what the rollback machine needs to restore while the table does not answer. */
  withoutTable(rollout: Guarded): WithoutTable;
  /** Returns what both sides are measured by, once for each pair that traffic comes through. */
  measuredPairs(state: Sides & Pick<RolloutState, 'restorePlan'>): readonly MeasuredPair[];
}
