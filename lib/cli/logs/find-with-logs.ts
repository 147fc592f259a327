import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { TaskLogs } from '../../drivers/task-logs.ts';
import type { RolloutSummary, StoredRollout } from '../../ports/rollout-store.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { Stack } from '../cli-context.ts';
import { notFound } from '../find-rollout.ts';

/** A rollout, and its logs with the answers that were asked for while it was read. */
export interface FoundWithLogs {
  readonly stored: StoredRollout;
  readonly logs: TaskLogs;
}

/**
 * The rollout of that id, or the newest one of the service of that name. Of a service, what its sides run is read beside the rollout: the
 * list names it.
 * @throws CliFailure where there is neither
 */
export async function findWithLogs({ store, logs }: Stack, name: string, stage: string): Promise<FoundWithLogs> {
  const [byId, [newest], applied] = await Promise.all([store.load(name), store.list(name, 1), store.spec(name)]);
  if (byId !== undefined) return { stored: byId, logs };
  if (newest === undefined) throw await notFound({ store }, name, stage);
  const remembered = rememberingLogs(logs);
  if (applied !== undefined) askAhead(newest, applied.spec, remembered);
  const stored = await store.load(newest.rolloutId);
  if (stored === undefined) throw await notFound({ store }, name, stage);
  return { stored, logs: remembered };
}

/** What turns out not to be needed is not used; what fails is asked for again by the caller that needs it, and its error thrown there. */
function askAhead({ runs }: RolloutSummary, spec: RolloutSpec, logs: TaskLogs): void {
  if (runs === undefined) return;
  const { blue, blueTaskDefinition, greenTaskDefinition } = runs;
  const sides = [[blue, blueTaskDefinition] as const, [blue === 'a' ? 'b' : 'a', greenTaskDefinition] as const];
  for (const [slot, taskDefinition] of sides) {
    if (taskDefinition === undefined) continue;
    logs.placesOf(taskDefinition).catch(() => undefined);
    logs.tasksOf(workloadOf(spec, slot), taskDefinition).catch(() => undefined);
  }
}

/** Answers a question that was asked before with the same answer: for one reading of the logs. */
function rememberingLogs(logs: TaskLogs): TaskLogs {
  const places = new Map<string, ReturnType<TaskLogs['placesOf']>>();
  const tasks = new Map<string, ReturnType<TaskLogs['tasksOf']>>();
  return {
    placesOf: (taskDefinition) => once(places, taskDefinition, () => logs.placesOf(taskDefinition)),
    tasksOf: (workload, taskDefinition) =>
      once(tasks, `${workload.cluster} ${workload.service} ${taskDefinition}`, () =>
        logs.tasksOf(workload, taskDefinition),
      ),
    linesOf: (place, wanted) => logs.linesOf(place, wanted),
  };
}

function once<Answer>(known: Map<string, Promise<Answer>>, key: string, ask: () => Promise<Answer>): Promise<Answer> {
  const asked = known.get(key) ?? ask();
  known.set(key, asked);
  return asked;
}
