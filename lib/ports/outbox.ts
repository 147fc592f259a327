/**
 * Says that a channel has something to hear of a rollout. A hint only: what it is stands in the record and in the channel's
 * mark, so a hint that comes twice, late or out of order changes nothing.
 */
export interface DeliveryHint {
  readonly rolloutId: string;
  readonly channel: string;
  /** What is to be told besides the transitions since the mark. */
  readonly extra?:
    | { readonly kind: 'reminder'; readonly type: string; readonly at: string; readonly turn: number }
    | { readonly kind: 'escalation'; readonly sequence: number }
    | { readonly kind: 'onCall'; readonly sequence: number; readonly because?: string | undefined }
    | undefined;
  /** Unique for what the hint is about: the same one within five minutes is dropped. */
  readonly id: string;
}

/** Wakes the reminders of one matter. */
export interface ReminderTimer {
  readonly rolloutId: string;
  readonly type: string;
  readonly at: string;
  readonly turn: number;
}

export interface Outbox {
  /** Returns once all hints are kept; hints of one rollout and channel are handed on one after the other. */
  hint(hints: readonly DeliveryHint[]): Promise<void>;
  /** Hands the timer on after so many seconds, 900 at most. */
  remind(timer: ReminderTimer, afterSeconds: number): Promise<void>;
}
