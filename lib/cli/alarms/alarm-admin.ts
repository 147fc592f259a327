import type { ServiceAlarm } from './service-alarms.ts';

/** An alarm with whom it notifies. */
export interface NotifyingAlarm extends ServiceAlarm {
  /** ARNs of SNS topics; none for an alarm that only a rollout reads. */
  readonly notifies: readonly string[];
}

/** The CloudWatch alarms of an account and region. */
export interface AlarmAdmin {
  /** Every metric alarm whose name begins so, as it stands. */
  existing(prefix: string): Promise<readonly NotifyingAlarm[]>;
  /** Creates an alarm, or replaces the one of its name. */
  put(alarm: NotifyingAlarm, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Deletes alarms; one that is gone is fine. */
  remove(names: readonly string[]): Promise<void>;
}
