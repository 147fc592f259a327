import type { RecordedEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';

/** Hours of tasks beyond those that served anyway. */
export interface TaskHours {
  readonly green: number;
  readonly keptBlue: number;
}

/** Returns what ran until now besides: while green bakes it is extra; once it serves, the former blue is. */
export function taskHoursOf(state: RolloutState, events: readonly RecordedEvent[], now: Date): TaskHours {
  const hours = { green: 0, keptBlue: 0 };
  let [green, kept, since] = [0, 0, 0];
  const until = (at: number) => {
    hours.green += (green * Math.max(0, at - since)) / 3600_000;
    hours.keptBlue += (kept * Math.max(0, at - since)) / 3600_000;
    since = at;
  };
  for (const { at, event } of events) {
    until(Date.parse(at));
    if (event.type === 'GreenDeployed' || event.type === 'GreenSized') green = event.count;
    else if (event.type === 'GreenRemoved' || event.type === 'RollbackClosed') green = 0;
    else if (event.type === 'RolloutSucceeded') [green, kept] = [0, state.blueCount];
    else if (event.type === 'BlueScaledDown') kept = event.count;
    else if (event.type === 'BlueRetired') kept = 0;
  }
  until(now.getTime());
  return hours;
}
