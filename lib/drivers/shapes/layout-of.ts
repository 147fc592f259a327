import type { Layout, SlotName, TrafficTarget, Workload } from '../layout/layout.ts';
import { type Places, shapeOf } from './registry.ts';

/** Returns where a spec says that its slots and their traffic are. */
export function layoutOf(spec: Places): Layout {
  return shapeOf(spec).layoutOf(spec);
}

/** Returns what runs the tasks of one slot. */
export function workloadOf(spec: Places, slot: SlotName): Workload {
  return layoutOf(spec).workloadOf(slot);
}

/** Returns everything that a service's traffic comes through, in the order of the spec. */
export function trafficOf(spec: Places): readonly TrafficTarget[] {
  return layoutOf(spec).traffic;
}

/** Returns whether two specs of a service name the same slots. */
export function hasSameSlots(one: Places, other: Places): boolean {
  const slotsOf = (spec: Places) => {
    const layout = layoutOf(spec);
    return (['a', 'b'] as const).map((slot) => [layout.workloadOf(slot).service, layout.groupsOf(slot)]);
  };
  return JSON.stringify(slotsOf(one)) === JSON.stringify(slotsOf(other));
}
