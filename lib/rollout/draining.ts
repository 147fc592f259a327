import * as z from 'zod';
import { flag, number } from './event-shapes.ts';
import { counted } from '../specification/text/counted.ts';

/** Fields of the *drained* clock of a side whose tasks were to stop: when no request to it could be open any more. */
export const drainedFields = {
  side: z.enum(['green', 'blue']),
  /** From the acceptance of its removal until its last task had stopped, or until now where tasks are left. */
  seconds: number,
  /** The same from the change of weights that took its traffic away. */
  secondsSinceShift: number,
  /** Tasks that have not stopped after all the time that is waited; 0 where it is drained. */
  tasksLeft: number,
  /** Its tasks were stopped by `openRequests`, with what was open on them. */
  cut: flag,
};
export const drained = z.object(drainedFields).readonly();

/** What the record knows of a side that is draining or drained. */
export type Drained = z.output<typeof drained>;

/** One sentence about a side that is drained, or that was waited for long enough. */
export function describeDrained({ side, seconds, secondsSinceShift, tasksLeft, cut }: Drained): string {
  const name = side === 'green' ? 'Green' : 'The former blue';
  if (tasksLeft > 0) {
    return `${name} is not drained ${seconds} s after its removal: ${counted(tasksLeft, 'task')} still ${tasksLeft === 1 ? 'runs' : 'run'}, and requests may be open.`;
  }
  const how = cut ? ' Its tasks were stopped with what was open on them, as openRequests says.' : '';
  return `${name} is drained: its last task stopped ${seconds} s after its removal and ${secondsSinceShift} s after it lost its traffic; no request to it is open.${how}`;
}

interface Removed {
  readonly happened?: Readonly<Partial<Record<'GreenRemoved' | 'BlueRetired', string>>> | undefined;
}

/** When a rollout's removed side was removed: green by a rollback, blue by its retirement; `undefined` before that. */
export function removedAt({
  happened = {},
}: Removed): { readonly side: 'green' | 'blue'; readonly at: string } | undefined {
  const { GreenRemoved, BlueRetired } = happened;
  if (GreenRemoved !== undefined) return { side: 'green', at: GreenRemoved };
  return BlueRetired === undefined ? undefined : { side: 'blue', at: BlueRetired };
}
