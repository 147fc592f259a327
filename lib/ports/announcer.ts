/** A transition as the world hears of it. */
export interface Announcement {
  readonly rolloutId: string;
  readonly service: string;
  readonly sequence: number;
  readonly type: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly traceId: string;
  readonly at: string;
  readonly summary: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Announcer {
  /** Returns once the announcement is accepted for delivery. */
  announce(announcement: Announcement): Promise<void>;
}
