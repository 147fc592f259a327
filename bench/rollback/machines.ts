import { versions } from '../../examples/web/versions.ts';
import { settledTruth } from '../../local/demo/clocks.ts';
import { followRollout } from '../../local/demo/follow.ts';
import { reportBad } from '../../local/demo/measure.ts';
import { startLoad } from '../../local/load/load.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { startSampleRollout } from '../../local/sample/start-rollout.ts';
import type { LocalStack } from '../../local/stack/local-stack.ts';
import { median } from './median.ts';

/** The clocks of one rollback, each in milliseconds from the recorded decision, by the load balancer's own record. */
export interface MeasuredClocks {
  /** The API had accepted blue at 100 % for every rule. */
  readonly acceptedMs: number;
  /** Every node of the load balancer obeyed it. */
  readonly propagatedMs: number;
  /** The last failed request had ended. */
  readonly usersMs: number;
  /** Green's last open request had ended. */
  readonly drainedMs: number;
  /** Green was gone and the rollout closed. */
  readonly allClearMs: number;
}

export interface MachinesReport {
  readonly runs: readonly MeasuredClocks[];
  /** Medians of the runs. */
  readonly acceptedMs: number;
  readonly propagatedMs: number;
  readonly usersMs: number;
  readonly drainedMs: number;
  /**
   * Median of what users waited, until the last request that failed or that green answered, beyond the time that the load balancer
   * itself took from accepting to obeying.
   */
  readonly usersBeyondPropagationMs: number;
  readonly slowestAllClearMs: number;
}

function isKnown(milliseconds: number | null | undefined): milliseconds is number {
  return typeof milliseconds === 'number';
}

/** Rolls a bad version out again and again, under traffic, and takes the time of each rollback through the machines. */
export async function measureMachines(
  stack: LocalStack,
  runs: number,
  tell: (line: string) => void,
): Promise<MachinesReport> {
  const { clients, service, truth } = stack;
  const load = startLoad({ url: service.url, requestsPerSecond: 100, maxSeconds: 480 * runs });
  const measured: MeasuredClocks[] = [];
  try {
    for (let run = 1; run <= runs; run += 1) {
      const started = Date.now();
      await truth.reset();
      const before = await startSampleRollout(versions.bad, stack);
      const followed = await followRollout(clients.store, sample.service, before, () => undefined, 400);
      const seconds = (Date.now() - started) / 1000;
      const { stats, changes } = await settledTruth(truth, followed.state);
      const { outcome, clocks } = reportBad(followed, stats, changes, seconds);
      const { acceptedMs, propagatedMs, usersMs, drainedMs } = clocks ?? {};
      if (!isKnown(acceptedMs) || !isKnown(propagatedMs) || !isKnown(usersMs) || !isKnown(drainedMs))
        throw new Error(`run ${run} ended as ${outcome}, without a rollback to measure: ${JSON.stringify(clocks)}`);
      const { rollbackSince = '', closedAt = '' } = followed.state;
      const clear = (Date.parse(closedAt) - Date.parse(rollbackSince)) / 1000;
      measured.push({ acceptedMs, propagatedMs, usersMs, drainedMs, allClearMs: clear * 1000 });
      tell(
        `  run ${run}, from the decision: accepted ${acceptedMs} ms, propagated ${propagatedMs} ms, users ${usersMs} ms, drained ${drainedMs} ms, all clear ${clear.toFixed(1)} s`,
      );
    }
  } finally {
    await load.stop();
  }
  const medianOf = (read: (clocks: MeasuredClocks) => number) => median(measured.map(read));
  return {
    runs: measured,
    acceptedMs: medianOf(({ acceptedMs }) => acceptedMs),
    propagatedMs: medianOf(({ propagatedMs }) => propagatedMs),
    usersMs: medianOf(({ usersMs }) => usersMs),
    drainedMs: medianOf(({ drainedMs }) => drainedMs),
    usersBeyondPropagationMs: medianOf(
      ({ acceptedMs, propagatedMs, usersMs, drainedMs }) => Math.max(usersMs, drainedMs) - (propagatedMs - acceptedMs),
    ),
    slowestAllClearMs: Math.max(...measured.map(({ allClearMs }) => allClearMs)),
  };
}
