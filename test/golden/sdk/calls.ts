import type { ModelWorld } from '../../model/model-world.ts';
import { copied } from '../values.ts';

/** What the answers of AWS follow from, at the time of a call. */
export type Facts = Pick<
  ModelWorld,
  'time' | 'slots' | 'actions' | 'headerRoutes' | 'autoscaling' | 'images' | 'groups' | 'priorities' | 'alarmStates'
>;

/** One call of a port, as it was made. */
export interface PortCall {
  readonly port: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly facts: Facts;
}

/**
 * Tells every call of a world's ports, before the model answers it. The model goes on as without: what AWS would have been sent is
 * found out afterwards, so that nothing in a walk waits for it.
 */
export function observePorts(
  world: ModelWorld,
  ports: Readonly<Record<string, object>>,
  tell: (call: PortCall) => void,
) {
  for (const [port, adapter] of Object.entries(ports)) {
    const model: unknown = Reflect.get(world, port);
    if (typeof model !== 'object' || model === null) throw new Error(`the model has no ${port}`);
    for (const method of Object.keys(adapter))
      observe(model, method, (args) => {
        tell({ port, method, args, facts: factsOf(world) });
      });
  }
}

function observe(model: object, method: string, tell: (args: readonly unknown[]) => void): void {
  const original: unknown = Reflect.get(model, method);
  if (typeof original !== 'function') throw new Error(`the model has no ${method}`);
  Reflect.set(model, method, (...args: unknown[]): unknown => {
    tell(args.map(copied));
    const answer: unknown = Reflect.apply(original, model, args);
    return answer;
  });
}

function factsOf(world: ModelWorld): Facts {
  return {
    time: world.time,
    slots: new Map([...world.slots].map(([name, slot]) => [name, { ...slot }])),
    images: new Map([...world.images].map(([name, image]) => [name, { ...image, tags: [...image.tags] }])),
    // What these hold is replaced, and never changed.
    actions: new Map(world.actions),
    headerRoutes: new Map(world.headerRoutes),
    autoscaling: new Map(world.autoscaling),
    groups: new Map(world.groups),
    priorities: new Map(world.priorities),
    alarmStates: new Map(world.alarmStates),
  };
}
