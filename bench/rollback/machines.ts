import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { versions } from '../../examples/web/versions.ts';
import { followRollout } from '../../local/demo/follow.ts';
import { reportBad } from '../../local/demo/measure.ts';
import { startLoad } from '../../local/load/load.ts';
import { pushImage } from '../../local/sample/push-image.ts';
import { sample } from '../../local/sample/sample-names.ts';
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
  { aws, clients, service, truth }: LocalStack,
  runs: number,
  tell: (line: string) => void,
): Promise<MachinesReport> {
  const load = startLoad({ url: service.url, requestsPerSecond: 100, maxSeconds: 120 * runs });
  const restored: number[] = [];
  const allClear: number[] = [];
  try {
    const { tag } = await pushImage(clients, versions.bad);
    for (let run = 1; run <= runs; run += 1) {
      const before = (await clients.store.list(sample.service, 1))[0]?.rolloutId;
      const started = Date.now();
      await clients.sfn.send(
        new StartExecutionCommand({
          stateMachineArn: `arn:aws:states:${aws.region}:${aws.accountId}:stateMachine:sluice-local-rollout`,
          input: JSON.stringify({ service: sample.service, image: tag }),
        }),
      );
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
