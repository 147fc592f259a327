import type { RolloutState } from '../rollout/state.ts';
import { restorationOf } from '../rollout/restoration.ts';
import { secondsBetween, waitedSeconds } from './times.ts';

/** Delivery figures of one service, or of all, in one month; `docs/delivery.md` defines each. */
export interface DeliveryFigures {
  /** `all services` for the sum of them. */
  readonly service: string;
  /** UTC, `2026-03`. */
  readonly month: string;
  /** Rollouts after which the new version serves all traffic. */
  readonly deployments: number;
  readonly deploymentsPerWeek: number;
  /** Rollouts that gave users the new version. */
  readonly changes: number;
  /** Those of them that were rolled back, during the rollout or later. */
  readonly failedChanges: number;
  /** 0..1; `undefined` without a change. */
  readonly changeFailureRate: number | undefined;
  /** Rolled back before any user got the new version. */
  readonly stoppedBeforeUsers: number;
  readonly rejected: number;
  /** Medians, seconds; `undefined` where nothing was measured. */
  readonly leadTimeSeconds: number | undefined;
  readonly restoreSeconds: number | undefined;
  /** Failed changes whose traffic was not put back by Sluice: they are in no time to restore. */
  readonly notRestored: number;
  readonly approvalSeconds: number | undefined;
}

type Facts = Pick<
  RolloutState,
  | 'rolloutId'
  | 'service'
  | 'phase'
  | 'openedAt'
  | 'closedAt'
  | 'pushedAt'
  | 'shifts'
  | 'approval'
  | 'rollback'
  | 'rollbackSince'
  | 'closing'
  | 'green'
  | 'drill'
>;

/** The name under which the figures of all services together stand. */
const allServices = 'all services';

/**
 * Returns the figures by month and service, the newest month first, that of all services before each one's.
 * @param rollouts of any services, in any order; those that run still count nowhere
 * @param from the first month, `2026-03`
 * @param now months end here
 */
export function deliveryFigures(rollouts: readonly Facts[], from: string, now: Date): readonly DeliveryFigures[] {
  // A drill delivers nothing, and nothing of it failed.
  const ended = rollouts.flatMap((one) =>
    one.closedAt === undefined || one.drill !== undefined ? [] : [{ ...one, closedAt: one.closedAt }],
  );
  const undone = rollbacksOf(ended);
  const months = [...new Set(ended.map(({ closedAt }) => monthOf(closedAt)))].filter((month) => month >= from);
  return months
    .toSorted()
    .toReversed()
    .flatMap((month) => {
      const inMonth = ended.filter(({ closedAt }) => monthOf(closedAt) === month);
      const services = [...new Set(inMonth.map(({ service }) => service))].toSorted();
      const figures = (service: string, of: readonly Ended[]) => figuresOf(service, month, of, undone, now);
      return [
        figures(allServices, inMonth),
        ...services.map((service) =>
          figures(
            service,
            inMonth.filter((one) => one.service === service),
          ),
        ),
      ];
    });
}

type Ended = Facts & { readonly closedAt: string };

function figuresOf(
  service: string,
  month: string,
  all: readonly Ended[],
  undone: ReadonlyMap<string, Ended>,
  now: Date,
): DeliveryFigures {
  const forward = all.filter(({ rollback }) => rollback === undefined);
  const deployed = forward.filter(isDeployed);
  const changes = forward.filter(gaveTraffic);
  const failed = changes.filter((one) => one.phase === 'rolledBack' || undone.has(one.rolloutId));
  const restored = failed.map((one) => restoreOf(one, undone.get(one.rolloutId)));
  return {
    ...{ service, month, deployments: deployed.length },
    deploymentsPerWeek: (deployed.length * 7) / daysOf(month, now),
    ...{ changes: changes.length, failedChanges: failed.length },
    changeFailureRate: changes.length === 0 ? undefined : failed.length / changes.length,
    stoppedBeforeUsers: forward.filter((one) => one.phase === 'rolledBack' && !gaveTraffic(one)).length,
    rejected: forward.filter(({ phase }) => phase === 'rejected').length,
    leadTimeSeconds: median(
      deployed.map(({ pushedAt, openedAt, closedAt }) => secondsBetween(pushedAt ?? openedAt, closedAt)),
    ),
    restoreSeconds: median(restored),
    notRestored: restored.filter((seconds) => seconds === undefined).length,
    approvalSeconds: median(forward.map(waitedSeconds)),
  };
}

/** Green serves also where a person closed a rollback with all traffic on it. */
function isDeployed({ phase, closing, green }: Ended): boolean {
  return phase === 'succeeded' || closing?.serves === green;
}

function gaveTraffic({ shifts }: Ended): boolean {
  return shifts.some(({ weight }) => weight > 0);
}

/** The rollbacks that came to their end, by the change that each of them undid: the version that served when it was opened. */
function rollbacksOf(rollouts: readonly Ended[]): ReadonlyMap<string, Ended> {
  const undone = new Map<string, Ended>();
  const back = rollouts.filter(({ rollback, phase }) => rollback !== undefined && phase === 'succeeded');
  for (const one of back.toSorted((left, right) => left.openedAt.localeCompare(right.openedAt))) {
    const served = rollouts
      .filter((each) => each.service === one.service && isDeployed(each) && each.closedAt <= one.openedAt)
      .toSorted((left, right) => left.closedAt.localeCompare(right.closedAt))
      .at(-1);
    if (served !== undefined) undone.set(served.rolloutId, one);
  }
  return undone;
}

/** From the decision to go back until all traffic was on the former version. */
function restoreOf(failed: Ended, turnedBack: Ended | undefined): number | undefined {
  if (failed.phase === 'rolledBack') return secondsBetween(failed.rollbackSince, restorationOf(failed));
  if (turnedBack === undefined) return undefined;
  const whole = turnedBack.shifts.find(({ weight }) => weight === 100);
  return secondsBetween(turnedBack.openedAt, whole?.at ?? turnedBack.closedAt);
}

/** Of the month under way only the days that have begun. */
function daysOf(month: string, now: Date): number {
  const begin = new Date(`${month}-01T00:00:00Z`);
  const end = new Date(begin);
  end.setUTCMonth(end.getUTCMonth() + 1);
  const until = Math.min(end.getTime(), now.getTime());
  return Math.max(1, Math.ceil((until - begin.getTime()) / 86_400_000));
}

function monthOf(at: string): string {
  return at.slice(0, 7);
}

function median(values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.flatMap((value) => value ?? []).toSorted((left, right) => left - right);
  const middle = sorted[Math.floor(sorted.length / 2)];
  const before = sorted[Math.ceil(sorted.length / 2) - 1];
  return middle === undefined || before === undefined ? undefined : (middle + before) / 2;
}
