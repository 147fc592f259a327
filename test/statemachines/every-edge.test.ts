import { expect, test } from '@jest/globals';
import { type Edge, instrumented } from '../model/edges.ts';
import { digestOf, modelSpec, ModelWorld } from '../model/model-world.ts';
import { ServiceError } from '../model/integrations.ts';
import { walk, type WalkOptions } from '../model/walk.ts';
import { definitionOf, machineNames, withInner } from './definitions.ts';
import { scenarios } from './scenarios.ts';

/** More than any story takes: one that runs in a circle ends here. */
const mostEdges = 5_000;

async function freshWorld(): Promise<ModelWorld> {
  const world = new ModelWorld();
  world.addImage('412-9f8d111', digestOf('b'));
  world.addImage('413-b4dc0de', digestOf('c'), 0.3);
  await world.store.putSpec(modelSpec(), 'a test', world.now().toISOString());
  return world;
}

/** Plays a story; `disturb` comes on top of what happens in it. */
async function play(name: string, disturb: WalkOptions = {}): Promise<readonly Edge[]> {
  const world = await freshWorld();
  const taken: Edge[] = [];
  const onEdge = (edge: Edge) => {
    taken.push(edge);
    if (taken.length > mostEdges) throw new Error(`"${name}" does not end`);
    disturb.onEdge?.(edge);
  };
  await scenarios[name]?.({
    world,
    walk: (machine, input, options = {}, executionName = 'execution-1') =>
      walk(
        machine,
        input,
        world,
        {
          ...options,
          onEdge,
          before: (...args) => {
            disturb.before?.(...args);
            options.before?.(...args);
          },
          answer: (state, output, of) => {
            const told = options.answer === undefined ? output : options.answer(state, output, of);
            return disturb.answer === undefined ? told : disturb.answer(state, told, of);
          },
        },
        executionName,
      ),
  });
  return taken;
}

/** Makes a state fail with an error until its `Catch` for that error was taken. */
function failing({ machine, from, errors: [error = ''], id }: Edge): WalkOptions {
  let isTaken = false;
  return {
    before: (state, _, of) => {
      if (!isTaken && of === machine && state === from)
        throw new ServiceError(error === 'States.ALL' ? 'Injected' : error);
    },
    onEdge: (edge) => {
      if (edge.id === id) isTaken = true;
    },
  };
}

/** Makes the inside of a Map fail with what nothing in it catches, until the `Catch` of the Map was taken. */
function failingInside({ machine, from, id }: Edge, inside: ReadonlySet<string>): WalkOptions {
  let isTaken = false;
  return {
    onEdge: (edge) => {
      if (edge.id === id) isTaken = true;
      if (!isTaken && edge.machine === machine && inside.has(edge.from)) throw new ServiceError(`Injected in ${from}`);
    },
  };
}

/** Gives the state before a choice an outcome that nobody knows, once: functions have none, a newer one may. */
function unheardOf({ machine, from }: Edge, tasks: ReadonlySet<string>): WalkOptions {
  let isGiven = false;
  return {
    answer: (state, output, of) => {
      if (isGiven || of !== machine || !tasks.has(state)) return output;
      const changed = JSON.stringify(output).replace(/"outcome":"\w+"/, `"outcome":"unheard of at ${from}"`);
      isGiven = true;
      return JSON.parse(changed) as unknown;
    },
  };
}

const edges = machineNames.flatMap((name) => [...instrumented(name).edges.values()]);
const machinesOf = (name: string) => withInner(name, definitionOf(name));

/** What to do to a story so that it takes an edge that nothing takes by itself; `undefined` where nobody knows. */
function disturbanceFor(
  edge: Edge,
): { readonly after: ReadonlySet<string>; readonly how: () => WalkOptions } | undefined {
  const state = machinesOf(edge.machine).flatMap(([, { States }]) => States[edge.from] ?? [])[0];
  if (state === undefined) return undefined;
  if (edge.by.startsWith('Catch') && state.Type === 'Map') {
    const inner = machinesOf(edge.machine).find(([name]) => name.endsWith(`/${edge.from}`))?.[1];
    const inside = new Set(Object.keys(inner?.States ?? {}));
    return { after: inside, how: () => failingInside(edge, inside) };
  }
  if (edge.by.startsWith('Catch')) return { after: new Set([edge.from]), how: () => failing(edge) };
  if (edge.by !== 'Default') return undefined;
  const tasks = machinesOf(edge.machine).flatMap(([, { States }]) =>
    Object.entries(States).flatMap(([name, { Type, Next }]) => (Type === 'Task' && Next === edge.from ? [name] : [])),
  );
  return { after: new Set([edge.from]), how: () => unheardOf(edge, new Set(tasks)) };
}

test('every way from a state to the next, in every machine, is taken with the real use cases', async () => {
  const takenBy = new Map<string, readonly Edge[]>();
  for (const name of Object.keys(scenarios)) takenBy.set(name, await play(name));
  const taken = new Set([...takenBy.values()].flatMap((walked) => walked.map(({ id }) => id)));

  for (const edge of edges) {
    if (taken.has(edge.id)) continue;
    const disturbance = disturbanceFor(edge);
    if (disturbance === undefined) continue;
    const candidates = [...takenBy].filter(([, walked]) =>
      walked.some(({ machine, from }) => machine === edge.machine && disturbance.after.has(from)),
    );
    for (const [name] of candidates) {
      for (const { id } of await play(name, disturbance.how())) taken.add(id);
      if (taken.has(edge.id)) break;
    }
  }

  expect(edges.length).toBeGreaterThan(200);
  expect(edges.map(({ id }) => id).filter((id) => !taken.has(id))).toEqual([]);
}, 1_200_000);
