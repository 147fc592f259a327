import type { RecordedEvent } from '../rollout/events.ts';
import { recordedPeriods } from '../rollout/recorded-periods.ts';

/** Requests of the periods that the gates saw; `undefined` where none of them counted any. */
export interface RequestsServed {
  readonly green: number | undefined;
  readonly greenErrors: number | undefined;
  readonly blue: number | undefined;
  readonly blueErrors: number | undefined;
}

/**
 * Returns what users got while green had traffic, as far as the gates saw it: the minutes after the newest evaluation are not in
 * it.
 */
export function requestsServed(events: readonly RecordedEvent[]): RequestsServed {
  const periods = recordedPeriods(events).filter(({ weight }) => weight > 0);
  const sum = (side: 'blue' | 'green', name: string) => {
    const values = periods.flatMap((period) => period[side][name] ?? []);
    return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0);
  };
  return {
    ...{ green: sum('green', 'requests'), greenErrors: sum('green', 'errors') },
    ...{ blue: sum('blue', 'requests'), blueErrors: sum('blue', 'errors') },
  };
}
