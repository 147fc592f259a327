import { definitionOf, type Machine, parseMachine, type State } from '../statemachines/definitions.ts';

/** One way from a state to the next, or to the end of its machine. */
export interface Edge {
  /** Of the machine's file, also where the state is inside a Map. */
  readonly machine: string;
  readonly from: string;
  /** How it is taken: `Next`, `Default`, `Choices[1]`, `Catch[0]` or `End`. */
  readonly by: string;
  /** Errors that a `Catch` is for. */
  readonly errors: readonly string[];
  /** Empty where the machine ends. */
  readonly to: string;
  /** The edge in words. */
  readonly id: string;
}

interface Instrumented {
  readonly definition: Machine;
  /** Every edge, by the name of the state that stands on it. */
  readonly edges: ReadonlyMap<string, Edge>;
}

/**
 * A machine with one more state on each of its edges, which passes its input on and tells that it was there. Whatever the
 * definition has grown by is thus an edge that somebody has to take.
 */
export function instrumented(machine: string): Instrumented {
  const edges = new Map<string, Edge>();
  const definition = withEdges(definitionOf(machine), (from, by, to, errors = []) => {
    const name = `edge ${String(edges.size + 1)}`;
    const id = `${machine}: ${from} -${by}${errors.length === 0 ? '' : ` (${errors.join(', ')})`}-> ${to || 'the end'}`;
    edges.set(name, { machine, from, by, errors, to, id });
    return name;
  });
  return { definition, edges };
}

type Add = (from: string, by: string, to: string, errors?: readonly string[]) => string;

function withEdges({ States, ...machine }: Machine, add: Add): Machine {
  const states: Record<string, unknown> = {};
  const via = (from: string, by: string, to: string, errors?: readonly string[]): string => {
    const name = add(from, by, to, errors);
    // The handler of a task is called with its input and gives it back; it needs no ARN that exists.
    const task = { Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:edge' };
    states[name] = to === '' ? { ...task, End: true } : { ...task, Next: to };
    return name;
  };
  for (const [name, state] of Object.entries(States)) states[name] = rewired(name, state, via, add);
  return parseMachine({ ...machine, States: states });
}

function rewired(name: string, state: State, via: Add, add: Add): unknown {
  const { Next, End, Default, Choices, Catch, ItemProcessor, ...rest } = state;
  return {
    ...rest,
    ...(Next !== undefined && { Next: via(name, 'Next', Next) }),
    ...(End === true && { Next: via(name, 'End', '') }),
    ...(Default !== undefined && { Default: via(name, 'Default', Default) }),
    ...(Choices && {
      Choices: Choices.map((one, index) => ({ ...one, Next: via(name, `Choices[${String(index)}]`, one.Next) })),
    }),
    ...(Catch && {
      Catch: Catch.map((one, index) => ({
        ...one,
        Next: via(name, `Catch[${String(index)}]`, one.Next, one.ErrorEquals),
      })),
    }),
    ...(ItemProcessor !== undefined && { ItemProcessor: withEdges(parseMachine(ItemProcessor), add) }),
  };
}
