import { createHash } from 'node:crypto';
import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { Refusal } from '../../rollout/refusal.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { runOf, startedByOf, type TaskRun, type TaskStage } from '../../rollout/task-runs.ts';
import type { SpecTask } from '../../specification/tasks.ts';
import { assertOwned, record } from '../ownership/owned-rollout.ts';
import { keyOf, passedBefore } from './passed-before.ts';
import { stopReasons } from './judge-task.ts';
import type { Part } from '../../ports/world.ts';

type Needs = Part<'store' | 'runtime' | 'oneOffTasks' | 'now'>;

/** The task definition that tasks of a rollout run with. */
export function definitionOf({ rolloutId, greenTaskDefinition }: RolloutState): string {
  if (greenTaskDefinition === undefined) throw new Error(`Rollout ${rolloutId} has no task definition of green.`);
  return greenTaskDefinition;
}

/**
 * Begins the next run of a task: it is recorded before ECS is asked, so that a call that is repeated asks for the same one.
 * @returns the rollout with what was recorded; `undefined` while the former run has not stopped
 * @throws Refusal where green's task definition has no such container
 */
export async function beginTask(
  stored: StoredRollout,
  stage: TaskStage,
  task: SpecTask,
  world: Needs,
): Promise<StoredRollout | undefined> {
  const { state } = stored;
  const former = runOf(state, stage, task.name);
  const key = keyOf(state, task);
  if (former === undefined && task.oncePer !== 'rollout') {
    const rolloutId = await passedBefore(state, stage, task, key, world);
    if (rolloutId !== undefined)
      return record(world, stored, { type: 'TaskSkipped', stage, task: task.name, rolloutId, key });
  }
  if (former !== undefined && !(await hasStopped(state, former, world))) return undefined;
  await assertContainer(state, task, world);
  return record(world, stored, {
    type: 'TaskBegun',
    stage,
    task: task.name,
    run: (former?.run ?? 0) + 1,
    command: task.command,
    within: task.within,
    key,
  });
}

/** Two migrations at once are worse than none: the former run has to be over. */
async function hasStopped({ spec }: RolloutState, { arn }: TaskRun, { oneOffTasks }: Needs): Promise<boolean> {
  if (arn === undefined) return true;
  const seen = await oneOffTasks.look(spec.cluster, arn);
  if (seen === undefined || seen.lastStatus === 'STOPPED') return true;
  await oneOffTasks.stop(spec.cluster, arn, stopReasons.late);
  return false;
}

async function assertContainer(state: RolloutState, { name, container }: SpecTask, { runtime }: Needs): Promise<void> {
  if (container === undefined) return;
  const facts = await runtime.taskDefinition(definitionOf(state));
  if (facts === undefined || Object.hasOwn(facts.containers, container)) return;
  const names = Object.keys(facts.containers).join(', ');
  throw new Refusal(
    `Task ${name} names container ${container}, which task definition ${facts.arn} has not (it has ${names}); correct the task in the spec.`,
  );
}

/** Asks ECS for the run that was begun, once or again: the token is of the run, so no second task comes of it. */
export async function startTask(
  stored: StoredRollout,
  task: SpecTask,
  { stage, run }: TaskRun,
  world: Needs,
): Promise<StoredRollout> {
  const { state, fence } = stored;
  const { spec, green, rolloutId } = state;
  await assertOwned(world, { rolloutId, fence });
  const arn = await world.oneOffTasks.run({
    workload: workloadOf(spec, green),
    taskDefinition: definitionOf(state),
    container: task.container ?? spec.container,
    command: task.command,
    token: createHash('sha256')
      .update(JSON.stringify([rolloutId, stage, task.name, run]))
      .digest('hex'),
    startedBy: startedByOf(state),
  });
  return record(world, stored, { type: 'TaskStarted', stage, task: task.name, run, arn });
}
