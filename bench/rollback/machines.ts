import { versions } from '../../examples/web/versions.ts';
import { followRollout } from '../../local/demo/follow.ts';
import { reportBad } from '../../local/demo/measure.ts';
import { startLoad } from '../../local/load/load.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { startSampleRollout } from '../../local/sample/start-rollout.ts';
import type { LocalStack } from '../../local/stack/local-stack.ts';
import { median } from './median.ts';

export interface MachinesReport {
  /** Of each run, from the recorded decision to every rule at blue 100, by the load balancer's clock. */
  readonly decisionToRestoredMs: readonly number[];
  readonly medianMs: number;
  /** Of each run, from the decision until green is gone and the rollout closed. */
  readonly allClearSeconds: readonly number[];
}

/** Rolls a bad version out again and again, under traffic, and takes the time of each rollback through the machines. */
export async function measureMachines(
  stack: LocalStack,
  runs: number,
  tell: (line: string) => void,
): Promise<MachinesReport> {
  const { clients, service, truth } = stack;
  const load = startLoad({ url: service.url, requestsPerSecond: 100, maxSeconds: 120 * runs });
  const restored: number[] = [];
  const allClear: number[] = [];
  try {
    for (let run = 1; run <= runs; run += 1) {
      const started = Date.now();
      const before = await startSampleRollout(versions.bad, stack);
      const followed = await followRollout(clients.store, sample.service, before, () => undefined, 110);
      const seconds = (Date.now() - started) / 1000;
      const { outcome, decisionToRestoredMs } = reportBad(
        followed,
        await truth.stats(),
        await truth.changes(),
        seconds,
      );
      if (decisionToRestoredMs === null)
        throw new Error(`run ${run} ended as ${outcome}, without a rollback to measure`);
      const { rollbackSince = '', closedAt = '' } = followed.state;
      const clear = (Date.parse(closedAt) - Date.parse(rollbackSince)) / 1000;
      restored.push(decisionToRestoredMs);
      allClear.push(clear);
      tell(`  run ${run}: decision to blue at 100 % ${decisionToRestoredMs} ms, all clear after ${clear.toFixed(1)} s`);
    }
  } finally {
    await load.stop();
  }
  return { decisionToRestoredMs: restored, medianMs: median(restored), allClearSeconds: allClear };
}
