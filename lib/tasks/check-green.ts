import type { StoredRollout } from '../ports/rollout-store.ts';
import { decideRollback, type OwnedInput, ownedRollout, record } from './owned-rollout.ts';
import type { Part } from './world.ts';

type Needs = Part<'store' | 'runtime' | 'router' | 'now'>;
interface Output {
  readonly outcome: 'ready' | 'waiting' | 'rollBack';
}

/** State `CheckGreen`: ready means steady, every target healthy, and nothing but the pinned digest running. */
export async function checkGreen(input: OwnedInput, world: Needs): Promise<Output> {
  const stored = await ownedRollout(world, input);
  const { spec, green, phase, deploymentId, provisionedAt } = stored.state;
  if (phase === 'rollingBack') return { outcome: 'rollBack' };
  if (phase !== 'provisioning') return { outcome: 'ready' };
  if (deploymentId === undefined || provisionedAt === undefined) {
    throw new Error(`Rollout ${input.rolloutId} has no deployment of green to check.`);
  }

  const progress = await world.runtime.progress(spec.cluster, spec.slots[green].service, deploymentId);
  if (progress.state === 'failed' || progress.state === 'gone') {
    return decideRollback(world, stored, `Green could not be provisioned: ${progress.reason}`);
  }
  if (progress.state === 'completed' && (await isServing(stored, progress.desired, world))) return { outcome: 'ready' };

  const seconds = (world.now().getTime() - Date.parse(provisionedAt)) / 1000;
  if (seconds <= spec.timeouts.provisionGreen) return { outcome: 'waiting' };
  return decideRollback(
    world,
    stored,
    `Green was not ready within ${spec.timeouts.provisionGreen} s: ${progress.running} of ${progress.desired} tasks running. ${progress.reason}`.trim(),
  );
}

async function isServing(stored: StoredRollout, desired: number, world: Needs): Promise<boolean> {
  const { spec, green, image } = stored.state;
  const { service, targetGroup } = spec.slots[green];
  const [health, digests] = await Promise.all([
    world.router.targetHealth(targetGroup),
    world.runtime.runningDigests(spec.cluster, service, spec.container),
  ]);
  if (desired === 0 || health.healthy < desired) return false;
  if (digests.length !== 1 || digests[0] !== image.digest) return false;
  await record(world, stored, { type: 'GreenReady', running: desired, digest: image.digest });
  return true;
}
