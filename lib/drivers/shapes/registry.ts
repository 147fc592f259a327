import type { DriverShape } from '../layout/driver-shape.ts';
import type { DriverName } from '../layout/layout.ts';
import { ecsManagedShape } from '../ecs-managed/shape/shape.ts';
import { ecsNativeShape } from '../ecs-native/shape/shape.ts';
import { slotsShape, type SlotsPlaces } from '../slots/shape/shape.ts';

/** The fields of a spec by which its driver finds what it moves. */
export interface Places extends SlotsPlaces {
  /** Absent in specs that were stored before there was more than one. */
  readonly driver?: DriverName | undefined;
}

/** What every driver says of itself, in the order of the documentation. The first one is that of a spec that names none. */
export const driverShapes: Readonly<Record<DriverName, DriverShape<Places>>> = {
  slots: slotsShape,
  'ecs-native': ecsNativeShape,
  'ecs-managed': ecsManagedShape,
};

/** Names of the drivers. */
export const driverNames: readonly [DriverName, ...DriverName[]] = ['slots', 'ecs-native', 'ecs-managed'];

/** Returns what the driver of a spec says of itself. */
export function shapeOf({ driver = 'slots' }: Pick<Places, 'driver'>): DriverShape<Places> {
  return driverShapes[driver];
}
