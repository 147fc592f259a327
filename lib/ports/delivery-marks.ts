import type { Anchor } from './notifier.ts';

/** What one channel was shown of one rollout. */
export interface DeliveryMark {
  /** Sequence of the newest transition that was shown; those before it that the channel hears were, too. */
  readonly upTo: number;
  /** Names of the newest reminders and escalations that were shown. */
  readonly extras: readonly string[];
  /** A message that is under way or whose sender died, tried first at `since` and last at `at`; `isUncertain` where it may have been shown. */
  readonly sending?:
    { readonly key: string; readonly since: string; readonly at: string; readonly isUncertain?: true } | undefined;
  /** The channel does not take this message; gone once it does. */
  readonly failing?: { readonly key: string; readonly tries: number; readonly said: string } | undefined;
  readonly anchor?: Anchor | undefined;
}

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
