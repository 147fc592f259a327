import * as z from 'zod';
import type { Announcement } from '../ports/announcer.ts';
import type { RecordedEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { describeEvent, type Severity, transitionsOf } from '../rollout/transition.ts';
import type { Part } from './world.ts';

export const publishTransitionsInput = z.object({ rolloutId: z.string().min(1) });

/**
 * Announces every transition after the last announced one, in order, then moves the mark. Called by the table's stream (a
 * hint that may come late, twice or never) and once more when a machine ends, so that nothing stays unannounced.
 * @throws the announcer's error, after marking what went out
 */
export async function publishTransitions(
  { rolloutId }: z.output<typeof publishTransitionsInput>,
  { store, announcer }: Part<'store' | 'announcer'>,
): Promise<{ announced: number }> {
  const stored = await store.load(rolloutId);
  if (stored === undefined) throw new Error(`There is no rollout ${rolloutId} to announce; was the table replaced?`);
  const from = await store.announcedUpTo(rolloutId);
  const events = await store.events(rolloutId, from);
  const newest = events.at(-1)?.sequence;
  if (newest === undefined) return { announced: 0 };

  let announced = 0;
  let done = from;
  try {
    for (const transition of transitionsOf(events)) {
      await announcer.announce(announcementOf(transition, transition.severity, stored.state));
      announced += 1;
      done = transition.sequence;
    }
    done = newest;
  } finally {
    await moveMark(store, rolloutId, from, done);
  }
  return { announced };
}

/** Moves the mark on, also where another publisher moved it meanwhile; never back. */
async function moveMark(store: Part<'store'>['store'], rolloutId: string, from: number, done: number): Promise<void> {
  let seen = from;
  while (seen < done && !(await store.markAnnounced(rolloutId, seen, done))) {
    seen = await store.announcedUpTo(rolloutId);
  }
}

function announcementOf(recorded: RecordedEvent, severity: Severity, state: RolloutState): Announcement {
  const { type, ...detail } = recorded.event;
  return {
    rolloutId: recorded.rolloutId,
    service: state.service,
    sequence: recorded.sequence,
    type,
    severity,
    traceId: state.traceId,
    at: recorded.at,
    summary: describeEvent(recorded.event, state),
    // The opening carries the whole spec and the restore plan, which the record keeps; a message needs neither.
    detail: type === 'RolloutOpened' ? { image: state.image, blue: state.blue, green: state.green } : detail,
  };
}
