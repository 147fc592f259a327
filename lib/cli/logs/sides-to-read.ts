import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { LogPlace, TaskLogs } from '../../drivers/task-logs.ts';
import type { RolloutState } from '../../rollout/state.ts';

export type Side = 'blue' | 'green';

/** What is read of a rollout's sides: where they log, and which task is of which side. */
export interface Sources {
  readonly places: readonly LogPlace[];
  readonly sideOf: ReadonlyMap<string, Side>;
  /** What cannot be shown, and why, a sentence each. */
  readonly notes: readonly string[];
}

/** Returns where the sides of a rollout log; the tasks of both are read at once. */
export async function sourcesOf(state: RolloutState, sides: readonly Side[], logs: TaskLogs): Promise<Sources> {
  const read = await Promise.all(sides.map((side) => sourceOf(side, state, logs)));
  const places = new Map(read.flatMap((one) => one.places.map((place) => [nameOf(place), place])));
  return {
    places: [...places.values()],
    sideOf: new Map(read.flatMap(({ side, tasks }) => tasks.map((task) => [task, side]))),
    notes: [...new Set(read.flatMap(({ notes }) => notes))],
  };
}

async function sourceOf(side: Side, state: RolloutState, logs: TaskLogs) {
  const taskDefinition = side === 'blue' ? state.blueTaskDefinition : state.greenTaskDefinition;
  if (taskDefinition === undefined) {
    return { side, places: [], tasks: [], notes: [`${side} has no tasks yet: the rollout is ${state.phase}.`] };
  }
  const workload = workloadOf(state.spec, state[side]);
  const [{ places, elsewhere }, { tasks, cutAt }] = await Promise.all([
    logs.placesOf(taskDefinition),
    logs.tasksOf(workload, taskDefinition),
  ]);
  const gone = `ECS lists no task of ${side} (${taskDefinition}) any more, which it does for about an hour after a task stopped.`;
  const cut = `ECS service ${workload.service} has more tasks than the ${cutAt} that were looked at: ${tasks.length} of them are of ${side} (${taskDefinition}), and lines of others are not shown.`;
  return {
    side,
    places,
    tasks,
    notes: [
      ...elsewhere.map((where) => `${side}: ${where}. Look where that sends its lines.`),
      ...(cutAt === undefined ? [] : [`${cut}${whereOf(places)}`]),
      ...(tasks.length === 0 && cutAt === undefined ? [`${gone}${whereOf(places)}`] : []),
    ],
  };
}

function whereOf(places: readonly LogPlace[]): string {
  const groups = [...new Set(places.map(({ group }) => group))];
  return groups.length === 0 ? '' : ` All lines are kept in ${groups.join(', ')}.`;
}

function nameOf({ region = '', group, prefix, container }: LogPlace): string {
  return [region, group, prefix, container].join(' ');
}
