import type { DriverName } from '../../layout/layout.ts';
import type { DriverShape } from '../../layout/driver-shape.ts';
import { type TwoSlots, twoSlotsLayout } from '../../layout/two-slots.ts';
import { whyNotByEcs } from './weights.ts';

/** What no driver can do whose versions are in one ECS service: ECS holds the hands. */
export const cannotInOneService = {
  anyWeights: 'ECS moves traffic in steps of its own',
  sizedAhead: 'ECS starts all tasks of green before any traffic',
  ownMetrics: 'to ECS both versions are one service',
  leavesOutSteps: 'the steps are those of the ECS service',
  severalRules: 'ECS writes one production rule',
  defaultActions: 'ECS writes a listener rule',
  keepsBlue: 'ECS ends the old version after its bake time',
  cutsRequests: 'ECS drains the old version',
} as const;

/** Values of fields that a spec leaves out. */
export const defaultsInOneService = {
  steps: [
    { weight: 10, bake: '20m' },
    { weight: 100, bake: '20m' },
  ],
  capacity: { sizing: 'full' },
  retention: { keepFullFor: '0s', keepFor: '0s' },
  onBusy: 'queue',
} as const;

/** Returns what is the same for every driver whose versions are in one ECS service. */
export function inOneService(
  name: DriverName,
): Pick<DriverShape<TwoSlots>, 'name' | 'restoresBy' | 'whyNot' | 'check' | 'layoutOf'> {
  return {
    name,
    restoresBy: ['rule'],
    whyNot: whyNotByEcs,
    check: ({ slots: { a, b } }, context) => {
      if (a.service === b.service) return;
      const message =
        'the slots name two ECS services, expected one: with this driver a slot is a target group of its pair';
      context.addIssue({ code: 'custom', path: ['slots', 'b', 'service'], message });
    },
    layoutOf: (places) =>
      twoSlotsLayout(name, places, ({ service, targetGroup }) => ({ cluster: places.cluster, service, targetGroup })),
  };
}
