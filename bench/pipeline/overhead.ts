import { loadavg } from 'node:os';
import { type SampleVersion, versions } from '../../examples/web/versions.ts';
import { settledTruth } from '../../local/demo/clocks.ts';
import { followRollout } from '../../local/demo/follow.ts';
import { startTraffic } from '../../local/demo/traffic.ts';
import type { Supervisor } from '../../local/process/supervisor.ts';
import { announcePush, pushImage } from '../../local/sample/push-image.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack.ts';
import { localStage } from '../../local/stack/stage.ts';
import { newestHistory } from './machine-history.ts';
import { type Parts, partsOf } from './own-parts.ts';
import { type Overhead, ownTimeOf } from './own-time.ts';

const longestRolloutSeconds = 180;
const requestsPerSecond = 50;

/** A rollout on the local stack, and where its time went. */
export interface MeasuredRollout {
  /** Its functions had been called before, so that their processes were there. */
  readonly isWarm: boolean;
  readonly overhead: Overhead;
  readonly parts: Parts;
  /** Processes that ran or waited for the processor, mean of the minute before its end. */
  readonly load: number;
}

/**
 * Rolls a good version out on the deployed local stack twice and tells the pipeline's own time from what it waits for: at first each
 * function is started for its first call, then all of them are there.
 */
export async function measureOverhead(
  supervisor: Supervisor,
  tell: (line: string) => void,
): Promise<readonly MeasuredRollout[]> {
  const stack = await startLocalStack(supervisor, tell);
  const traffic = startTraffic(stack.service.url, requestsPerSecond);
  const cold = await rollOut(stack, versions.good);
  const warm = await rollOut(stack, versions.next, cold.rolloutId);
  await traffic.stop();
  return [
    { isWarm: false, ...cold },
    { isWarm: true, ...warm },
  ];
}

async function rollOut({ clients, truth }: LocalStack, version: SampleVersion, after?: string) {
  const image = await pushImage(clients, version);
  const pushedAt = Date.now();
  await announcePush(clients, image);
  const nothing = () => undefined;
  const { state, events } = await followRollout(clients.store, sample.service, after, nothing, longestRolloutSeconds);
  if (state.phase !== 'succeeded')
    throw new Error(`The rollout ended ${state.phase}: ${state.reason ?? 'without a reason'}`);
  const load = loadavg()[0] ?? 0;
  const { changes } = await settledTruth(truth, state);
  const bakes = state.spec.steps.reduce((sum, { bake }) => sum + bake, 0);
  const overhead = ownTimeOf({ events, changes, pushedAt, bakes });
  const history = await newestHistory(clients.sfn, `sluice-${localStage}-rollout`);
  return { rolloutId: state.rolloutId, overhead, parts: partsOf(history, overhead.span, overhead.waits), load };
}
