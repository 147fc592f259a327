import type * as z from 'zod';
import type { DriverShape } from '../../layout/driver-shape.ts';
import { twoSlotsLayout } from '../../layout/two-slots.ts';
import { inTwoServices, slots } from './slots.ts';
import { inOnePlace, traffic, withinBalancers } from './traffic.ts';

/** What the driver brings to a spec: two ECS services with their target groups, and the rules in front of them. */
export const slotsFields = {
  slots: slots.describe('The two slots. Which one is blue follows from the weights of the rules when a rollout starts'),
  traffic,
};

/** The fields of a spec that say where its slots are. */
export interface SlotsPlaces {
  readonly cluster: string;
  readonly slots: z.output<typeof slots>;
  readonly traffic: z.output<typeof traffic>;
}

/** What the driver says of itself. It can do everything that a spec may ask for. */
export const slotsShape: DriverShape<SlotsPlaces> = {
  name: 'slots',
  moves: 'two ECS services, each with target groups of its own, behind the same rules of an Application Load Balancer',
  cannot: {},
  defaults: {},
  restoresBy: ['rule', 'listener'],
  whyNot: () => undefined,
  check: (places, context) => {
    inTwoServices(places, context);
    withinBalancers(places, context);
    inOnePlace(places, context);
  },
  layoutOf: (places) => twoSlotsLayout('slots', places, ({ service }) => ({ cluster: places.cluster, service })),
};
