import type { SlotName } from '../drivers/layout/layout.ts';

/** Where infrastructure code finds the weights that it should leave in place. */
export interface WeightParameters {
  /** Publishes that a slot of a service serves alone; writes nothing where that is published already. */
  publish(service: string, serving: SlotName): Promise<void>;
}
