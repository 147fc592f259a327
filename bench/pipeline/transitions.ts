import { definitionOf, type State, successors, withInner } from '../../test/statemachines/definitions.ts';

/**
 * State transitions of an execution that went through these tasks: each task, and the choices, waits and passes between them,
 * which is the shortest way from one task to the next; a Map counts as one, each of its items as those of its states.
 */
export function transitionsOf(machine: string, tasks: readonly string[]): number {
  const machines = withInner(machine, definitionOf(machine));
  let transitions = 0;
  for (const [name, { StartAt, States }] of machines) {
    const own = tasks.filter((task) => task in States);
    if (name !== machine) {
      transitions += own.length;
      continue;
    }
    let from: string | undefined;
    for (const task of own) {
      transitions +=
        from === undefined ? distance(States, [StartAt], task) : distance(States, next(States, from), task);
      from = task;
    }
    transitions += from === undefined ? 0 : distanceToEnd(States, from);
    transitions += Object.values(States).filter(({ Type }) => Type === 'Map').length;
  }
  return transitions;
}

type States = Readonly<Record<string, State>>;

function next(states: States, name: string): readonly string[] {
  const state = states[name];
  return state === undefined ? [] : successors(state);
}

/** States entered from any of some states to one that is reached without another task, itself included. */
function distance(states: States, starts: readonly string[], goal: string): number {
  let reached = [...starts];
  const seen = new Set<string>();
  for (let steps = 1; reached.length > 0; steps += 1) {
    if (reached.includes(goal)) return steps;
    const through = reached.filter((name) => !seen.has(name) && states[name]?.Type !== 'Task');
    for (const name of through) seen.add(name);
    reached = through.flatMap((name) => next(states, name));
  }
  throw new Error(`No way without another task leads to ${goal}.`);
}

function distanceToEnd(states: States, from: string): number {
  let reached = next(states, from);
  const seen = new Set<string>();
  for (let steps = 1; reached.length > 0; steps += 1) {
    if (reached.some((name) => states[name]?.Type === 'Succeed' || states[name]?.Type === 'Fail')) return steps;
    const through = reached.filter((name) => !seen.has(name) && states[name]?.Type !== 'Task');
    for (const name of through) seen.add(name);
    reached = through.flatMap((name) => next(states, name));
  }
  return 0;
}
