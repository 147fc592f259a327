import type { DriverShape } from '../../layout/driver-shape.ts';
import { type TwoSlots, twoSlotsLayout } from '../../layout/two-slots.ts';
import { whyNotByEcs } from './weights.ts';

/** What the driver says of itself. ECS holds the hands, so that it can do little by itself. */
export const ecsNativeShape: DriverShape<TwoSlots> = {
  name: 'ecs-native',
  moves:
    "two versions in one ECS service, by ECS's own deployment (BLUE_GREEN, LINEAR, CANARY), which waits at its pause hooks",
  cannot: {
    anyWeights: 'ECS moves traffic in steps of its own',
    sizedAhead: 'ECS starts all tasks of green before any traffic',
    ownMetrics: 'to ECS both versions are one service',
    leavesOutSteps: 'the steps are those of the ECS service',
    severalRules: 'ECS writes one production rule',
    defaultActions: 'ECS writes a listener rule',
    keepsBlue: 'ECS ends the old version after its bake time',
    cutsRequests: 'ECS drains the old version',
    starts: 'a deployment of the ECS service starts it',
    goesBack: 'ECS keeps no earlier version',
  },
  defaults: {
    steps: [
      { weight: 10, bake: '20m' },
      { weight: 100, bake: '20m' },
    ],
    capacity: { sizing: 'full' },
    retention: { keepFullFor: '0s', keepFor: '0s' },
    taskDefinition: 'from-event',
    onBusy: 'queue',
  },
  restoresBy: ['rule'],
  whyNot: whyNotByEcs,
  check: ({ slots: { a, b } }, context) => {
    if (a.service === b.service) return;
    const message =
      'the slots name two ECS services, expected one: with this driver a slot is a target group of its pair';
    context.addIssue({ code: 'custom', path: ['slots', 'b', 'service'], message });
  },
  layoutOf: (places) =>
    twoSlotsLayout('ecs-native', places, ({ service, targetGroup }) => ({
      cluster: places.cluster,
      service,
      targetGroup,
    })),
};
