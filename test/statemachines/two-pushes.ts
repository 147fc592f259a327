import type { RolloutState } from '../../lib/rollout/state.ts';
import { digestOf, modelSpec, ModelWorld } from '../model/model-world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';

/** What the rollout machine is given for a version that does well. */
export const good = { service: 'web', image: '412-9f8d111' };
/** The same for one that fails three requests of ten. */
export const bad = { service: 'web', image: '413-b4dc0de' };

/** The model with a spec applied and both versions pushed. */
export async function twoPushes(): Promise<ModelWorld> {
  const world = new ModelWorld();
  world.addImage(good.image, digestOf('b'));
  world.addImage(bad.image, digestOf('c'), 0.3);
  await world.store.putSpec(modelSpec(), 'a test', world.now().toISOString());
  return world;
}

/** Leaves a rollout behind whose execution ends in the middle, as by Stop in the console, with what the guard knows of it. */
export async function stoppedInMidShift(world: ModelWorld, at = 'AnalyseGreen'): Promise<RolloutState> {
  const before = (state: string) => {
    if (state === at) throw new Error('stopped');
    if (['DelayRollout', 'RequestRollback', 'StartRollback'].includes(state)) throw new Error('stopped');
  };
  await walk('rollout', good, world, { before });
  return newestRollout(world);
}
