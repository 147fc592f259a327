import * as z from 'zod';
import type { WaitingRequest } from '../../ports/waiting.ts';
import type { Part } from '../../ports/world.ts';
import { readCalendar } from '../calendar/read-calendar.ts';

export const startWaitingInput = z.object({
  service: z.string().min(1),
  /** Whether the hint is that a request began to wait; otherwise it is that a rollout has ended. */
  isNews: z.boolean(),
});

interface Output {
  readonly outcome: 'none' | 'waits' | 'started';
}

export type StartingWorld = Part<'store' | 'executions' | 'announcer' | 'installation' | 'now'>;

/**
 * Starts the request that waits for a service, once its turn has come. Called by the table's stream when a request begins to
 * wait, when a lock is gone, and every few minutes where it waits for the calendar, in whatever order and however often: the
 * execution has a name of its own, and the request is forgotten only after it was started.
 */
export async function startWaiting(
  { service, isNews }: z.output<typeof startWaitingInput>,
  world: StartingWorld,
): Promise<Output> {
  const { store, executions, announcer, now } = world;
  const waiting = await store.waiting(service);
  if (waiting === undefined) return { outcome: 'none' };
  if (isNews) await announcer.announce(announcementOf(waiting, 1, now()));
  const { lockedBy, hold } = await store.service(service);
  if (lockedBy !== undefined || hold !== undefined) return { outcome: 'waits' };
  if (await isClosed(service, world)) return { outcome: 'waits' };
  await executions.start(waitedExecution(service, waiting.id), waiting.request);
  await announcer.announce(announcementOf(waiting, 2, now()));
  await store.endWaiting(service, waiting.id);
  return { outcome: 'started' };
}

/** Returns the name of the execution that a request which waited is started with. */
export function waitedExecution(service: string, id: string): string {
  return `waited-${service}-${id}`;
}

/** Without a spec its execution says what is wrong. */
async function isClosed(service: string, world: StartingWorld): Promise<boolean> {
  const applied = await world.store.spec(service);
  if (applied === undefined) return false;
  const look = await readCalendar(service, applied.spec, undefined, world);
  return !look.open && look.kind !== 'maintenance';
}

function announcementOf(waiting: WaitingRequest, sequence: 1 | 2, now: Date) {
  const { request, behind, supersedes, closed, id } = waiting;
  const { service, image, requestedBy, traceId = id } = request;
  const how = supersedes ? `is rolled back for it` : 'has ended';
  const who = `${service}: ${image}, asked for by ${requestedBy}`;
  const began = closed === undefined ? `${who}, waits until ${behind} ${how}.` : `${who}, waits: ${closed.reason}.`;
  const starts = closed === undefined ? `${behind} has ended` : 'rollouts may start';
  const isStart = sequence === 2;
  return {
    rolloutId: `waiting-${service}-${id}`,
    service,
    sequence,
    type: isStart ? 'WaitingRolloutStarted' : supersedes ? 'RolloutSuperseded' : 'RolloutQueued',
    severity: supersedes && !isStart ? ('warning' as const) : ('info' as const),
    traceId,
    at: now.toISOString(),
    summary: isStart ? `${service}: ${starts}, ${image} is started.` : began,
    detail: { image, requestedBy, behind },
  };
}
