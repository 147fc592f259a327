import { tokenSeconds } from '../../drivers/one-off-tasks.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { runOf, type TaskRun, type TaskStage } from '../../rollout/task-runs.ts';
import type { SpecTask } from '../../specification/tasks.ts';
import { assertOwned, record } from '../ownership/owned-rollout.ts';
import { beginTask, definitionOf, startTask } from './begin-task.ts';
import { judgeTask, stopReasons, type TaskVerdict } from './judge-task.ts';
import { keepTaskLogs } from './keep-task-logs.ts';
import type { Part } from '../../ports/world.ts';

export type TaskWorld = Part<'store' | 'runtime' | 'oneOffTasks' | 'evidence' | 'archive' | 'now'>;

/** Between two tasks nothing is waited for. */
const atOnceSeconds = 1;
/** An evaluation costs about nine events of the 25,000 that an execution may have, so the looks at a long task are further apart. */
const soonestSeconds = 3;
export const latestSeconds = 60;

/** How a run ended, where that is no success: it has failed, or nobody can tell. */
export interface TaskTrouble {
  readonly run: TaskRun;
  readonly outcome: 'failed' | 'unknown';
  readonly reason: string;
  readonly exitCode?: number | undefined;
  /** Where its last lines are. */
  readonly logs?: string | undefined;
}

/** One step on: what was recorded, and for how long to wait; or a trouble, which the caller records. */
export interface TaskStep {
  readonly stored: StoredRollout;
  readonly waitSeconds: number;
  readonly trouble?: TaskTrouble | undefined;
}

/** A task of a stage, with the rollout as it was read. */
export interface TaskOf {
  readonly stored: StoredRollout;
  readonly stage: TaskStage;
  readonly task: SpecTask;
}

/** Takes a task one step on: begins its next run, asks ECS for it, or looks at it. */
export async function advanceTask(of: TaskOf, world: TaskWorld): Promise<TaskStep> {
  const run = runOf(of.stored.state, of.stage, of.task.name);
  if (run === undefined || run.status === 'again') return begin(of, world);
  if (run.status === 'begun') return startBegun(of, run, world);
  return run.status === 'running' ? lookAt(of, run, world) : { stored: of.stored, waitSeconds: atOnceSeconds };
}

async function begin({ stored, stage, task }: TaskOf, world: TaskWorld): Promise<TaskStep> {
  const begun = await beginTask(stored, stage, task, world);
  if (begun === undefined) return { stored, waitSeconds: soonestSeconds };
  const run = runOf(begun.state, stage, task.name);
  if (run?.status !== 'begun') return { stored: begun, waitSeconds: atOnceSeconds };
  return startBegun({ stored: begun, stage, task }, run, world);
}

async function startBegun({ stored, task }: TaskOf, run: TaskRun, world: TaskWorld): Promise<TaskStep> {
  if (secondsOf(run, world) > tokenSeconds) {
    const reason = 'it is not known whether ECS has started it: no call could be finished for too long';
    return { stored, waitSeconds: atOnceSeconds, trouble: { run, outcome: 'unknown', reason } };
  }
  return { stored: await startTask(stored, task, run, world), waitSeconds: soonestSeconds };
}

async function lookAt({ stored, stage, task }: TaskOf, run: TaskRun, world: TaskWorld): Promise<TaskStep> {
  const { state, fence } = stored;
  const { arn = '' } = run;
  const { cluster, container } = state.spec;
  const seen = await world.oneOffTasks.look(cluster, arn);
  const seconds = secondsOf(run, world);
  const verdict = judgeTask(seen, { container: task.container ?? container, within: task.within, seconds });
  if (verdict.outcome === 'running') {
    return { stored, waitSeconds: Math.min(latestSeconds, Math.max(soonestSeconds, Math.ceil(seconds / 20))) };
  }
  // Others of its containers may keep it running.
  if (seen !== undefined && seen.stoppedAt === undefined) {
    await assertOwned(world, { rolloutId: state.rolloutId, fence });
    await world.oneOffTasks.stop(cluster, arn, verdict.outcome === 'late' ? stopReasons.late : stopReasons.ended);
  }
  const logs = await keepTaskLogs(state, run, definitionOf(state), seen, world);
  if (verdict.outcome !== 'passed')
    return { stored, waitSeconds: atOnceSeconds, trouble: troubleOf(run, verdict, logs) };
  const of = { stage, task: run.task, run: run.run, ...(logs !== undefined && { logs }) };
  const passed = await record(world, stored, { type: 'TaskPassed', ...of, seconds: Math.round(seconds) });
  return { stored: passed, waitSeconds: atOnceSeconds };
}

function troubleOf(
  run: TaskRun,
  verdict: Exclude<TaskVerdict, { outcome: 'running' | 'passed' }>,
  logs: string | undefined,
): TaskTrouble {
  const { reason } = verdict;
  if (verdict.outcome === 'failed') return { run, outcome: 'failed', reason, exitCode: verdict.exitCode, logs };
  return { run, outcome: 'unknown', reason, logs };
}

/** Records that people decide about a run, and until when. */
export function askPeople(
  stored: StoredRollout,
  stage: TaskStage,
  { run: { task, run }, reason, logs }: TaskTrouble,
  world: Part<'store' | 'now'>,
): Promise<StoredRollout> {
  const { people, decideWithin } = stored.state.spec.approvals;
  return record(world, stored, {
    type: 'TaskDecisionRequested',
    stage,
    task,
    run,
    reason,
    // A link is for a rollout that runs; afterwards the commands are there.
    asked: stage === 'before' ? people.map(({ name }) => name) : [],
    until: new Date(world.now().getTime() + decideWithin * 1000).toISOString(),
    ...(logs !== undefined && { logs }),
  });
}

/** Returns the seconds that are left to decide about a task; 0 or less where the time is over. */
export function secondsToDecide({ state }: StoredRollout, { now }: Part<'now'>): number {
  const { askedTask } = state;
  return askedTask === undefined ? 0 : (Date.parse(askedTask.until) - now().getTime()) / 1000;
}

function secondsOf({ at }: TaskRun, { now }: Part<'now'>): number {
  return (now().getTime() - Date.parse(at)) / 1000;
}
