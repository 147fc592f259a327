import * as z from 'zod';
import type { Message, RolloutStatus } from '../messages/message.ts';
import type { Channel } from '../specification/notification-channel.ts';

/** Where a rollout's thread is, on a channel that has threads. */
export const anchor = z
  .object({
    channel: z.string(),
    id: z.string(),
    /** A message that stands there already, while the head could not be edited yet: it is not posted again. */
    shown: z.string().optional(),
  })
  .readonly();
export type Anchor = z.output<typeof anchor>;

/** One message on its way to one channel. */
export interface Delivery {
  /** The spec's channel; `undefined` for the events that go to EventBridge. */
  readonly channel: Channel | undefined;
  readonly message: Message;
  /** The channel hears of it as a change that notifies nobody, and not otherwise. */
  readonly isChangeAlone?: boolean;
  /** Where the rollout stands now; `undefined` for a test, which belongs to none. */
  readonly status: RolloutStatus | undefined;
  readonly anchor: Anchor | undefined;
  /** Since when (ISO 8601) this message, or the head of its thread, may have been shown by an earlier try whose answer was lost. */
  readonly uncertainSince: string | undefined;
  /** Keeps the anchor as soon as it is known, so that a crash right after makes no second thread. */
  readonly remember: (anchor: Anchor) => Promise<void>;
}

/** The head of a rollout's thread, which is edited in place. */
export interface Head {
  readonly channel: Channel;
  readonly anchor: Anchor;
  readonly status: RolloutStatus;
}

export interface Notifier {
  /**
   * Returns once the channel has taken the message.
   * @throws NotTaken
   */
  send(delivery: Delivery): Promise<void>;
  /**
   * Makes the head of a thread show where the rollout stands; posts nothing. Absent where a channel has no threads.
   * @throws NotTaken
   */
  updateHead?(head: Head): Promise<void>;
  /**
   * Returns who is on call now behind a channel; nobody where it names nobody.
   * @throws NotTaken where that cannot be found out
   */
  onCall?(channel: Channel): Promise<readonly OnCallPerson[]>;
}

/** Somebody who is on call, as the vendor knows them. */
export interface OnCallPerson {
  readonly name: string;
  /** In lower case; empty where the vendor does not say. */
  readonly mail: string;
}

/** A channel did not take a message. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  /** Whether it may have been shown all the same: there was no answer, or none that says. */
  readonly mayBeShown: boolean;
  /** How long the channel asks to be left alone. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    options: {
      readonly mayBeShown: boolean;
      readonly retryAfterSeconds?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.mayBeShown = options.mayBeShown;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
