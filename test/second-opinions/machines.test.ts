import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { End, Interpreter } from '../model/interpreter.ts';
import { digestOf, modelSpec, ModelWorld } from '../model/model-world.ts';
import { walk } from '../model/walk.ts';
import { definitionOf, machineNames, withInner } from '../statemachines/definitions.ts';
import { scenarios } from '../statemachines/scenarios.ts';
import { MotoInterpreter } from './moto-interpreter.ts';

let moto: MotoInterpreter;
const entered = new Set<string>();

beforeAll(() => {
  moto = new MotoInterpreter();
});
afterAll(() => {
  moto.stop();
});

/** What became of a story: how each execution ended, and what it went through. */
async function told(name: string, interpreter?: Interpreter) {
  const world = new ModelWorld();
  world.addImage('412-9f8d111', digestOf('b'));
  world.addImage('413-b4dc0de', digestOf('c'), 0.3);
  await world.store.putSpec(modelSpec(), 'a test', world.now().toISOString());
  const walks: { machine: string; end: End; states: readonly string[] }[] = [];
  let [running, isSideBySide] = [0, false];
  await scenarios[name]?.({
    world,
    walk: async (machine, input, options = {}, executionName = 'execution-1') => {
      const told = { machine, end: { status: 'SUCCEEDED' } as End, states: [] as readonly string[] };
      walks.push(told);
      running += 1;
      isSideBySide ||= running > 1;
      const walked = await walk(machine, input, world, { ...options, interpreter }, executionName);
      if (interpreter !== undefined) for (const state of walked.states) entered.add(state);
      running -= 1;
      told.end = withoutTime(walked.end);
      told.states = inOrder(walked.states);
      return walked;
    },
  });
  // How often a state is repeated while another execution goes on depends on which of the two is faster.
  for (const told of isSideBySide ? walks : [])
    told.states = told.states.filter((state, index) => state !== told.states[index - 1]);
  return { walks, weights: world.weights() };
}

/** The other interpreter takes the start of an execution from the clock, so ids of rollouts differ. */
function withoutTime(end: End): End {
  return 'cause' in end ? { ...end, cause: end.cause.replaceAll(/-\d{8}-\d{6}-/g, '-<time>-') } : end;
}

/** States inside a Map run side by side: their order among themselves says nothing. */
const inner = new Set(
  machineNames.flatMap((name) =>
    withInner(name, definitionOf(name))
      .slice(1)
      .flatMap(([, { States }]) => Object.keys(States)),
  ),
);

function inOrder(states: readonly string[]): readonly string[] {
  const ordered: string[] = [];
  let side: string[] = [];
  for (const state of [...states, '']) {
    if (inner.has(state)) side.push(state);
    else {
      ordered.push(...side.toSorted(), state);
      side = [];
    }
  }
  return ordered;
}

describe("on moto's interpreter", () => {
  test.each(Object.keys(scenarios))(
    '%s: goes the same way',
    async (name) => {
      expect(await told(name, moto)).toEqual(await told(name));
    },
    600_000,
  );

  test('every task of every machine was entered', () => {
    const tasks = machineNames.flatMap((name) =>
      withInner(name, definitionOf(name)).flatMap(([, { States }]) =>
        Object.entries(States).flatMap(([state, { Type }]) => (Type === 'Task' ? [state] : [])),
      ),
    );

    expect(tasks.length).toBeGreaterThanOrEqual(50);
    expect(tasks.filter((state) => !entered.has(state))).toEqual([]);
  });
});
