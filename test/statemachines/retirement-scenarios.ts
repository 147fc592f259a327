import { digestOf, modelArns } from '../model/model-world.ts';
import { apply, type Before, newestId, type Play, type Stage } from './plays.ts';
import { good } from './two-pushes.ts';

const retire = async ({ world, walk }: Stage, before: Before = () => undefined) => {
  await walk('rollout', good);
  const rolloutId = await newestId(world);
  await walk('retirement', { service: 'web', rolloutId, keepFullSeconds: 1, keepOneSeconds: 1 }, { before }, 'retire');
};

/** What can come of a retirement. */
export const retirementScenarios: Readonly<Record<string, Play>> = {
  'a retirement': (stage) => retire(stage),
  'a task after the retention': async (stage) => {
    await apply(stage.world, { afterRetention: [{ name: 'contract', command: ['contract'] }] });
    await retire(stage);
  },
  'a task after the retention that a newer rollout made void': async (stage) => {
    await apply(stage.world, { afterRetention: [{ name: 'contract', command: ['contract'] }] });
    const { store } = stage.world;
    const list = store.list.bind(store);
    await retire(stage, (state) => {
      if (state !== 'RunAfterRetention') return;
      store.list = async (...given) => [
        { rolloutId: 'web-next', phase: 'succeeded', image: 'x', openedAt: '2026-03-02T10:00:00.000Z' },
        ...(await list(...given)),
      ];
    });
  },
  'a retirement with checks before it': async (stage) => {
    await apply(stage.world, { after: ['cluster'] });
    await retire(stage);
  },
  'a retirement of tasks that drain for a while': (stage) => {
    const { runtime } = stage.world;
    const remaining = [2, 1];
    Object.assign(runtime, {
      remainingTasks: () => Promise.resolve({ left: remaining.shift() ?? 0, lastStoppedAt: undefined }),
    });
    return retire(stage);
  },
  'a retirement while a newer rollout may be rejected yet': (stage) => {
    const { store } = stage.world;
    const service = store.service.bind(store);
    const waited = new Set<string>();
    return retire(stage, (state) => {
      if (waited.has(state)) return;
      waited.add(state);
      Object.assign(store, {
        service: async (name: string) => {
          Object.assign(store, { service });
          return { ...(await service(name)), lockedBy: 'web-next' };
        },
      });
    });
  },
  'a retirement that a template holds until it is mended': (stage) => {
    const { owning } = stage.world;
    const weights = { [modelArns.groupA]: 100, [modelArns.groupB]: 0 };
    owning.set(modelArns.rule, { stack: 'shop-web', resource: 'Rule', weights });
    let looks = 0;
    return retire(stage, (state) => {
      if (state === 'RetireBlue') looks += 1;
      if (looks === 3) owning.clear();
    });
  },
  'a retirement of a slot that somebody took': (stage) =>
    retire(stage, (state, { slots }) => {
      const slot = slots.get('web-a');
      if (state === 'ScaleDownBlue' && slot !== undefined) slot.digest = digestOf('f');
    }),
  'a retirement of a slot that somebody took later': (stage) =>
    retire(stage, (state, { slots }) => {
      const slot = slots.get('web-a');
      if (state === 'RetireBlue' && slot !== undefined) slot.digest = digestOf('f');
    }),
};
