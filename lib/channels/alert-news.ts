/** What became, at a vendor, of the alert that one need of a rollout had opened there. */
export interface AlertNews {
  readonly rolloutId: string;
  /** Type of the event that opened the need; it may be that of another version. */
  readonly need: string;
  /** The vendor's name of the news. */
  readonly id: string;
  readonly change: 'acknowledged' | 'unacknowledged' | 'resolved';
  /** ISO 8601 in UTC, milliseconds. */
  readonly occurredAt: string;
  /** The name of the person who did it; `undefined` where the vendor or an integration did. */
  readonly person: string | undefined;
  /** The vendor's page of it. */
  readonly page: string | undefined;
}
