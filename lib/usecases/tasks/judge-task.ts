import type { OneOffTask } from '../../drivers/one-off-tasks.ts';
import { formatDuration } from '../../specification/quantity.ts';

/** Why this product itself stopped a task. ECS keeps the reason, so a call that is repeated knows it. */
export const stopReasons = {
  ended: 'sluice: its container has ended',
  late: 'sluice: its time is over',
  rollback: 'sluice: its rollout was ended',
} as const;

/** What is known of a run. `unknown`: nobody can tell whether it did its work. */
export type TaskVerdict =
  | { readonly outcome: 'running' }
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'failed'; readonly reason: string; readonly exitCode?: number | undefined }
  | { readonly outcome: 'late'; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly reason: string };

export interface JudgedRun {
  readonly container: string;
  /** Its limit, in seconds. */
  readonly within: number;
  /** Seconds since it began. */
  readonly seconds: number;
}

/** A task that was just started may not be described yet; ECS is eventually consistent. */
const unseenSeconds = 60;

/** Stop codes of tasks that somebody, or something, has stopped from outside: their exit code says nothing of their work. */
const fromOutside: ReadonlySet<string> = new Set([
  'UserInitiated',
  'SpotInterruption',
  'TerminationNotice',
  'ServiceSchedulerInitiated',
  'InfrastructureHealth',
]);

/**
 * Judges a run by the exit code of its container. A container that ended by itself counts, whatever else of the task runs on; one that
 * was stopped from outside says nothing, and neither does a task that ECS has forgotten.
 * @param seen what ECS describes; `undefined` where it describes nothing
 */
export function judgeTask(seen: OneOffTask | undefined, { container, within, seconds }: JudgedRun): TaskVerdict {
  if (seen === undefined) {
    if (seconds <= unseenSeconds) return { outcome: 'running' };
    return { outcome: 'unknown', reason: 'ECS describes the task no longer, so its exit code is not known' };
  }
  const own = seen.containers.find(({ name }) => name === container);
  const { stopCode = '', stoppedReason = '' } = seen;
  const isOurs = stopCode === 'UserInitiated' && stoppedReason === stopReasons.ended;
  const isDisturbed = fromOutside.has(stopCode) && !isOurs;
  const first = endedFirst(seen, container);
  if (first !== undefined) {
    const reason = `container ${first} ended first, or with it; whether the task did its work is not known`;
    return { outcome: 'unknown', reason };
  }
  if (own?.exitCode !== undefined && own.lastStatus === 'STOPPED' && !isDisturbed) {
    if (own.exitCode === 0) return { outcome: 'passed' };
    const because = own.reason === undefined || own.reason === '' ? '' : ` (${own.reason})`;
    return {
      outcome: 'failed',
      reason: `container ${container} ended with exit code ${own.exitCode}${because}`,
      exitCode: own.exitCode,
    };
  }
  if (isDisturbed) return disturbed(seen, within);
  if (seen.lastStatus === 'STOPPED') return withoutCode(seen, container);
  if (seconds <= within) return { outcome: 'running' };
  return { outcome: 'late', reason: lateText(within) };
}

/** What a container that ECS ends exits with, at the most: by itself at the signal, or killed by either of them. */
const afterSignal: ReadonlySet<number> = new Set([0, 137, 143]);

/** Another container that failed and so made ECS end the task: then the exit code of the one that counts may be ECS's doing. */
function endedFirst({ stopCode, containers }: OneOffTask, container: string): string | undefined {
  const own = containers.find(({ name }) => name === container)?.exitCode;
  if (stopCode !== 'EssentialContainerExited' || own === undefined || !afterSignal.has(own)) return undefined;
  const others = containers.filter(({ name }) => name !== container);
  return others.find(({ exitCode }) => exitCode !== undefined && !afterSignal.has(exitCode))?.name;
}

function lateText(within: number): string {
  return `it did not end within ${formatDuration(within)} and was stopped; whether it did its work is not known`;
}

function disturbed({ stopCode = '', stoppedReason = '' }: OneOffTask, within: number): TaskVerdict {
  if (stoppedReason === stopReasons.late) return { outcome: 'unknown', reason: lateText(within) };
  const said = stoppedReason === '' ? '' : `: ${stoppedReason}`;
  return {
    outcome: 'unknown',
    reason: `it was stopped from outside (${stopCode}${said}); whether it did its work is not known`,
  };
}

/** Where the container was never started nothing was done: that is a failure, and no doubt. */
function withoutCode({ stopCode = '', stoppedReason = '', startedAt }: OneOffTask, container: string): TaskVerdict {
  const said = stoppedReason === '' ? 'ECS says no reason' : stoppedReason;
  if (stopCode === 'TaskFailedToStart' || startedAt === undefined) {
    return { outcome: 'failed', reason: `it could not be started: ${said}` };
  }
  return { outcome: 'unknown', reason: `ECS tells no exit code of container ${container}: ${said}` };
}
