import * as z from 'zod';
import type { SpecTask } from '../specification/tasks.ts';
import { int, number, optionalText, text } from './event-shapes.ts';

/** When a task runs: before green gets any traffic, or after the former blue is retired. */
export const taskStage = z.enum(['before', 'afterRetention']);
export type TaskStage = z.output<typeof taskStage>;

/** Where a task stands. `unknown`: nobody knows whether it did its work, and people decide. */
const taskStatus = z.enum(['begun', 'running', 'passed', 'skipped', 'failed', 'unknown', 'again', 'goneOn']);

/** A task of a rollout, and its newest run. */
export const taskRun = z
  .object({
    stage: taskStage,
    task: text,
    /** 1 for the first run of this rollout; 0 where it was skipped. */
    run: int,
    status: taskStatus,
    /** When the run began. */
    at: text,
    /** Of the ECS task; absent until it was started. */
    arn: optionalText,
    /** Of the image and the command: what has passed under it is not run again. */
    key: optionalText,
  })
  .readonly();
export type TaskRun = z.output<typeof taskRun>;

/** The decision that a task waits for. */
export const askedTask = z
  .object({ stage: taskStage, task: text, number, since: text, until: text, reason: text })
  .readonly();

/** As much of a rollout as its tasks are read from. */
export interface TaskedRollout {
  readonly spec: {
    readonly before?: readonly SpecTask[] | undefined;
    readonly afterRetention?: readonly SpecTask[] | undefined;
  };
  readonly rollback?: object | undefined;
  readonly drill?: string | undefined;
  readonly tasks?: readonly TaskRun[] | undefined;
}

const settled: ReadonlySet<TaskRun['status']> = new Set<TaskRun['status']>(['passed', 'skipped', 'goneOn']);

/** Returns the newest run of a task; `undefined` before its first. */
export function runOf(
  { tasks = [] }: Pick<TaskedRollout, 'tasks'>,
  stage: TaskStage,
  name: string,
): TaskRun | undefined {
  return tasks.find((run) => run.stage === stage && run.task === name);
}

/** Returns the tasks of a stage. A rollback runs none: its version served before, and its tasks ran then; neither does a drill. */
export function tasksOf({ spec, rollback, drill }: TaskedRollout, stage: TaskStage): readonly SpecTask[] {
  if (rollback !== undefined || drill !== undefined) return [];
  return (stage === 'before' ? spec.before : spec.afterRetention) ?? [];
}

/** Returns the first task of a stage that has not come to its end; `undefined` where all have. */
export function nextTask(state: TaskedRollout, stage: TaskStage): SpecTask | undefined {
  return tasksOf(state, stage).find(({ name }) => {
    const run = runOf(state, stage, name);
    return run === undefined || !settled.has(run.status);
  });
}

/** Returns the names of tasks after which blue no longer works, so that the rollback is not safe. */
function incompatibleTasks(state: TaskedRollout): readonly string[] {
  return tasksOf(state, 'before').flatMap(({ name, compatible }) => (compatible === false ? [name] : []));
}

/** Returns what an approval says of such tasks; empty where there are none. */
export function unsafeText(state: TaskedRollout): string {
  const names = incompatibleTasks(state);
  if (names.length === 0) return '';
  return `After task ${names.join(', ')} the old version does not work any more: the rollback is then not safe`;
}

/** Returns the lines of a message that asks for an approval: what tasks mean for the rollback. */
export function unsafeLines(state: TaskedRollout): readonly string[] {
  const text = unsafeText(state);
  const shared = sharedText(state);
  return [...(text === '' ? [] : [`${text}. Approving needs a comment.`]), ...(shared === '' ? [] : [shared])];
}

/** Returns what a message says of the time in which both versions use one database; empty where no task comes after it. */
export function sharedText(state: TaskedRollout): string {
  const names = tasksOf(state, 'afterRetention').map(({ name }) => name);
  if (names.length === 0) return '';
  return `The old and the new version share the database until the old one is retired; then task ${names.join(', ')} runs.`;
}

/** Returns all runs with this one in the place of the task's former one. */
export function withRun(tasks: readonly TaskRun[] | undefined, run: TaskRun): readonly TaskRun[] {
  const others = (tasks ?? []).filter(({ stage, task }) => stage !== run.stage || task !== run.task);
  return [...others, run];
}

/** Returns all runs with changes to one that is there. */
export function withChange(
  tasks: readonly TaskRun[] | undefined,
  { stage, task }: Pick<TaskRun, 'stage' | 'task'>,
  change: Partial<TaskRun>,
): readonly TaskRun[] {
  return (tasks ?? []).map((run) => (run.stage === stage && run.task === task ? { ...run, ...change } : run));
}

/** Returns how many runs were begun: a decision is about one of them. */
export function runsBegun(tasks: readonly TaskRun[] | undefined): number {
  return (tasks ?? []).reduce((sum, { run }) => sum + run, 0);
}

/** Returns what the ECS tasks of a rollout carry as `startedBy`. */
export function startedByOf({ rolloutId }: { readonly rolloutId: string }): string {
  return `sluice/${rolloutId}`;
}
