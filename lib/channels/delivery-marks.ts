import * as z from 'zod';
import { anchor } from './notifier.ts';

/** What one channel was shown of one rollout. */
export const deliveryMark = z
  .object({
    /** Sequence of the newest transition that was shown; those before it that the channel hears were, too. */
    upTo: z.number(),
    /** Names of the newest reminders and escalations that were shown. */
    extras: z.array(z.string()).readonly(),
    /** A message that is under way or whose sender died, tried first at `since` and last at `at`; `isUncertain` where it may have been shown. */
    sending: z
      .object({ key: z.string(), since: z.string(), at: z.string(), isUncertain: z.literal(true).optional() })
      .readonly()
      .optional(),
    /** The channel does not take this message; gone once it does. */
    failing: z.object({ key: z.string(), tries: z.number(), said: z.string() }).readonly().optional(),
    anchor: anchor.optional(),
  })
  .readonly();
export type DeliveryMark = z.output<typeof deliveryMark>;

export interface VersionedMark {
  readonly mark: DeliveryMark;
  /** 0 where nothing is kept yet. */
  readonly version: number;
}

export interface DeliveryMarks {
  /** Reads consistently. */
  read(rolloutId: string, channel: string): Promise<VersionedMark>;
  /** Writes the next version; false where somebody else wrote since the given one was read. */
  write(rolloutId: string, channel: string, mark: DeliveryMark, from: number): Promise<boolean>;
}

/** What a channel that was shown nothing has. */
export const unmarked: DeliveryMark = { upTo: 0, extras: [] };
