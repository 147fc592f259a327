import type { StoppedTask, StoppedTasks } from '../drivers/stopped-tasks.ts';
import { layoutOf } from '../drivers/shapes/layout-of.ts';
import type { Places } from '../drivers/shapes/registry.ts';
import { leastHealthy, type TargetHealth } from '../drivers/traffic-router.ts';
import type { Part } from '../ports/world.ts';
import type { RunningSlot } from '../rollout/running-slot.ts';
import { plainMessage } from '../specification/text/plain-text.ts';

/** Something that was asked for: the answer, or why there is none. */
export type Asked<Answer> = { readonly is: Answer } | { readonly unknown: string };

/** One slot as ECS and the load balancer show it now. */
export interface LiveSide {
  readonly slot: Asked<RunningSlot | undefined>;
  /** Targets of the target group in which the fewest are healthy. */
  readonly health: Asked<TargetHealth>;
  /** Newest first. */
  readonly stopped: Asked<readonly StoppedTask[]>;
}

/** Both slots by the spec's names for them. */
export interface LiveSides {
  readonly a: LiveSide;
  readonly b: LiveSide;
}

/** What the slots are read by. */
export interface SlotReaders {
  readonly runtime: Pick<Part<'runtime'>['runtime'], 'describe'>;
  readonly router: Pick<Part<'router'>['router'], 'targetHealth'>;
  readonly tasks: StoppedTasks;
}

/** Returns what both slots show now: at most two calls in a row. What cannot be read is said, and is no failure. */
export async function readSides(places: Places, readers: SlotReaders): Promise<LiveSides> {
  const [a, b] = await Promise.all([lookAt('a', places, readers), lookAt('b', places, readers)]);
  return { a, b };
}

/** Returns both slots as not known. */
export function unknownSides(why: string): LiveSides {
  const side: LiveSide = { slot: { unknown: why }, health: { unknown: why }, stopped: { unknown: why } };
  return { a: side, b: side };
}

async function lookAt(name: 'a' | 'b', places: Places, { runtime, router, tasks }: SlotReaders): Promise<LiveSide> {
  const layout = layoutOf(places);
  const workload = layout.workloadOf(name);
  const [slot, health, stopped] = await Promise.all([
    asked(() => runtime.describe(workload)),
    asked(async () =>
      leastHealthy(await Promise.all(layout.groupsOf(name).map((group) => router.targetHealth(group)))),
    ),
    asked(() => tasks.stoppedTasks(workload)),
  ]);
  return { slot, health, stopped };
}

async function asked<Answer>(ask: () => Promise<Answer>): Promise<Asked<Answer>> {
  try {
    return { is: await ask() };
  } catch (error) {
    return { unknown: plainMessage(error instanceof Error ? `${error.name}: ${error.message}` : String(error)) };
  }
}
