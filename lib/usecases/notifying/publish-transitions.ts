import * as z from 'zod';
import { asksPeople, firstWays, onCallPagers, personalWays } from '../../messages/personal.ts';
import { everythingChannel, hears, routeFor } from '../../messages/routing.ts';
import type { Announcement } from '../../ports/announcer.ts';
import { definitionOf } from '../../rollout/events.ts';
import { mayEndMatters } from '../../rollout/matters.ts';
import { needChanges, needsPerson } from '../../rollout/needs.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { describeEvent, transitionsOf } from '../../rollout/transition.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import { endsRollout, measuresOf } from './measures-of.ts';
import { longestTimerSeconds } from './remind.ts';
import type { Part } from '../../ports/world.ts';

export type PublishingWorld = Part<'store' | 'announcer' | 'outbox' | 'measures' | 'installation'>;

export const publishTransitionsInput = z.object({ rolloutId: z.string().min(1) });

/**
 * Announces every transition after the last announced one, in order, then moves the mark: a hint for each channel that hears of
 * it, a timer where it has to be repeated, and the topic for other listeners. Called by the table's stream (a
 * hint that may come late, twice or never) and once more when a machine ends, so that nothing stays unannounced. What the
 * mark passes is counted.
 * @throws the announcer's error, after marking what went out
 */
export async function publishTransitions(
  { rolloutId }: z.output<typeof publishTransitionsInput>,
  world: PublishingWorld,
): Promise<{ announced: number }> {
  const { store, announcer } = world;
  const stored = await knownRollout(store, rolloutId, ' to announce');
  const from = await store.announcedUpTo(rolloutId);
  const events = await store.events(rolloutId, from);
  const newest = events.at(-1)?.sequence;
  if (newest === undefined) return { announced: 0 };

  // Read before anything is told: what fails from here on must not cost a count.
  const isWholeNeeded = events.some((one) => endsRollout(one) || mayEndMatters(one.event.type));
  const record = isWholeNeeded ? await store.events(rolloutId, 0) : events;
  const changes = isWholeNeeded ? needChanges(record) : undefined;
  let announced = 0;
  let done = from;
  try {
    for (const transition of transitionsOf(events)) {
      await hint(transition, changes?.has(transition.sequence) === true, stored.state, world);
      await announcer.announce(announcementOf(transition, stored.state, world.installation.stage));
      announced += 1;
      done = transition.sequence;
    }
    done = newest;
  } finally {
    const passed = await moveMark(store, rolloutId, from, done);
    const counted = events.filter(({ sequence }) => sequence > passed && sequence <= done);
    world.measures.add(stored.state.service, measuresOf(counted, record));
  }
  return { announced };
}

type Transition = ReturnType<typeof transitionsOf>[number];

/**
 * Hints of one transition: every channel that hears of it, and the timer of the matter that it opens. Where it begins, ends or
 * takes what needs a person, every channel: who was notified of it has to hear, and heads of threads show where it stands, as
 * they do for what goes as planned.
 */
async function hint(
  transition: Transition,
  changesNeeds: boolean,
  { spec, matters = [] }: RolloutState,
  { outbox, installation }: PublishingWorld,
): Promise<void> {
  const { rolloutId, sequence, at, severity, event } = transition;
  const subject = { type: event.type, severity, at, stage: installation.stage };
  const personal = asksPeople(event.type, spec) ? firstWays(personalWays(spec)) : [];
  const isForHeads =
    changesNeeds || needsPerson(subject) || endsRollout(transition) || definitionOf(event).inHead === true;
  const audience = spec.notifications.channels.filter(
    (channel) =>
      changesNeeds || (isForHeads && channel.type === 'slack') || hears(spec.notifications, channel, subject),
  );
  const onCall = needsPerson(subject) && !asksPeople(event.type, spec) ? onCallPagers(spec) : [];
  const channels = [everythingChannel, ...[...audience, ...personal, ...onCall].map(({ name }) => name)];
  await outbox.hint(
    channels.map((channel) => ({ rolloutId, channel, id: `${rolloutId}.t${String(sequence)}.${channel}` })),
  );
  if (event.type === 'AlertUnacknowledged') {
    if (event.untaken === true) return;
    const again = matters.find((matter) => matter.type === event.need && matter.taken === undefined);
    // The chain of its reminders ended when it was taken; the next turn is found by the time since it opened.
    if (again !== undefined) await outbox.remind({ rolloutId, type: again.type, at: again.at, turn: 1 }, 1);
    return;
  }
  const repeat = routeFor(spec.notifications, subject)?.repeat;
  if (repeat === undefined || !matters.some((matter) => matter.type === event.type && matter.at === at)) return;
  await outbox.remind({ rolloutId, type: event.type, at, turn: 1 }, Math.min(repeat, longestTimerSeconds));
}

/**
 * Moves the mark on, also where another publisher moved it meanwhile; never back. Each event is passed by one move only, so
 * its publisher counts the event: none is counted twice, and one is lost only where a publisher dies right after its move.
 * @returns where the mark was before
 */
async function moveMark(store: Part<'store'>['store'], rolloutId: string, from: number, done: number): Promise<number> {
  let seen = from;
  while (seen < done && !(await store.markAnnounced(rolloutId, seen, done))) {
    seen = await store.announcedUpTo(rolloutId);
  }
  return seen;
}

/** The topic may be all that reaches a person, so what is critical says there what to do, too. */
function announcementOf(transition: Transition, state: RolloutState, stage: string): Announcement {
  const { event, severity, at } = transition;
  const { type, ...detail } = event;
  const next = severity === 'critical' ? ` ${definitionOf(event).next(event, { state, at, stage })}` : '';
  return {
    rolloutId: transition.rolloutId,
    service: state.service,
    sequence: transition.sequence,
    type,
    severity,
    traceId: state.traceId,
    at,
    summary: `${describeEvent(event, state)}${next}`.trimEnd(),
    // The opening carries the whole spec and the restore plan, which the record keeps; a message needs neither.
    detail: type === 'RolloutOpened' ? { image: state.image, blue: state.blue, green: state.green } : detail,
  };
}
