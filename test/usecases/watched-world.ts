import type { World } from '../../lib/ports/world.ts';
import type { ModelWorld } from '../model/model-world.ts';

/** Calls that change what runs or where traffic goes. Closing a rule of the rollout's own is none: it is never wrong. */
const changing = [
  'router.write',
  'router.openHeaderRoute',
  'runtime.deploy',
  'runtime.scale',
  'oneOffTasks.run',
  'capacity.setAutoscaling',
];

export interface Watched {
  readonly world: World;
  /** Every call to the world outside the record, such as `router.write`, in order. */
  readonly calls: string[];
  readonly changes: () => readonly string[];
}

/** The model with every call written down; `onCall` comes right before each and may disturb. */
export function watched(
  model: ModelWorld,
  onCall: (call: string, number: number) => void | Promise<void> = () => undefined,
): Watched {
  const calls: string[] = [];
  const spy = <T extends object>(part: string, target: T): T =>
    new Proxy(target, {
      get: (object, key, receiver) => {
        const method: unknown = Reflect.get(object, key, receiver);
        if (typeof method !== 'function') return method;
        return async (...given: unknown[]): Promise<unknown> => {
          const name = `${part}.${String(key)}`;
          calls.push(name);
          await onCall(name, calls.length);
          return Reflect.apply(method, object, given);
        };
      },
    });
  const { store, announcer, outbox, measures, installation, taskTokens, waiting, now, sleep, randomWord } = model;
  const world = {
    store,
    announcer,
    outbox,
    measures,
    installation,
    taskTokens,
    waiting,
    now,
    sleep,
    randomWord,
    router: spy('router', model.router),
    runtime: spy('runtime', model.runtime),
    capacity: spy('capacity', model.capacity),
    registry: spy('registry', model.registry),
    facts: spy('facts', model.facts),
    metrics: spy('metrics', model.metrics),
    alarms: spy('alarms', model.alarms),
    trail: spy('trail', model.trail),
    pushTrail: spy('pushTrail', model.pushTrail),
    probe: spy('probe', model.probe),
    executions: spy('executions', model.executions),
    home: model.home,
    templates: model.templates,
    releases: model.releases,
    emergencies: model.emergencies,
    incidents: model.incidents,
    incidentExecutions: spy('incidentExecutions', model.incidentExecutions),
    releaseExecutions: spy('releaseExecutions', model.releaseExecutions),
    rollbacks: spy('rollbacks', model.rollbacks),
    retirements: spy('retirements', model.retirements),
    oneOffTasks: spy('oneOffTasks', model.oneOffTasks),
    evidence: spy('evidence', model.evidence),
    stoppedTasks: spy('stoppedTasks', model.stoppedTasks),
    archive: spy('archive', model.archive),
    schedules: spy('schedules', model.schedules),
    deadlines: spy('deadlines', model.deadlines),
  };
  return { world, calls, changes: () => calls.filter((call) => changing.includes(call)) };
}

/** Methods that a test puts in the place of the model's. */
export interface Alterations {
  readonly router?: Partial<World['router']>;
  readonly runtime?: Partial<World['runtime']>;
  readonly capacity?: Partial<World['capacity']>;
  readonly registry?: Partial<World['registry']>;
  readonly facts?: Partial<World['facts']>;
  readonly metrics?: Partial<World['metrics']>;
  readonly alarms?: World['alarms'];
  readonly trail?: World['trail'];
  readonly probe?: Partial<World['probe']>;
  readonly evidence?: World['evidence'];
  readonly oneOffTasks?: World['oneOffTasks'];
  readonly archive?: World['archive'];
  readonly executions?: World['executions'];
  readonly rollbacks?: World['rollbacks'];
  readonly schedules?: World['schedules'];
  readonly sleep?: World['sleep'];
}

/** The model with some of its methods replaced. */
export function altered(
  model: ModelWorld,
  { router, runtime, capacity, registry, facts, metrics, probe, ...whole }: Alterations,
): World {
  const { world } = watched(model);
  return {
    ...world,
    ...whole,
    router: { ...world.router, ...router },
    runtime: { ...world.runtime, ...runtime },
    capacity: { ...world.capacity, ...capacity },
    registry: { ...world.registry, ...registry },
    facts: { ...world.facts, ...facts },
    metrics: { ...world.metrics, ...metrics },
    probe: { ...world.probe, ...probe },
  };
}
