import type { TaskDefinitionFacts } from '../../lib/drivers/slot-runtime.ts';
import type { World } from '../../lib/ports/world.ts';
import { type ModelSlots, runningSlot, slotNamed } from './model-slots.ts';

interface Deployable extends ModelSlots {
  readonly bases: string[];
  readonly taskDefinitions: ReadonlyMap<string, TaskDefinitionFacts>;
  readonly firstDigest: string;
}

/** ECS where every deployment is complete at once. */
export function modelRuntime(model: Deployable, nextSerial: () => number): World['runtime'] {
  return {
    describe: ({ service }) => Promise.resolve(runningSlot(model, service)),
    deriveTaskDefinition: (base, _, image) => {
      model.bases.push(base);
      return Promise.resolve(`web:${image.slice(image.indexOf('@') + 1)}`);
    },
    deploy: ({ service }, taskDefinition, count) => {
      const deploymentId = `ecs-svc/${String(nextSerial())}`;
      model.slots.set(service, { taskDefinition, desired: count, digest: taskDefinition.slice(4), deploymentId });
      return Promise.resolve(deploymentId);
    },
    progress: ({ service }, deploymentId) => {
      const slot = slotNamed(model, service);
      const state = slot.deploymentId === deploymentId ? 'completed' : 'gone';
      return Promise.resolve({
        state,
        running: slot.desired,
        desired: slot.desired,
        reason: state === 'gone' ? 'replaced' : '',
      });
    },
    scale: ({ service }, count) => {
      slotNamed(model, service).desired = count;
      return Promise.resolve();
    },
    remainingTasks: ({ service }) =>
      Promise.resolve({ left: slotNamed(model, service).desired, lastStoppedAt: undefined }),
    stopTasks: () => Promise.resolve(0),
    runningDigests: ({ service }) => {
      const slot = slotNamed(model, service);
      return Promise.resolve(slot.desired > 0 ? [slot.digest] : []);
    },
    taskDefinition: (reference) => Promise.resolve(model.taskDefinitions.get(reference)),
    imageOf: (taskDefinition) => {
      const digest = taskDefinition.startsWith('web:sha256:') ? taskDefinition.slice(4) : model.firstDigest;
      return Promise.resolve(`111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web@${digest}`);
    },
  };
}
