import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { LogPlace, TaskLogs } from '../../drivers/task-logs.ts';
import type { RolloutState } from '../../rollout/state.ts';

export type Side = 'blue' | 'green';

/** Which task is of which side, and what cannot be shown, a sentence each. */
interface FoundTasks {
  readonly sideOf: ReadonlyMap<string, Side>;
  readonly notes: readonly string[];
}

/** What is read of a rollout's sides: where they log, and what is being found out about their tasks meanwhile. */
export interface Sources {
  readonly places: readonly LogPlace[];
  readonly found: Promise<FoundTasks>;
}

/**
 * Returns where the sides of a rollout log, once that is known; the tasks of both are read at the same time and may come later. A
 * failure to read them is thrown to the caller that waits for them.
 */
export async function sourcesOf(state: RolloutState, sides: readonly Side[], logs: TaskLogs): Promise<Sources> {
  const reads = sides.map((side) => sourceOf(side, state, logs));
  const found = Promise.all(reads.map(({ found }) => found)).then((read) => ({
    sideOf: new Map(read.flatMap(({ side, tasks }) => tasks.map((task) => [task, side] as const))),
    notes: [...new Set(read.flatMap(({ notes }) => notes))],
  }));
  // Where the places cannot be read, that is what is thrown.
  found.catch(() => undefined);
  const places = (await Promise.all(reads.map(({ places }) => places))).flat();
  return { places: [...new Map(places.map((place) => [nameOf(place), place])).values()], found };
}

interface SideRead {
  readonly places: Promise<readonly LogPlace[]>;
  readonly found: Promise<{
    readonly side: Side;
    readonly tasks: readonly string[];
    readonly notes: readonly string[];
  }>;
}

function sourceOf(side: Side, state: RolloutState, logs: TaskLogs): SideRead {
  const taskDefinition = side === 'blue' ? state.blueTaskDefinition : state.greenTaskDefinition;
  if (taskDefinition === undefined) {
    const notes = [`${side} has no tasks yet: the rollout is ${state.phase}.`];
    return { places: Promise.resolve([]), found: Promise.resolve({ side, tasks: [], notes }) };
  }
  const workload = workloadOf(state.spec, state[side]);
  const [where, listed] = [logs.placesOf(taskDefinition), logs.tasksOf(workload, taskDefinition)];
  const found = Promise.all([where, listed]).then(([{ places, elsewhere }, { tasks, cutAt }]) => {
    const gone = `ECS lists no task of ${side} (${taskDefinition}) any more, which it does for about an hour after a task stopped.`;
    const cut = `ECS service ${workload.service} has more tasks than the ${cutAt} that were read: ${tasks.length} of them are of ${side} (${taskDefinition}), and lines of others are not shown.`;
    const notes = [
      ...elsewhere.map((one) => `${side}: ${one}. Look where that sends its lines.`),
      ...(cutAt === undefined ? [] : [`${cut}${whereOf(places)}`]),
      ...(tasks.length === 0 && cutAt === undefined ? [`${gone}${whereOf(places)}`] : []),
    ];
    return { side, tasks, notes };
  });
  return { places: where.then(({ places }) => places), found };
}

function whereOf(places: readonly LogPlace[]): string {
  const groups = [...new Set(places.map(({ group }) => group))];
  return groups.length === 0 ? '' : ` All lines are kept in ${groups.join(', ')}.`;
}

function nameOf({ region = '', group, prefix, container }: LogPlace): string {
  return [region, group, prefix, container].join(' ');
}
