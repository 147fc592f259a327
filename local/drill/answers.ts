import type { SentAnswer } from '../load/load-options.ts';
import { pageVersion } from './drill-spec.ts';

/** What one request of a user came to. */
export interface Answer {
  /** When it was sent, by the clock of this process, epoch milliseconds. */
  readonly sentAt: number;
  readonly kind: 'served' | 'page' | 'failed';
  /** Of the service; `undefined` where it did not answer. */
  readonly version?: string | undefined;
}

/** Returns what a user was given: an answer of the service, the page, or neither. */
export function answerOf({ sentAt, status, version }: SentAnswer): Answer {
  if (version === pageVersion) return { sentAt, kind: 'page' };
  const isServed = typeof status === 'number' && status >= 200 && status < 400;
  return { sentAt, kind: isServed ? 'served' : 'failed', version };
}
