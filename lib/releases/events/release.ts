import * as z from 'zod';
import { releaseText } from '../release-text.ts';
import { directions, openingMember, outcomes, releaseFacts, type ReleaseState } from '../release-state.ts';
import { defineReleaseEvent } from './define-release-event.ts';

const openingDetail = z.object({ ...releaseFacts, members: z.array(openingMember).readonly() });

const releaseOpened = defineReleaseEvent({
  type: 'ReleaseOpened',
  when: 'a release has taken all its members',
  detail: openingDetail,
  allowedIn: 'opening',
  severity: 'info',
  evolve: (_, { type: __, ...facts }, at) => openedRelease(facts, at),
  says: (event) => `Opened by ${event.requestedBy} for ${namesOf(event)}`,
  announces: (event) => `Release ${event.releaseId} of ${namesOf(event)} opened by ${event.requestedBy}.`,
});

const releaseContinued = defineReleaseEvent({
  type: 'ReleaseContinued',
  when: 'another execution works for the release, as the one before it has ended',
  detail: z.object({ executionArn: z.string() }),
  allowedIn: 'going',
  evolve: (state, { executionArn }) => ({ ...state, executionArn }),
  says: 'Taken up again after its work had stopped',
});

/** What happens to the members once a release has turned. */
const turned = {
  stop: 'no further member begins',
  abort: 'members under way go back, those that have finished stay',
  rollBackAll: 'all members go back',
} as const;

const releaseTurned = defineReleaseEvent({
  type: 'ReleaseTurned',
  when: 'a member has failed, or a person ends the release: it stops, or members go back, after its end too',
  detail: z.object({
    direction: z.enum(directions),
    by: z.string(),
    reason: z.string(),
    service: z.string().optional(),
  }),
  allowedIn: 'any',
  severity: 'warning',
  evolve: (state, { direction, by, reason, service }, at) => {
    const { outcome: _, endedAt: __, ...open } = state;
    return { ...open, failure: { direction, by, reason, at, ...(service !== undefined && { service }) } };
  },
  says: ({ direction, by, reason }) => `${sentence(turned[direction])}; ${by}: ${reason}`,
  announces: ({ direction, by, reason }, { releaseId }) =>
    `Release ${releaseId}: ${turned[direction]}. ${by}: ${reason}.`,
});

const ended = {
  succeeded: ['info', 'Ended: every member serves its new version'],
  stopped: ['warning', 'Ended: it was stopped'],
  rolledBack: ['warning', 'Ended: every member that had begun serves its former version'],
  partly: ['warning', 'Ended in part: a member failed, the others serve'],
  incomplete: ['critical', 'Ended: it could not go back whole and needs a person'],
} as const;

const releaseEnded = defineReleaseEvent({
  type: 'ReleaseEnded',
  when: 'no member is under way, and none is still to go',
  detail: z.object({ outcome: z.enum(outcomes) }),
  allowedIn: 'going',
  severity: 'info',
  severityOf: ({ outcome }) => ended[outcome][0],
  evolve: (state, { outcome }, at) => ({ ...state, outcome, endedAt: at }),
  says: ({ outcome }) => ended[outcome][1],
  announces: (_, state) => releaseText(state),
});

/** Returns the state of a release that has just been opened. */
export function openedRelease({ members, ...facts }: z.output<typeof openingDetail>, at: string): ReleaseState {
  return {
    schema: 1,
    ...facts,
    openedAt: at,
    members: members.map(({ unchanged, ...one }) => ({
      ...one,
      standing: unchanged ? ('unchanged' as const) : ('waiting' as const),
      since: at,
    })),
  };
}

function namesOf({ members }: Pick<z.output<typeof openingDetail>, 'members'>): string {
  return members.map(({ service }) => service).join(', ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What happens to a release as a whole. */
export const wholeReleaseEvents = [releaseOpened, releaseContinued, releaseTurned, releaseEnded] as const;
