import { ecsManagedDriver } from './ecs-managed/driver.ts';
import { ecsNativeDriver } from './ecs-native/driver.ts';
import type { Driver } from './driver.ts';
import type { DriverName } from './layout/layout.ts';
import { layoutOf } from './shapes/layout-of.ts';
import type { Places } from './shapes/registry.ts';
import { slotsDriver } from './slots/driver.ts';

/** Every driver, by the name of its folder. */
const drivers: Readonly<Record<DriverName, Driver>> = {
  slots: slotsDriver,
  'ecs-native': ecsNativeDriver,
  'ecs-managed': ecsManagedDriver,
};

/** Returns the driver whose fields a spec has. */
export function driverOf(spec: Places): Driver {
  return drivers[layoutOf(spec).driver];
}
