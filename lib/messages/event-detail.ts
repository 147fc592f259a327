import type { Message } from './message.ts';

/** EventBridge takes an entry of 256 KB; a subscriber that passes it on to SQS or SNS has no more room either. */
const mostBytes = 200_000;

/** The one shape for machines: `detail` on EventBridge, body of a webhook. `docs/events.md` explains it. */
export interface EventDetail extends Omit<Message, 'key' | 'kind' | 'forPeople' | 'standsAlone' | 'isForCustomers'> {
  /** Grows when a field goes or changes its meaning; a new field leaves it as it is. */
  readonly version: '1';
  /** The same however often it is delivered: receivers can tell a repeated delivery by it. */
  readonly id: string;
  readonly kind: Message['kind'];
}

/** Bytes of the JSON are bounded: what is too long is cut, and says where the whole is. */
export function eventDetail(message: Message): EventDetail {
  const { key, forPeople: _people, standsAlone: _alone, isForCustomers: _theirs, ...rest } = message;
  const whole: EventDetail = { version: '1', id: `${message.rolloutId}/${key}`, ...rest };
  if (bytesOf(whole) <= mostBytes) return whole;
  const truncated = `too long for an event; the record has it: sluice get ${message.rolloutId}`;
  const cut = (text: string, most = 1000) => text.slice(0, most).toWellFormed();
  return {
    ...whole,
    what: cut(whole.what),
    why: whole.why.slice(0, 20).map((line) => cut(line)),
    who: cut(whole.who),
    next: cut(whole.next),
    image: cut(whole.image, 300),
    detail: { truncated },
  };
}

/** `detail-type` on EventBridge. */
export function detailTypeOf({ kind }: Pick<Message, 'kind'>): string {
  const names = { transition: 'Transition', reminder: 'Reminder', escalation: 'Escalation', test: 'Test' } as const;
  return `Sluice Rollout ${names[kind]}`;
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
