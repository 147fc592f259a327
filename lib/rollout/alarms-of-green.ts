import type { RolloutState } from './state.ts';

const ofSlot = /^sluice\/[^/]+\/[^/]+\/slot-([ab])\//;

/** Returns the alarms of a spec that speak of green: one that `sluice alarms` has made on the slot of blue does not. */
export function alarmsOfGreen({ spec, green }: Pick<RolloutState, 'spec' | 'green'>): readonly string[] {
  return spec.alarms.filter((name) => (ofSlot.exec(name)?.[1] ?? green) === green);
}
