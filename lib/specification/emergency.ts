import * as z from 'zod';
import { wholeSeconds } from './quantity.ts';

const flag = z.boolean('expected true or false').optional();

/** The parts of an emergency, in the order in which they are made out of the spec. */
export const emergencyParts = ['capacity', 'lastKnownGood', 'maintenance'] as const;
export type EmergencyPart = (typeof emergencyParts)[number];

/** What happens when no side of a service can serve. It has no default: every write of a rollout's state would be paid for it. */
export const emergency = z.strictObject(
  {
    automatic: flag.describe(
      'Whether it begins by itself where a rollback declares that it cannot give users a side that serves. Without it: `true`, once `emergency` is there at all',
    ),
    capacity: flag.describe(
      'Whether the side that users reach gets the tasks that it needs, and its tasks are started anew once where none is healthy. Without it: `true`',
    ),
    lastKnownGood: flag.describe(
      'Whether the newest version that served without being rolled back is brought back, and the one before it where that fails. Without it: `true`',
    ),
    maintenance: flag.describe(
      'Whether users get the [maintenance page](maintenance.md) while nothing can serve them. Without it: `true`',
    ),
    wait: wholeSeconds({ min: 10, max: 600 })
      .optional()
      .describe('How long new tasks of the same version have before another version is brought back. Without it: `1m`'),
    limit: wholeSeconds({ min: 300, max: 14_400 })
      .optional()
      .describe('After how long an emergency ends in any case. Without it: `1h`'),
  },
  'expected a map',
);
export type EmergencySpec = z.output<typeof emergency>;

/** What a spec says of emergencies, with what counts where it says nothing. */
export interface EmergencySettings {
  readonly parts: readonly EmergencyPart[];
  readonly isAutomatic: boolean;
  readonly waitSeconds: number;
  readonly limitSeconds: number;
}

/** Returns how an emergency of a service goes. Without a word of it in the spec it begins by a command alone, with all parts. */
export function emergencySettings({
  emergency: own,
}: {
  readonly emergency?: EmergencySpec | undefined;
}): EmergencySettings {
  return {
    parts: emergencyParts.filter((part) => own?.[part] !== false),
    isAutomatic: own !== undefined && own.automatic !== false,
    waitSeconds: own?.wait ?? 60,
    limitSeconds: own?.limit ?? 3600,
  };
}
