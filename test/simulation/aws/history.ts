import type { StateMachine } from 'aws-local-stepfunctions';

type EventLogs = ReturnType<StateMachine['run']>['eventLogs'];
type EventLog = EventLogs extends AsyncIterable<infer One> ? One : never;

/** Step Functions fails an execution whose history is as long as this; no state can catch it. */
export const mostEvents = 25_000;

/** How far an execution is: what its history tells. */
export interface History {
  /** Events so far, as Step Functions counts them. */
  events: number;
  /** The state of the machine itself that was entered last, and its input: a redrive goes on there. */
  entered?: { readonly name: string; readonly input: unknown };
}

/** A task is scheduled, started, and ends, at each attempt. */
const ofAttempt = 3;

/** Keeps a history while the interpreter runs, and tells of each event. */
export async function follow(logs: EventLogs, history: History, onEvent: () => void): Promise<void> {
  for await (const event of logs) {
    history.events += eventsFor(event);
    if (event.type === 'StateEntered' && event.index === undefined) history.entered = event.state;
    onEvent();
  }
}

function eventsFor(event: EventLog): number {
  const isTask = 'state' in event && event.state.type === 'Task';
  return 1 + (isTask && (event.type === 'StateEntered' || event.type === 'StateRetried') ? ofAttempt : 0);
}
