import type { DriverShape } from '../../layout/driver-shape.ts';
import type { TwoSlots } from '../../layout/two-slots.ts';
import { cannotInOneService, defaultsInOneService, inOneService } from './one-service.ts';

/** What the driver says of itself. ECS holds the hands, so that it can do little by itself. */
export const ecsNativeShape: DriverShape<TwoSlots> = {
  ...inOneService('ecs-native'),
  moves:
    "two versions in one ECS service, by ECS's own deployment (BLUE_GREEN, LINEAR, CANARY), which waits at its pause hooks",
  cannot: {
    ...cannotInOneService,
    starts: 'a deployment of the ECS service starts it',
    goesBack: 'ECS keeps no earlier version',
  },
  defaults: { ...defaultsInOneService, taskDefinition: 'from-event' },
};
