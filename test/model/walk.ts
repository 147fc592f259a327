import { ExecutionError, StateMachine } from 'aws-local-stepfunctions';
import * as z from 'zod';
import { definitionOf, type State, withInner } from '../statemachines/definitions.ts';
import { type Edge, instrumented } from './edges.ts';
import { type ModelFunction, modelFunctions } from './functions.ts';
import type { End, Interpreter } from './interpreter.ts';
import { type Handler, integrationsOf } from './integrations.ts';
import { modelExecutionArn } from './model-executions.ts';
import type { ModelWorld } from './model-world.ts';

export interface WalkOptions {
  /** Called before each task; may throw to make it fail. */
  readonly before?: (state: string, world: ModelWorld, machine: string, input?: unknown) => void;
  /** Called with what each task gives back; what it returns is given instead. */
  readonly answer?: (state: string, output: unknown, machine: string) => unknown;
  /** Called on every way from a state to the next; may throw to make what is around it fail. */
  readonly onEdge?: (edge: Edge) => void;
  /** What people do while a state waits for them; without an answer of theirs the wait ends at its deadline. */
  readonly people?: (rolloutId: string, world: ModelWorld) => Promise<void>;
  /** Functions in the place of those of `functions.ts`, by name. */
  readonly functions?: Readonly<Partial<Record<string, ModelFunction>>>;
  /** Runs the machines in the place of `aws-local-stepfunctions`; it knows no edges. */
  readonly interpreter?: Interpreter | undefined;
}

const startCall = z.object({ Name: z.string().optional(), Input: z.unknown() });
const lambdaCall = z.object({ FunctionName: z.string(), Payload: z.unknown() });

/** Every task of every machine, on the model: the real use cases, and Amazon's own integrations as AWS answers them. */
function handlersOf(
  machine: string,
  world: ModelWorld,
  options: WalkOptions,
  states: string[],
): Record<string, Handler> {
  const handlers: Record<string, Handler> = {
    ...lambdaHandlersOf(machine, world, options),
    ...waitingHandlersOf(machine, world, options),
    ...integrationsOf(world),
    StartRollback: (call) => runRollback(call, world, options, states),
    ClaimInAnother: (call) => runRollback(call, world, options, states),
  };
  return Object.fromEntries(
    Object.entries(handlers).map(([state, handler]) => [
      state,
      async (input: unknown) => {
        states.push(state);
        // What a state takes, and the waits between: enough for a bake to end after a few looks.
        world.time += 1000;
        options.before?.(state, world, machine, input);
        const output = await handler(input);
        world.time += verificationPause(state, output);
        return options.answer === undefined ? output : options.answer(state, output, machine);
      },
    ]),
  );
}

/** Runs what a state starts, to its end; one without a name gets one, as Step Functions gives it. */
async function runRollback(call: unknown, world: ModelWorld, options: WalkOptions, states: string[]): Promise<unknown> {
  const { Name = `named-${world.randomWord()}`, Input } = startCall.parse(call);
  await run('rollback', Input, world, options, states, Name);
  return {};
}

const waits = z.object({ Payload: z.object({ outcome: z.literal('waiting'), waitSeconds: z.number() }) });

/** The pause between two looks at green, in milliseconds: its time is virtual, and a walk leaves out every wait of the machine. */
function verificationPause(state: string, output: unknown): number {
  const waiting = state === 'VerifyGreen' ? waits.safeParse(output).data : undefined;
  return 1000 * (waiting?.Payload.waitSeconds ?? 0);
}

/** The states on the edges, where somebody wants to hear of them. */
function edgeHandlersOf(machine: string, onEdge: WalkOptions['onEdge']): Record<string, Handler> {
  if (onEdge === undefined) return {};
  return Object.fromEntries(
    [...instrumentedOf(machine).edges].map(([name, edge]): [string, Handler] => [
      name,
      (input) =>
        Promise.resolve().then(() => {
          onEdge(edge);
          return input;
        }),
    ]),
  );
}

const instrumentedMachines = new Map<string, ReturnType<typeof instrumented>>();

function instrumentedOf(machine: string): ReturnType<typeof instrumented> {
  const known = instrumentedMachines.get(machine);
  if (known !== undefined) return known;
  const made = instrumented(machine);
  instrumentedMachines.set(machine, made);
  return made;
}

/** Each state that invokes a function gets the function that the definition names. */
function lambdaHandlersOf(machine: string, world: ModelWorld, { functions }: WalkOptions): Record<string, Handler> {
  return Object.fromEntries(
    statesOf(machine)
      .filter(([, { Resource }]) => Resource === 'arn:aws:states:::lambda:invoke')
      .map(([state]) => [
        state,
        async (call: unknown) => {
          const { FunctionName, Payload } = lambdaCall.parse(call);
          const name = FunctionName.replace(/^\$\{(\w+)\}$/, '$1');
          const named = functions?.[name] ?? modelFunctions[name];
          if (named === undefined) throw new Error(`test/model/functions.ts has no ${FunctionName}`);
          return { Payload: await named(Payload, world) };
        },
      ]),
  );
}

/** States that wait for people: the function asks, they answer, and `ResumeRollout` says what the record says. */
function waitingHandlersOf(machine: string, world: ModelWorld, { people }: WalkOptions): Record<string, Handler> {
  return Object.fromEntries(
    statesOf(machine)
      .filter(([, { Resource }]) => Resource === 'arn:aws:states:::lambda:invoke.waitForTaskToken')
      .map(([state]) => [
        state,
        async (call: unknown) => {
          const { FunctionName, Payload } = lambdaCall.parse(call);
          const name = FunctionName.replace(/^\$\{(\w+)\}$/, '$1');
          await modelFunctions[name]?.(Payload, world);
          const { rolloutId } = z.object({ rolloutId: z.string() }).parse(Payload);
          await people?.(rolloutId, world);
          const answer = async () => {
            await modelFunctions['ResumeRollout']?.({ rolloutId }, world);
            return world.taskTokens.answers.at(-1);
          };
          const given = await answer();
          if (given !== undefined) return given;
          world.time = world.deadlines.pending()[0]?.at.getTime() ?? world.time;
          await modelFunctions['ExpireApproval']?.({ rolloutId }, world);
          return answer();
        },
      ]),
  );
}

const statesByMachine = new Map<string, readonly (readonly [string, State])[]>();

/** Reading a definition takes longer than a whole run: each is read once. */
function statesOf(machine: string): readonly (readonly [string, State])[] {
  const known = statesByMachine.get(machine);
  if (known !== undefined) return known;
  const read = withInner(machine, definitionOf(machine)).flatMap(([, { States }]) => Object.entries(States));
  statesByMachine.set(machine, read);
  return read;
}

const machines = new Map<string, StateMachine>();

/** Building one validates it, which takes longer than a whole run: each is built once. */
function machineOf(name: string, hasEdges: boolean): StateMachine {
  const key = hasEdges ? `${name} with edges` : name;
  const known = machines.get(key);
  if (known !== undefined) return known;
  const built = new StateMachine((hasEdges ? instrumentedOf(name).definition : definitionOf(name)) as never);
  machines.set(key, built);
  return built;
}

async function run(
  name: string,
  input: unknown,
  world: ModelWorld,
  options: WalkOptions,
  states: string[],
  executionName: string,
): Promise<End> {
  const end = await interpreted(name, input, world, options, states, executionName);
  world.ends.set(modelExecutionArn(name, executionName), end);
  return end;
}

async function interpreted(
  name: string,
  input: unknown,
  world: ModelWorld,
  options: WalkOptions,
  states: string[],
  executionName: string,
): Promise<End> {
  const zero = Object.fromEntries(statesOf(name).map(([state]) => [state, 0]));
  const executionArn = modelExecutionArn(name, executionName);
  world.running.add(executionArn);
  const handlers = handlersOf(name, world, options, states);
  if (options.interpreter !== undefined) {
    try {
      return await options.interpreter.run({
        definition: definitionOf(name),
        input,
        execution: { arn: executionArn, name: executionName, startTime: world.now().toISOString(), machine: name },
        task: (state, parameters) => {
          const handler = handlers[state];
          if (handler === undefined) throw new Error(`no handler for state ${state} of ${name}`);
          return handler(parameters);
        },
      });
    } finally {
      world.running.delete(executionArn);
    }
  }
  const execution = machineOf(name, options.onEdge !== undefined).run(input as never, {
    overrides: {
      taskResourceLocalHandlers: {
        ...handlers,
        ...edgeHandlersOf(name, options.onEdge),
      } as never,
      waitTimeOverrides: zero,
      retryIntervalOverrides: zero,
    },
    context: {
      Execution: {
        Id: executionArn,
        Name: executionName,
        StartTime: world.now().toISOString(),
        Input: input,
      },
      Task: { Token: `token-of-${executionName}` },
    } as never,
  });
  try {
    await execution.result;
    return { status: 'SUCCEEDED' };
  } catch (error) {
    if (!(error instanceof ExecutionError) || !(error.cause instanceof Error)) throw error;
    const { name: failed, message: cause } = error.cause;
    return { status: 'FAILED', error: failed, cause };
  } finally {
    world.running.delete(executionArn);
  }
}

/** Runs one execution of a machine on the model, to its end; also tells every task it went through, in order. */
export async function walk(
  machine: string,
  input: unknown,
  world: ModelWorld,
  options: WalkOptions = {},
  executionName = 'execution-1',
): Promise<{ readonly end: End; readonly states: readonly string[] }> {
  const states: string[] = [];
  const end = await run(machine, input, world, options, states, executionName);
  return { end, states };
}
