import * as z from 'zod';
import type { StoredRollout } from '../../../lib/ports/rollout-store.ts';
import { pairOf } from '../../../lib/drivers/rules/pairs.ts';
import { type Routing, weightsOf, withGreenWeight } from '../../../lib/drivers/rules/routing.ts';
import type { World } from '../../../lib/ports/world.ts';
import type { Machine, State } from '../../statemachines/definitions.ts';
import type { Process } from '../aws/process.ts';
import type { Write } from '../aws/table.ts';

type AlterMachine = (name: string, definition: Machine) => Machine;
type AlterWorld = (world: World, process: Process) => World;

function withStates(definition: Machine, change: (state: string, own: State) => State): Machine {
  const states = Object.entries(definition.States).map(([name, own]) => [name, change(name, own)] as const);
  return { ...definition, States: Object.fromEntries(states) };
}

/** One machine with some of its states changed. @throws Error where it has no such state, so that none is forgotten */
export function changed(machine: string, changes: Readonly<Record<string, (own: State) => State>>): AlterMachine {
  return (name, definition) => {
    if (name !== machine) return definition;
    const missing = Object.keys(changes).filter((state) => definition.States[state] === undefined);
    if (missing.length > 0) throw new Error(`machine ${machine} has no state ${missing.join(', ')}`);
    return withStates(definition, (state, own) => changes[state]?.(own) ?? own);
  };
}

/** A state that does nothing and goes on. */
export function skipped({ Next }: State): State {
  return { Type: 'Pass', ...(Next !== undefined && { Next }) };
}

/** The restoration without the table takes each write for its second one, which is not read back. */
export function writtenOnce(own: State): State {
  const given = z.record(z.string(), z.unknown()).parse(own['ItemSelector']);
  return { ...own, ItemSelector: { ...given, written: 'once' } };
}

/** An update that is made whatever the table holds. */
export function unconditionally(own: State): State {
  const given = z.record(z.string(), z.unknown()).parse(own['Parameters']);
  return { ...own, Parameters: { ...given, ConditionExpression: 'attribute_exists(pk)' } };
}

/** No machine announces anything at its end. */
export const silenced: AlterMachine = (_, definition) =>
  withStates(definition, (name, own) => (name.startsWith('Announce') ? skipped(own) : own));

/** A function's looks at the record all say what its first one said. */
export const remembersItsFirstLook: AlterWorld = (world) => {
  let first: Promise<StoredRollout | undefined> | undefined;
  return { ...world, store: { ...world.store, load: (id) => (first ??= world.store.load(id)) } };
};

/** Schedules of such names are never set. */
export function withoutSchedules(ending: RegExp): AlterWorld {
  return (world) => {
    const put: World['schedules']['put'] = (schedule) =>
      ending.test(schedule.name) ? Promise.resolve() : world.schedules.put(schedule);
    return { ...world, schedules: { ...world.schedules, put } };
  };
}

/** An attempt to roll back that would wait for its turn is never started. */
export const withoutTurns: AlterWorld = (world) => ({
  ...world,
  rollbacks: {
    ...world.rollbacks,
    start: (name, input) =>
      name.includes('-turn-')
        ? Promise.resolve({ executionArn: name, alreadyStarted: false })
        : world.rollbacks.start(name, input),
  },
});

/** Every target group has a healthy target, says the load balancer. */
export const believesInHealth: AlterWorld = (world, { name }) =>
  name === 'CheckGreen'
    ? world
    : {
        ...world,
        router: { ...world.router, targetHealth: () => Promise.resolve({ healthy: 99, unhealthy: 0, total: 99 }) },
      };

/** Nothing can keep a policy from scaling the slots. */
export const pinsNothing: AlterWorld = (world) => ({
  ...world,
  capacity: { ...world.capacity, setAutoscaling: () => Promise.resolve() },
});

/** What a function wrote into a rule is there, as far as it looks. */
export const believesItsWrites: AlterWorld = (world) => {
  const written = new Map<string, Parameters<World['router']['write']>[2]>();
  const router: World['router'] = {
    ...world.router,
    write: async (kind, arn, actions) => {
      written.set(arn, actions);
      await world.router.write(kind, arn, actions);
    },
    read: async (targets) =>
      (await world.router.read(targets)).map((routing) => {
        const actions = written.get(routing.arn);
        return actions === undefined ? routing : { ...routing, actions, weights: weightsOf(actions) };
      }),
  };
  return { ...world, router };
};

/** Every rule says what the rollback wants it to say, as far as `ConfirmRestored` looks. */
export const believesTheRestoration: AlterWorld = (world, { name }) => {
  if (name !== 'ConfirmRestored' && name !== 'VerifyBlue' && name !== 'RemoveGreen') return world;
  const believed = <R extends Routing>(routing: R): R => {
    const [first] = Object.keys(routing.weights);
    return { ...routing, weights: first === undefined ? {} : { [first]: 100 } };
  };
  const read: World['router']['read'] = async (targets) => (await world.router.read(targets)).map(believed);
  const find: World['router']['find'] = async (targets) =>
    (await world.router.find(targets)).map((routing) => routing && believed(routing));
  return { ...world, router: { ...world.router, read, find } };
};

/** Items with this sort key are put whatever the table holds. */
export function unconditional(sortKey: string): (write: Write) => Write {
  return (write) => {
    if (write.Put?.Item?.['sk'] !== sortKey) return write;
    const { ConditionExpression: _, ...rest } = write.Put;
    return { Put: rest };
  };
}

/** Rules are as the rollout left them, as far as its own states look around. */
export const seesNobody: AlterWorld = (world, { name, rolloutId = '' }) => {
  if (name !== 'ShiftTraffic' && name !== 'AnalyseGreen') return world;
  const find: World['router']['find'] = async (targets) => {
    const [found, stored] = await Promise.all([world.router.find(targets), world.store.load(rolloutId)]);
    if (stored === undefined) return found;
    return found.map((routing, index) => {
      const planned = stored.state.restorePlan[index];
      const pair = planned && pairOf(stored.state, weightsOf(planned.actions));
      if (routing === undefined || planned === undefined || pair === undefined) return routing;
      const actions = withGreenWeight(planned.actions, pair, stored.state.weight);
      return { ...routing, actions, weights: weightsOf(actions) };
    });
  };
  return { ...world, router: { ...world.router, find } };
};

/** No function reads that somebody has paused the rollout. */
export const hearsNoPause: AlterWorld = (world) => ({
  ...world,
  store: {
    ...world.store,
    load: async (id) => {
      const stored = await world.store.load(id);
      return stored && { ...stored, state: { ...stored.state, paused: undefined } };
    },
  },
});

/** Blue can serve, as far as a restoration asks; the rest of the product sees what is. */
export const believesInBlue: AlterWorld = (world, { name }) =>
  ['PlanRestoration', 'StepBack', 'ReadBlue', 'RestoreTraffic'].includes(name)
    ? {
        ...world,
        router: { ...world.router, targetHealth: () => Promise.resolve({ healthy: 99, unhealthy: 0, total: 99 }) },
      }
    : world;

/** What a restoration saw of blue is forgotten when it asks the next time. */
export const forgetsBlue: AlterWorld = (world, { name }) =>
  name === 'PlanRestoration' || name === 'RestoreTraffic'
    ? {
        ...world,
        store: {
          ...world.store,
          load: async (id) => {
            const stored = await world.store.load(id);
            return stored && { ...stored, state: { ...stored.state, restorationHeld: undefined } };
          },
        },
      }
    : world;

/** No function sees a login in a rule. */
export const readsNoLogins: AlterWorld = (world) => {
  const without = <R extends Routing | undefined>(routing: R): R =>
    routing === undefined
      ? routing
      : { ...routing, actions: routing.actions.filter(({ Type }) => Type !== 'authenticate-oidc') };
  const { router } = world;
  return {
    ...world,
    router: {
      ...router,
      find: async (targets) => (await router.find(targets)).map(without),
      read: async (targets) => (await router.read(targets)).map(without),
    },
  };
};

/** No alarm rings, as far as a function asks. */
export const quietAlarms: AlterWorld = (world) => ({
  ...world,
  alarms: { read: (names) => Promise.resolve(names.map((name) => ({ name, isRinging: false, reason: '' }))) },
});

/** Nothing tells the queue of deliveries what there is to show. */
export const hintsNothing: AlterWorld = (world) => ({
  ...world,
  outbox: { ...world.outbox, hint: () => Promise.resolve() },
});
