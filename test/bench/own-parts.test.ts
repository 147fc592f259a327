import { describe, expect, test } from '@jest/globals';
import { statesOf } from '../../bench/pipeline/machine-history.ts';
import { partsOf } from '../../bench/pipeline/own-parts.ts';

const at = (seconds: number) => new Date(Date.parse('2026-03-01T10:00:00Z') + seconds * 1000);

const entered = (type: string, name: string, seconds: number) =>
  ({ type: `${type}StateEntered`, timestamp: at(seconds), stateEnteredEventDetails: { name } }) as const;
const exited = (type: string, name: string, seconds: number) =>
  ({ type: `${type}StateExited`, timestamp: at(seconds), stateExitedEventDetails: { name } }) as const;

/** Opens for 2 s, checks for 3, waits for 4, shifts twice for 1, and has half a second between all of it. */
const history = statesOf([
  { type: 'ExecutionStarted', timestamp: at(1) },
  entered('Task', 'Open', 1.5),
  exited('Task', 'Open', 3.5),
  entered('Map', 'Checks', 3.5),
  entered('Task', 'Check', 3.6),
  exited('Task', 'Check', 6.4),
  exited('Map', 'Checks', 6.5),
  entered('Choice', 'Passed', 6.5),
  exited('Choice', 'Passed', 7),
  entered('Wait', 'Bake', 7),
  exited('Wait', 'Bake', 11),
  entered('Task', 'Shift', 11),
  exited('Task', 'Shift', 12),
  entered('Task', 'Shift', 12),
  exited('Task', 'Shift', 13),
  entered('Succeed', 'Done', 13),
]);
const whole = { from: at(0).getTime(), to: at(13).getTime() };

describe("the parts of the pipeline's own time", () => {
  test('are what passes before the machine, in its tasks, in its pauses and between them', () => {
    expect(partsOf(history, whole, [])).toMatchObject({ untilMachine: 1.5, tasks: 7, pauses: 4, between: 0.5 });
  });

  test('leave out what is waited for, wherever it lies', () => {
    const waits = [
      { from: at(6).getTime(), to: at(6.75).getTime() },
      { from: at(7).getTime(), to: at(11.5).getTime() },
    ];

    expect(partsOf(history, whole, waits)).toMatchObject({ untilMachine: 1.5, tasks: 6, pauses: 0, between: 0.25 });
  });

  test('name each state once, a Map as a whole, the longest first', () => {
    const { states } = partsOf(history, whole, [{ from: at(7).getTime(), to: at(11).getTime() }]);

    expect(states).toEqual([
      { name: 'Checks', entries: 1, seconds: 3 },
      { name: 'Open', entries: 1, seconds: 2 },
      { name: 'Shift', entries: 2, seconds: 2 },
      { name: 'Passed', entries: 1, seconds: 0.5 },
    ]);
  });

  test('end with the rollout, whatever its machine does after it', () => {
    const { tasks, states } = partsOf(history, { from: whole.from, to: at(3).getTime() }, []);

    expect([tasks, states]).toEqual([1.5, [{ name: 'Open', entries: 1, seconds: 1.5 }]]);
  });
});
