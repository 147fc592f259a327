import { formatDuration } from '../specification/quantity.ts';
import type { Drilled } from './drilled.ts';
import { restorationOf } from './restoration.ts';
import type { RolloutFacts } from './rollout-facts.ts';

/** Returns why a drill goes back that has been at its step for long enough. */
export function drillOver({ weight }: Pick<RolloutFacts, 'weight'>): string {
  return `This is a drill: green, which runs the same version, has had ${String(weight)} %, and the way back is rehearsed now.`;
}

type Drill = Pick<RolloutFacts, 'drill' | 'reason' | 'rollbackSince' | 'shifts' | 'openedAt' | 'drillTurnedAt'>;

/** Returns what a drill came to that is about to end; `undefined` for any other rollout. */
export function drilledBy(state: Drill, now: Date): Drilled | undefined {
  const { drill: kind, reason = 'no reason was recorded', shifts, openedAt, drillTurnedAt } = state;
  if (kind === undefined) return undefined;
  const decidedAt = state.rollbackSince ?? openedAt;
  const first = shifts.find(({ weight }) => weight > 0);
  const acceptedMilliseconds = millisecondsBetween(decidedAt, restorationOf(state));
  return {
    kind,
    passed: drillTurnedAt !== undefined && acceptedMilliseconds !== undefined,
    reason,
    weight: Math.max(0, ...shifts.map(({ weight }) => weight)),
    ...(first !== undefined && { seconds: Math.round((Date.parse(decidedAt) - Date.parse(first.at)) / 1000) }),
    ...(acceptedMilliseconds !== undefined && { acceptedMilliseconds }),
    wholeMilliseconds: now.getTime() - Date.parse(decidedAt),
  };
}

function millisecondsBetween(from: string, to: string | undefined): number | undefined {
  return to === undefined ? undefined : Math.max(0, Date.parse(to) - Date.parse(from));
}

/** One sentence of what a drill came to. */
export function describeDrilled({ passed, reason, ...figures }: Drilled): string {
  const { weight, seconds, acceptedMilliseconds, wholeMilliseconds } = figures;
  const before =
    weight > 0 ? `green had ${String(weight)} % for ${formatDuration(seconds ?? 0)}` : 'green got no traffic';
  const accepted =
    acceptedMilliseconds === undefined
      ? 'no traffic had to be put back'
      : `all traffic was back on blue ${String(acceptedMilliseconds)} ms after the decision, accepted and read back`;
  const clocks = `${before}; ${accepted}; blue was verified and green removed ${inSeconds(wholeMilliseconds)} after it`;
  return passed ? `The drill has passed: ${clocks}.` : `The drill did not go as ordered (${reason}): ${clocks}.`;
}

/** Milliseconds as people read them. */
export function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
