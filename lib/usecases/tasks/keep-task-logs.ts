import type { OneOffTask } from '../../drivers/one-off-tasks.ts';
import type { TaskRun } from '../../rollout/task-runs.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/**
 * Keeps how a task ended and its last log lines, beside the other evidence of the rollout. What cannot be had is named in the document;
 * it never holds the rollout up.
 * @returns where the document lies; `undefined` where it could not be kept
 */
export async function keepTaskLogs(
  { rolloutId, service }: RolloutState,
  { stage, task, run, arn = '' }: TaskRun,
  taskDefinition: string,
  seen: OneOffTask | undefined,
  { evidence, archive, now }: Part<'evidence' | 'archive' | 'now'>,
): Promise<string | undefined> {
  const found = await logsOf(taskDefinition, arn, seen, evidence);
  const document = {
    schema: 1,
    rolloutId,
    service,
    stage,
    task,
    run,
    arn,
    keptAt: now().toISOString(),
    seen,
    ...found,
  };
  try {
    return await archive.keep(`rollouts/${service}/${rolloutId}/tasks/${stage}-${task}-${run}.json`, document);
  } catch {
    // Without a place the record names none, and ECS and CloudWatch Logs still have both.
    return undefined;
  }
}

async function logsOf(
  taskDefinition: string,
  task: string,
  seen: OneOffTask | undefined,
  evidence: Part<'evidence'>['evidence'],
): Promise<{ readonly logs: unknown; readonly missing: readonly string[] }> {
  const { lastStatus = 'unknown', containers = [] } = seen ?? {};
  try {
    return await evidence.logs(taskDefinition, [{ task, lastStatus, containers }]);
  } catch (error) {
    return {
      logs: [],
      missing: [`the logs could not be read: ${messageOf(error)}`],
    };
  }
}
