import type { Message, Installation } from './message.ts';

/** A message that says of itself that it is a test. */
export function testMessage(service: string, around: Installation, id: string, now: Date, by: string): Message {
  return {
    key: `x${id}`,
    kind: 'test',
    rolloutId: `test-${service}-${id}`,
    traceId: id,
    service,
    stage: around.stage,
    image: 'no image',
    sequence: 0,
    type: 'RolloutOpened',
    severity: 'info',
    at: now.toISOString(),
    what: 'TEST: this channel can be reached. Nothing happened to the service, and nothing has to be done.',
    why: [],
    who: `sent by ${by}`,
    next: '',
    links: [],
    ends: [],
    takes: [],
    forPeople: { headline: 'this channel can be reached', commands: [], users: '', gates: [], reasons: [] },
    detail: {},
  };
}
