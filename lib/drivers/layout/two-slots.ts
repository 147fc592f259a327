import type { DriverName, Layout, TrafficTarget, Workload } from './layout.ts';

interface Slot {
  readonly service: string;
  readonly targetGroup: string;
  readonly targetGroups: readonly string[];
}

/** Fields of a spec that name two slots and what is in front of them. */
export interface TwoSlots {
  readonly cluster: string;
  readonly slots: { readonly a: Slot; readonly b: Slot };
  readonly traffic: readonly TrafficTarget[];
}

/** Returns the layout of a spec that names two slots; `workloadOf` says what runs the tasks of one. */
export function twoSlotsLayout(
  driver: DriverName,
  { cluster, slots, traffic }: TwoSlots,
  workloadOf: (slot: Slot) => Workload,
): Layout {
  const [, , , region = '', account = ''] = slots.a.targetGroup.split(':');
  return {
    driver,
    workloadOf: (slot) => workloadOf(slots[slot]),
    groupsOf: (slot) => slots[slot].targetGroups,
    traffic,
    wordsOf: (slot) => {
      const { service, targetGroup } = slots[slot];
      const [first] = traffic;
      const routing = first === undefined ? '' : 'rule' in first ? first.rule : first.listener;
      return {
        service,
        slot,
        cluster,
        targetGroup: targetGroup.slice(targetGroup.lastIndexOf(':') + 1),
        loadBalancer: /:listener(?:-rule)?\/(app\/[^/]+\/[^/]+)\//.exec(routing)?.[1] ?? '',
      };
    },
    region,
    account,
  };
}
