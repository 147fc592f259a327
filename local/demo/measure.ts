import type { RecordedEvent } from '../../lib/rollout/events.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import type { FleetChange, FleetStats } from '../stack/fleet-truth.ts';
import { greenIn, type RollbackClocks, rollbackClocks } from './clocks.ts';
import type { Followed } from './follow.ts';

export interface GoodReport {
  readonly outcome: string;
  readonly requests: number;
  readonly failed: number;
  readonly seconds: number;
}

export interface BadReport extends GoodReport {
  readonly gate: string;
  readonly failedOfGreen: number;
  /** From green's first bad response to the verdict; null where there was none of the two. */
  readonly detectionMs: number | null;
  /** From the verdict on; null where there was none. */
  readonly clocks: RollbackClocks | null;
  /** Clock *accepted*: `clocks.acceptedMs`, under the name that earlier reports have. */
  readonly decisionToRestoredMs: number | null;
}

const outcomes: Readonly<Partial<Record<RolloutState['phase'], string>>> = {
  succeeded: 'Succeeded',
  rolledBack: 'RolledBack',
  rejected: 'Rejected',
};

export interface Report {
  readonly good: GoodReport;
  /** What the checks before the good version saw. */
  readonly checks: readonly CheckReport[];
  readonly bad: BadReport;
  /** Blue fails for 1 %, green for 3 %. */
  readonly subtle?: BadReport;
  /** An outage hits both while a healthy green goes through. */
  readonly outage?: GoodReport;
}

interface CheckReport {
  readonly name: string;
  readonly result: string;
  readonly saw: string;
}

/** The checks before a rollout, as its record has them; where they ran twice, of the second time. */
export function reportChecks({ events }: Followed): readonly CheckReport[] {
  const runs = events.flatMap(({ event }) =>
    event.type === 'PreChecksPassed' || event.type === 'RolloutRejected' ? [event.results] : [],
  );
  return (runs.at(-1) ?? []).map(({ name, passed, result, saw }) => ({
    name,
    result: result ?? (passed ? 'passed' : 'failed'),
    saw,
  }));
}

/** Counts from the push to the end of the rollout, as the load balancer saw them. */
export function reportGood({ state }: Followed, stats: FleetStats, seconds: number): GoodReport {
  const { requests, failed } = stats;
  return { outcome: outcomes[state.phase] ?? state.phase, requests, failed, seconds: Math.round(seconds * 10) / 10 };
}

/** The same, with how fast the bad version was seen and put back. */
export function reportBad(
  followed: Followed,
  stats: FleetStats,
  changes: readonly FleetChange[],
  seconds: number,
): BadReport {
  const { state, events } = followed;
  const green = greenIn(stats, state);
  const decidedAt = timeOf(events, 'RollbackRequested');
  const firstBadAt = green?.firstFailedAt;
  const clocks = decidedAt === undefined ? null : rollbackClocks(state, decidedAt, stats, changes);
  return {
    ...reportGood(followed, stats, seconds),
    gate: state.failedGate ?? '',
    failedOfGreen: green?.failed ?? 0,
    detectionMs: decidedAt === undefined || firstBadAt === undefined ? null : decidedAt - firstBadAt,
    clocks,
    decisionToRestoredMs: clocks?.acceptedMs ?? null,
  };
}

function timeOf(events: readonly RecordedEvent[], type: string): number | undefined {
  const found = events.find(({ event }) => event.type === type);
  return found === undefined ? undefined : Date.parse(found.at);
}
