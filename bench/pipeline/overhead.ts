import { versions } from '../../examples/web/versions.ts';
import { settledTruth } from '../../local/demo/clocks.ts';
import { followRollout } from '../../local/demo/follow.ts';
import { startTraffic } from '../../local/demo/traffic.ts';
import type { Supervisor } from '../../local/process/supervisor.ts';
import { announcePush, pushImage } from '../../local/sample/push-image.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { startLocalStack } from '../../local/stack/local-stack.ts';
import { type Overhead, ownTimeOf } from './own-time.ts';

const longestRolloutSeconds = 120;
const requestsPerSecond = 50;

/** Rolls a good version out on the deployed local stack and tells the pipeline's own time from what it waits for. */
export async function measureOverhead(supervisor: Supervisor, tell: (line: string) => void): Promise<Overhead> {
  const stack = await startLocalStack(supervisor, tell);
  const traffic = startTraffic(stack.service.url, requestsPerSecond);
  const image = await pushImage(stack.clients, versions.good);
  const pushedAt = Date.now();
  await announcePush(stack.clients, image);
  const { state, events } = await followRollout(
    stack.clients.store,
    sample.service,
    undefined,
    () => undefined,
    longestRolloutSeconds,
  );
  await traffic.stop();
  if (state.phase !== 'succeeded')
    throw new Error(`The rollout ended ${state.phase}: ${state.reason ?? 'without a reason'}`);
  const { changes } = await settledTruth(stack.truth, state);
  const bakes = state.spec.steps.reduce((sum, { bake }) => sum + bake, 0);
  return ownTimeOf({ events, changes, pushedAt, bakes });
}
