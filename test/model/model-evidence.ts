import type { World } from '../../lib/ports/world.ts';
import { type ModelSlots, slotNamed } from './model-slots.ts';

/** One task of each slot that runs, with one line of log. */
export function modelEvidence(model: Pick<ModelSlots, 'slots'> & { readonly now: () => Date }): World['evidence'] {
  return {
    tasks: ({ service }, taskDefinition) => {
      const slot = slotNamed(model, service);
      const task = { task: `task/${service}/1`, lastStatus: 'RUNNING', containers: [{ name: 'app' }] };
      return Promise.resolve(slot.taskDefinition === taskDefinition && slot.desired > 0 ? [task] : []);
    },
    logs: (_, tasks) =>
      Promise.resolve({
        logs: tasks.map(({ task }) => ({
          task,
          container: 'app',
          group: '/web',
          stream: `app/app/${task}`,
          lines: [{ at: model.now().toISOString(), text: 'the last line' }],
        })),
        missing: [],
      }),
  };
}
