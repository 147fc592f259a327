import { describe, expect, test } from '@jest/globals';
import aslValidator from 'asl-validator';
import { definitionOf, type Machine, machineNames, type State, successors, withInner } from './definitions.ts';

const all = machineNames.flatMap((name) => withInner(name, definitionOf(name)));

/** Errors of a service that is busy: Lambda's own, and those that reach a machine from inside a function. */
const throttling = ['Lambda.TooManyRequestsException', 'ThrottlingException', 'ProvisionedThroughputExceededException'];
/** Seconds that a throttled function is tried for at least, in the mean of its random waits. */
const patience = 30;

/** States from which no Succeed, Fail or End can be reached. */
function deadEnds({ States: states }: Machine): readonly string[] {
  const ends = new Set(
    Object.entries(states).flatMap(([name, { Type, End }]) =>
      Type === 'Succeed' || Type === 'Fail' || End === true ? [name] : [],
    ),
  );
  for (let grown = true; grown;) {
    grown = false;
    for (const [name, state] of Object.entries(states)) {
      if (!ends.has(name) && successors(state).some((next) => ends.has(next))) {
        ends.add(name);
        grown = true;
      }
    }
  }
  return Object.keys(states).filter((name) => !ends.has(name));
}

function catchesAll(catches: State['Catch'] = []): boolean {
  return catches.at(-1)?.ErrorEquals.includes('States.ALL') === true;
}

/** Machines inside a Map state that catches whatever they do not. */
const caughtAround = new Set(
  all.flatMap(([name, { States }]) =>
    Object.entries(States).flatMap(([state, { Type, Catch }]) =>
      Type === 'Map' && catchesAll(Catch) ? [`${name}/${state}`] : [],
    ),
  ),
);

function reachable({ StartAt, States: states }: Machine): ReadonlySet<string> {
  const seen = new Set([StartAt]);
  for (const name of seen)
    for (const next of states[name] === undefined ? [] : successors(states[name])) seen.add(next);
  return seen;
}

test('there are the three machines of the main flow', () => {
  expect(machineNames).toEqual(expect.arrayContaining(['rollout', 'rollback', 'retirement']));
});

describe.each(machineNames)('%s', (name) => {
  test('is valid Amazon States Language', () => {
    const { isValid, errorsText } = aslValidator(definitionOf(name));

    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });
});

describe.each(all)('%s', (name, machine) => {
  const states = Object.entries(machine.States);
  const ofType = (type: string) => states.filter(([, state]) => state.Type === type);

  test('every task has a timeout, a retry and a catch for everything, its own or that of the Map around it', () => {
    const bare = ofType('Task').filter(
      ([, { TimeoutSeconds, Retry = [], Catch = [] }]) =>
        TimeoutSeconds === undefined || Retry.length === 0 || !(catchesAll(Catch) || caughtAround.has(name)),
    );

    expect(bare.map(([name]) => name)).toEqual([]);
  });

  test('every retry that waits waits for a random time, so that many executions do not come back at once', () => {
    const inStep = ofType('Task').flatMap(([name, { Retry = [] }]) =>
      Retry.filter(({ MaxAttempts, JitterStrategy }) => MaxAttempts !== 0 && JitterStrategy !== 'FULL').map(() => name),
    );

    expect(inStep).toEqual([]);
  });

  // Where these two cannot be called, all traffic goes back at once.
  const unneeded = ['StepBack', 'PlanRestoration'];

  test('every function that is throttled is tried for longer than one that fails', () => {
    const seconds = (state: State, error: string) => {
      const retry = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(error));
      const [first, rate, longest] = ['IntervalSeconds', 'BackoffRate', 'MaxDelaySeconds'].map((key) =>
        Number(retry?.[key] ?? (key === 'MaxDelaySeconds' ? Infinity : 1)),
      ) as [number, number, number];
      const waits = Array.from({ length: Number(retry?.['MaxAttempts'] ?? 0) }, (_, tries) =>
        Math.min(longest, first * rate ** tries),
      );
      return waits.reduce((sum, wait) => sum + wait / 2, 0);
    };
    const tried = (state: State, error: string) =>
      state.Retry?.some(({ ErrorEquals }) => ErrorEquals.includes(error)) === true
        ? seconds(state, error)
        : seconds(state, 'States.ALL');
    const impatient = ofType('Task').filter(
      ([name, state]) =>
        !unneeded.includes(name) &&
        state.Resource === 'arn:aws:states:::lambda:invoke' &&
        throttling.some((error) => tried(state, error) < patience),
    );

    expect(impatient.map(([name]) => name)).toEqual([]);
  });

  test('every choice has a default', () => {
    expect(ofType('Choice').filter(([, { Default }]) => Default === undefined)).toEqual([]);
  });

  test('every state can be reached and leads to an end', () => {
    expect(Object.keys(machine.States).filter((name) => !reachable(machine).has(name))).toEqual([]);
    expect(deadEnds(machine)).toEqual([]);
  });

  test('holds no null, which CloudFormation drops without a word', () => {
    expect(JSON.stringify(machine)).not.toMatch(/[:,[]null/);
  });

  test('uses nothing that only JSONata knows', () => {
    expect(JSON.stringify(machine)).not.toMatch(/"(QueryLanguage|Assign|Arguments|Output)":/);
  });
});

test('any state of the rollout that holds the lock is tried again or leads to a rollback when it fails', () => {
  const { States: states } = definitionOf('rollout');
  const beforeTheLock = ['OpenRollout'];
  const afterTheEnd = ['AnnounceRejection', 'AnnounceSuccess', 'StartRetirement', 'StartRollback', 'CheckRollback'];
  const strays = Object.entries(states).filter(
    ([name, { Type, Catch = [] }]) =>
      (Type === 'Task' || Type === 'Map') &&
      ![...beforeTheLock, ...afterTheEnd].includes(name) &&
      !['DelayRollout', 'RequestRollback', 'StartRollback'].includes(Catch.at(-1)?.Next ?? ''),
  );

  expect(strays.map(([name]) => name)).toEqual([]);
});
