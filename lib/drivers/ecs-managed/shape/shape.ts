import type { DriverShape } from '../../layout/driver-shape.ts';
import type { TwoSlots } from '../../layout/two-slots.ts';
import { cannotInOneService, defaultsInOneService, inOneService } from '../../ecs-native/shape/one-service.ts';

/** What the driver says of itself. The rollout begins the deployment of ECS, so that a push, an event or a command starts it. */
export const ecsManagedShape: DriverShape<TwoSlots> = {
  ...inOneService('ecs-managed'),
  moves:
    'two versions in one ECS service, by a deployment of ECS that the rollout begins with its own steps and pauses, and takes back',
  cannot: cannotInOneService,
  defaults: defaultsInOneService,
};
