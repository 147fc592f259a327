/** One of the two slots of a service: they trade places with every rollout. */
export type SlotName = 'a' | 'b';

/** The name of a driver's folder. */
export type DriverName = 'slots' | 'ecs-native' | 'ecs-managed';

/** A branch of the rollback machine that puts traffic back: items of a restore plan name theirs by `kind`. */
export type RestoreBranch = 'rule' | 'listener';

/** What runs the tasks of a slot. Only its driver reads it; all others pass it on, and name it to people by `service`. */
export interface Workload {
  readonly cluster: string;
  readonly service: string;
  /** Of two versions in one ECS service, the target group of the one that is meant. */
  readonly targetGroup?: string | undefined;
}

/** A listener rule, or the default action of a listener, whose traffic a rollout moves. */
export type TrafficTarget = { readonly rule: string } | { readonly listener: string };

/** Where a spec says that its slots and their traffic are. */
export interface Layout {
  /** Whose fields the spec has. */
  readonly driver: DriverName;
  workloadOf(slot: SlotName): Workload;
  /** Target groups of a slot; those of the two slots are pairs in their order. */
  groupsOf(slot: SlotName): readonly string[];
  /** Everything that traffic comes through, in the order of the spec. */
  readonly traffic: readonly TrafficTarget[];
  /** Words that a metric of the team may have in place of names, for one slot. */
  wordsOf(slot: SlotName): Readonly<Record<string, string>>;
  /** The region and account that everything is in. */
  readonly region: string;
  readonly account: string;
}
