import { beforeAll, describe, expect, test } from '@jest/globals';
import { faultsOf } from '../faults/draw.ts';
import { taskStates } from '../faults/targets.ts';
import { scenarioOf } from '../scenario.ts';
import { buildOf } from '../build.ts';
import { simulate } from '../simulation.ts';
import { type Crash, crashesOf } from './crash-points.ts';
import { wholeRuns } from './whole-runs.ts';

// The interpreter makes an error for each path that it looks up; their stacks would cost more than the runs do.
Error.stackTraceLimit = 0;

const build = buildOf();
const crashes: Crash[] = [];
const states = new Set<string>();
/** Whose calls were crashed at: `ShiftTraffic router.write`. */
const crashedAt = new Set<string>();
/** Against hanging, not a measure of speed: the runs share two cores with everything else. */
const patience = 3_600_000;
/** States in which the machine itself asks the load balancer. */
const readOnly = [
  ...['ReadBlue', 'ReadGreen', 'ReadRule', 'ReadListener'],
  ...['DescribeRollout', 'AskBlue', 'AskRule', 'AskListener'],
];
/** A release has a simulation of its own, which loses executions and repeats calls: test/simulation/releases. */
const ofReleases = ['OpenRelease', 'TellRelease', 'StepRelease', 'ContinueInAnother'];
/** No spec here has tasks of its own: what a call that dies leaves is in test/usecases/tasks/run-before-tasks, their states in walks of test/golden. */
const ofTasks = ['RunBeforeTasks', 'RunAfterRetention'];
/** No simulated service has an emergency: what a call that dies leaves is in test/usecases/emergency, their states in walks of test/golden. */
const ofEmergencies = ['LookAtEmergency', 'PutPageUp', 'RaiseCapacity', 'BringBackGood', 'TakePageDown', 'AnnounceEnd'];
/** Nor does anybody lead an incident: test/usecases/incident has what a call that dies leaves. */
const ofIncidents = ['LookAtIncident'];
/** No spec here names checks for the time after: what a call that dies leaves is in test/usecases/checks, their states in walks of test/golden. */
const ofAfter = ['RunAfterChecks'];
const others = [...ofAfter, ...ofReleases, ...ofTasks, ...ofEmergencies, ...ofIncidents];
/** Runs of all kinds in which an effect may show that the whole runs do not have. */
const otherRuns = 60;

beforeAll(async () => {
  for await (const crash of crashesOf(Object.values(wholeRuns), build)) {
    crashes.push(crash);
    crash.outcome.states.forEach((state) => states.add(state));
    crashedAt.add(`${crash.point.effect.process.name} ${crash.point.effect.call}`);
  }
  // What only reads has no effect to crash at: that a whole run went through it is all there is.
  for (const { scenario, faults } of Object.values(wholeRuns)) {
    const entered = (await simulate(scenario, faults, build)).states;
    readOnly.filter((state) => entered.has(state)).forEach((state) => states.add(state));
  }
}, patience);

describe('a process that ends right before or after any of its effects, with its execution or without', () => {
  test('breaks no promise: blue, or a finished green, has all traffic in the end, and nothing is left behind', () => {
    const broken = crashes
      .filter(({ outcome }) => outcome.violations.length > 0)
      .map(({ point, when, stops, outcome }) => {
        const said = outcome.violations.map((one) => `${one.invariant}: ${one.said}`);
        return `${when} ${point.name}${stops ? ', execution stopped' : ''}: ${said.join('; ')}`;
      });

    expect(broken).toEqual([]);
  });

  test('really ended there', () => {
    const missed = crashes.filter(({ outcome }) => !outcome.fired.some(({ kind }) => kind === 'killed'));

    expect(missed.map(({ point, when }) => `${when} ${point.name}`)).toEqual([]);
    expect(crashes.length).toBeGreaterThan(500);
  });

  test('was in every state of every machine that calls anything', () => {
    expect(taskStates.filter((state) => !others.includes(state) && !states.has(state))).toEqual([]);
  });

  test(
    'was at every effect that any run shows',
    async () => {
      const seen = new Set<string>();
      for (let seed = 1; seed <= otherRuns; seed += 1) {
        const scenario = scenarioOf(seed);
        const { effects } = await simulate(scenario, faultsOf(scenario), build);
        effects.forEach(({ process, call }) => seen.add(`${process.name} ${call}`));
      }

      expect([...seen].filter((effect) => !crashedAt.has(effect))).toEqual([]);
    },
    patience,
  );
});
