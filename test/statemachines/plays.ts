import { modelArns, modelSpec, type ModelWorld } from '../model/model-world.ts';
import { newestRolloutId } from '../model/newest-rollout.ts';
import type { WalkOptions } from '../model/walk.ts';
import { good } from './two-pushes.ts';

/** Where a story plays: a model of its own, and a way to run a machine on it, to its end. */
export interface Stage {
  readonly world: ModelWorld;
  readonly walk: (machine: string, input: unknown, options?: WalkOptions, executionName?: string) => Promise<unknown>;
}

/** What happens when a state is entered. */
export type Before = NonNullable<WalkOptions['before']>;
/** A story, from the first machine that it starts to the last one's end. */
export type Play = (stage: Stage) => Promise<unknown>;

/** Where green has everything. */
export const toGreen = [{ Type: 'forward', TargetGroupArn: modelArns.groupB }];

/** Id of the rollout that was opened last; one that nobody opened where there is none. */
export async function newestId(world: ModelWorld): Promise<string> {
  return (await newestRolloutId(world)) ?? 'web-none';
}

/** Puts the model's spec with changes. */
export const apply = ({ store, now }: ModelWorld, overrides: Readonly<Record<string, unknown>>) =>
  store.putSpec(modelSpec(overrides), 'a test', now().toISOString());

/** Does something once, when a state is entered; what it starts is waited for at the end of the story. */
function once(state: string, act: (world: ModelWorld) => unknown): { before: Before; done: () => Promise<unknown> } {
  const started: unknown[] = [];
  const before: Before = (entered, world) => {
    if (entered === state && started.length === 0) started.push(act(world));
  };
  return { before, done: () => Promise.all(started) };
}

/** The rollout of a version, while something happens once. */
export function whileIn(state: string, act: (world: ModelWorld, stage: Stage) => unknown, input = good): Play {
  return async (stage) => {
    const { before, done } = once(state, (world) => act(world, stage));
    await stage.walk('rollout', input, { before });
    await done();
  };
}
