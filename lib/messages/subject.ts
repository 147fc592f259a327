import type { EventType } from '../rollout/events.ts';
import type { Severity } from '../rollout/events/define-event.ts';

/** What a message is about, as far as the table asks. */
export interface Subject {
  readonly type: EventType;
  readonly severity: Severity;
  /** ISO 8601. */
  readonly at: string;
  readonly stage: string;
}
