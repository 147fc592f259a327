import { driverOf } from '../../drivers/registry.ts';
import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { leastHealthy } from '../../drivers/traffic-router.ts';
import { pairsInUse } from '../../drivers/rules/pairs.ts';
import type { DeploymentProgress } from '../../drivers/slot-runtime.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';
import { nextTask } from '../../rollout/task-runs.ts';
import { confirmedReading } from '../ownership/confirmed-reading.ts';
import { endDelay } from './delay-rollout.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import { keptCount, scaleKept } from './kept-capacity.ts';
import { decideRollback, type OwnedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import { provisionPollSeconds } from './provision-green.ts';
import type { Part } from '../../ports/world.ts';

type Needs = Part<'store' | 'runtime' | 'router' | 'schedules' | 'now' | 'sleep'>;
interface Output extends GuardNote {
  /** `tasks`: it is ready, and tasks of the spec come before its traffic. */
  readonly outcome: 'ready' | 'tasks' | 'waiting' | 'rollBack';
}

/**
 * State `CheckGreen`: ready means steady, every target healthy, and nothing but the pinned digest running. A kept version,
 * and one that an emergency brings back and that runs there alone, is ready with its first healthy target where the one that serves has none.
 */
export async function checkGreen(input: OwnedInput, world: Needs): Promise<Output> {
  const stored = await trustedRollout(world, input);
  const { spec, phase, deploymentId, provisionedAt } = stored.state;
  if (phase === 'rollingBack') return { outcome: 'rollBack' };
  if (phase !== 'provisioning') return { outcome: whenReady(stored) };
  if (deploymentId === undefined || provisionedAt === undefined) {
    throw new Error(`Rollout ${input.rolloutId} has no deployment of green to check.`);
  }

  const progress = await confirmedReading(
    () => driverOf(spec).progressOf(stored.state, deploymentId, world),
    ({ state }) => state === 'gone',
    world,
  );
  if (progress.state === 'failed' || progress.state === 'gone') {
    return decideRollback(world, stored, `Green could not be provisioned: ${progress.reason}`);
  }
  const isShort = stored.state.rollback?.to === 'kept' && progress.desired < keptCount(stored.state);
  if (isShort) await scaleKept(input, stored.state, world);
  const lacking = isShort ? 'it was scaled down meanwhile' : await whatIsLacking(stored, progress, world);
  if (lacking === undefined || (await isBetterThanNothing(stored, world))) {
    await record(world, stored, { type: 'GreenReady', running: progress.running, digest: stored.state.image.digest });
    return { outcome: whenReady(stored), ...(await pushGuard(stored, 0, world)) };
  }
  const seconds = (world.now().getTime() - Date.parse(provisionedAt)) / 1000;
  if (seconds <= spec.timeouts.provisionGreen) {
    await endDelay(stored, world);
    return { outcome: 'waiting', ...(await pushGuard(stored, provisionPollSeconds(stored.state), world)) };
  }
  return decideRollback(world, stored, `Green was not ready within ${spec.timeouts.provisionGreen} s: ${lacking}`);
}

function whenReady({ state }: StoredRollout): 'ready' | 'tasks' {
  return nextTask(state, 'before') === undefined ? 'ready' : 'tasks';
}

/**
 * Of a version that is gone back to: one healthy target of it serves better than none of the other. A kept version runs already. What an
 * emergency deploys comes up beside what its slot had, whose targets may be healthy, too: they must not get the traffic in its name.
 */
async function isBetterThanNothing(
  { state }: StoredRollout,
  world: Pick<Needs, 'router' | 'runtime'>,
): Promise<boolean> {
  if (!isUrgent(state.rollback)) return false;
  const pairs = pairsInUse(state);
  const [serving, green] = await Promise.all([
    Promise.all(pairs.map((pair) => world.router.targetHealth(pair.blue))),
    Promise.all(pairs.map((pair) => world.router.targetHealth(pair.green))),
  ]);
  if (leastHealthy(serving).healthy > 0 || leastHealthy(green).healthy === 0) return false;
  return state.rollback?.to === 'kept' || (await runsItsImageAlone(state, world));
}

/** What could not be found out is no proof: it is waited for. */
async function runsItsImageAlone(
  { spec, green, image }: RolloutState,
  { runtime }: Pick<Needs, 'runtime'>,
): Promise<boolean> {
  try {
    const digests = await runtime.runningDigests(workloadOf(spec, green), spec.container);
    return digests.length === 1 && digests[0] === image.digest;
  } catch {
    return false;
  }
}

/** What keeps green from serving, in words; `undefined` where nothing does. */
async function whatIsLacking(
  { state }: StoredRollout,
  { state: progress, running, desired, reason }: DeploymentProgress,
  { router, runtime }: Needs,
): Promise<string | undefined> {
  if (progress !== 'completed') return `${running} of ${desired} tasks running. ${reason}`.trim();
  if (desired === 0) return 'it was scaled to zero by others';
  const { spec, green, image } = state;
  const [healths, digests] = await Promise.all([
    Promise.all(pairsInUse(state).map((pair) => router.targetHealth(pair.green))),
    runtime.runningDigests(workloadOf(spec, green), spec.container),
  ]);
  const { healthy } = leastHealthy(healths);
  if (healthy < desired) return `${healthy} of ${desired} targets healthy`;
  if (digests.length === 1 && digests[0] === image.digest) return undefined;
  return `it runs ${digests.join(', ') || 'nothing of which ECS tells the digest'}, not ${image.digest}`;
}
