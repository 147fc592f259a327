import type { StoredRollout } from '../../ports/rollout-store.ts';
import { nextTask, runOf } from '../../rollout/task-runs.ts';
import { endDelay } from '../green/delay-rollout.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import { decideRollback, type OwnedInput, record, trustedRollout } from '../ownership/owned-rollout.ts';
import {
  advanceTask,
  askPeople,
  latestSeconds,
  secondsToDecide,
  type TaskTrouble,
  type TaskWorld,
} from './advance-task.ts';
import type { Part } from '../../ports/world.ts';

type Needs = TaskWorld & Part<'schedules'>;

interface Output extends GuardNote {
  readonly outcome: 'passed' | 'waiting' | 'rollBack';
  readonly waitSeconds: number;
}

const stage = 'before';
const pausedSeconds = 10;
const rollBack: Output = { outcome: 'rollBack', waitSeconds: 0 };

/**
 * State `RunBeforeTasks`: the tasks of the spec, one after the other, before green gets any traffic. A call takes one task one step on.
 * A failure ends the rollout; where nobody can tell how a task ended, people decide, and without them the rollout ends at the cap.
 */
export async function runBeforeTasks(input: OwnedInput, world: Needs): Promise<Output> {
  const stored = await trustedRollout(world, input);
  const { state } = stored;
  if (state.phase === 'rollingBack') return rollBack;
  const task = nextTask(state, stage);
  if (state.phase !== 'verifying' || task === undefined) return { outcome: 'passed', waitSeconds: 0 };

  const status = runOf(state, stage, task.name)?.status;
  if (status === 'unknown') return awaitDecision(stored, world);
  if (status === 'failed') {
    await decideRollback(world, stored, `Task ${task.name} failed.`);
    return rollBack;
  }
  const isNew = status === undefined || status === 'again';
  if (isNew && state.paused !== undefined) return wait(stored, pausedSeconds, world);
  const step = await advanceTask({ stored, stage, task }, world);
  if (step.trouble !== undefined) return inTrouble(step.stored, step.trouble, world);
  return wait(await endDelay(step.stored, world), step.waitSeconds, world);
}

async function inTrouble(stored: StoredRollout, trouble: TaskTrouble, world: Needs): Promise<Output> {
  if (trouble.outcome === 'unknown') return awaitDecision(await askPeople(stored, stage, trouble, world), world);
  const { run, reason, exitCode, logs } = trouble;
  await record(
    world,
    stored,
    {
      type: 'TaskFailed',
      stage,
      task: run.task,
      run: run.run,
      reason,
      ...(exitCode !== undefined && { exitCode }),
      ...(logs !== undefined && { logs }),
    },
    { type: 'RollbackRequested', reason: `Task ${run.task} failed: ${reason}.`, by: 'the rollout' },
  );
  return rollBack;
}

/** People decide in the record; the next evaluation finds it there. */
async function awaitDecision(stored: StoredRollout, world: Needs): Promise<Output> {
  const left = secondsToDecide(stored, world);
  if (left > 0) return wait(stored, Math.min(latestSeconds / 2, Math.max(1, Math.ceil(left))), world);
  const { task = '', reason = 'nobody knows how it ended' } = stored.state.askedTask ?? {};
  await decideRollback(world, stored, `Nobody decided in time about task ${task}: ${reason}.`);
  return rollBack;
}

async function wait(stored: StoredRollout, waitSeconds: number, world: Needs): Promise<Output> {
  return { outcome: 'waiting', waitSeconds, ...(await pushGuard(stored, waitSeconds, world)) };
}
