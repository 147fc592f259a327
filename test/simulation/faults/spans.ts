import type { Fault, FaultPlan } from './faults.ts';
import { type AwsService, serviceBehind } from './services.ts';
import { mendedAfter } from './faults.ts';

/** Two moments in seconds since the first rollout was asked for. */
export type Stretch = readonly [from: number, to: number];

/** Returns how many seconds of a stretch are covered by others, which may overlap. */
export function covered([from, to]: Stretch, by: readonly Stretch[]): number {
  let seconds = 0;
  let upTo = from;
  for (const [begin, end] of [...by].sort(([left], [right]) => left - right)) {
    const first = Math.max(upTo, begin);
    const last = Math.min(to, end);
    if (last > first) seconds += last - first;
    upTo = Math.max(upTo, last);
  }
  return seconds;
}

/** Returns how many seconds of a stretch one of these services could not be used. */
export function closedSeconds(plan: FaultPlan, services: readonly AwsService[], stretch: Stretch): number {
  return covered(stretch, closings(plan, services));
}

/** Returns the stretches in which one of these services could not be used; they may overlap. */
export function closings(plan: FaultPlan, services: readonly AwsService[]): readonly Stretch[] {
  const isMeant = (service: AwsService | 'all' | undefined) =>
    service === 'all' || (service !== undefined && services.includes(service));
  const closing = [
    ...plan.ofKind('outage').filter(({ of }) => isMeant(of)),
    ...plan.ofKind('access-lost').filter(({ of }) => isMeant(of)),
    ...plan.ofKind('throttling').filter(({ part }) => isMeant(serviceBehind(part))),
  ];
  return closing.map(({ from, seconds }) => [from, from + seconds]);
}

/** Returns the second by which so many seconds have passed outside of given stretches. */
export function afterOpenSeconds(from: number, seconds: number, outside: readonly Stretch[]): number {
  let until = from + seconds;
  for (let covers = covered([from, until], outside); from + seconds + covers > until;) {
    until = from + seconds + covers;
    covers = covered([from, until], outside);
  }
  return until;
}

/** Longest that a single fault goes on by itself after it began: a pause, a late event, a writer that is held up. */
const lastsAtMost = 900;

/** Returns the second at which a fault is over that began at a given one. */
export function endOf(fault: Fault, began: number): number {
  if (fault.kind === 'killed' && fault.always) return began + mendedAfter;
  if ('from' in fault) return fault.from + fault.seconds;
  return began + lastsAtMost;
}
