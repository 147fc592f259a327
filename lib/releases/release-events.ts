import * as z from 'zod';
import {
  directions,
  memberOf,
  openingMember,
  outcomes,
  releaseFacts,
  type ReleaseMember,
  type ReleaseState,
  returnsOfMember,
} from './release-state.ts';

const service = z.string();
const reason = z.string();

/** What happens to a release, in order. New fields are optional: what was written stays readable. */
export const releaseEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ReleaseOpened'), ...releaseFacts, members: z.array(openingMember).readonly() }),
  z.object({ type: z.literal('ReleaseContinued'), executionArn: z.string() }),
  z.object({ type: z.literal('MemberHeld'), service, reason }),
  z.object({ type: z.literal('MemberBegun'), service, execution: z.string() }),
  z.object({ type: z.literal('MemberServes'), service, rolloutId: z.string() }),
  z.object({ type: z.literal('MemberFailed'), service, reason, rolloutId: z.string().optional() }),
  z.object({ type: z.literal('MemberSkipped'), service, reason }),
  z.object({
    type: z.literal('ReleaseTurned'),
    direction: z.enum(directions),
    by: z.string(),
    reason,
    service: service.optional(),
  }),
  z.object({
    type: z.literal('MemberReturns'),
    service,
    how: z.enum(returnsOfMember),
    rolloutId: z.string().optional(),
    execution: z.string().optional(),
    others: z.string().optional(),
  }),
  z.object({ type: z.literal('MemberBack'), service }),
  z.object({ type: z.literal('MemberStuck'), service, reason }),
  z.object({ type: z.literal('ReleaseEnded'), outcome: z.enum(outcomes) }),
]);

export type ReleaseEvent = z.output<typeof releaseEvent>;
export type ReleaseOpened = Extract<ReleaseEvent, { type: 'ReleaseOpened' }>;

/** An event with its place in the record of its release. */
export const recordedReleaseEvent = z
  .object({ releaseId: z.string(), sequence: z.number(), at: z.string(), event: releaseEvent })
  .readonly();
export type RecordedReleaseEvent = z.output<typeof recordedReleaseEvent>;

/** Returns the state of a release that has just been opened. */
export function openedRelease({ type: _, members, ...facts }: ReleaseOpened, at: string): ReleaseState {
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

/** Returns the state after one more event. */
export function evolveRelease(state: ReleaseState, event: ReleaseEvent, at: string): ReleaseState {
  if (isOfMember(event)) return withMember(state, event.service, (before) => changed(before, event, at));
  switch (event.type) {
    case 'ReleaseOpened':
      return openedRelease(event, at);
    case 'ReleaseContinued':
      return { ...state, executionArn: event.executionArn };
    case 'ReleaseTurned': {
      const { direction, by, reason: why, service: of } = event;
      const { outcome: _, endedAt: __, ...open } = state;
      return { ...open, failure: { direction, by, reason: why, at, ...(of !== undefined && { service: of }) } };
    }
    case 'ReleaseEnded':
      return { ...state, outcome: event.outcome, endedAt: at };
  }
}

type OfMember = Extract<ReleaseEvent, { type: `Member${string}` }>;

function isOfMember(event: ReleaseEvent): event is OfMember {
  return event.type.startsWith('Member');
}

function withMember(state: ReleaseState, name: string, change: (before: ReleaseMember) => ReleaseMember): ReleaseState {
  const next = change(memberOf(state, name));
  return { ...state, members: state.members.map((one) => (one.service === name ? next : one)) };
}

function changed(before: ReleaseMember, event: OfMember, at: string): ReleaseMember {
  const { held, wayBack: _, others: __, reason: ___, ...rest } = before;
  switch (event.type) {
    case 'MemberHeld':
      return { ...before, held: { reason: event.reason, since: held?.since ?? at } };
    case 'MemberBegun':
      return { ...rest, standing: 'begun', since: at, execution: event.execution };
    case 'MemberServes':
      return { ...rest, standing: 'serves', since: at, rolloutId: event.rolloutId };
    case 'MemberFailed':
    case 'MemberSkipped':
    case 'MemberStuck':
      return { ...rest, standing: endStatus[event.type], since: at, reason: event.reason, ...rolloutOf(event) };
    case 'MemberReturns':
      return {
        ...rest,
        standing: 'returning',
        since: at,
        wayBack: event.how,
        ...rolloutOf(event),
        ...(event.execution !== undefined && { execution: event.execution }),
        ...(event.others !== undefined && { others: event.others }),
        ...(event.how === 'toKept' && { attempt: (before.attempt ?? 0) + 1 }),
      };
    case 'MemberBack':
      return { ...rest, standing: 'back', since: at };
  }
}

const endStatus = { MemberFailed: 'failed', MemberSkipped: 'skipped', MemberStuck: 'stuck' } as const;

function rolloutOf(event: OfMember): { readonly rolloutId?: string } {
  return 'rolloutId' in event && event.rolloutId !== undefined ? { rolloutId: event.rolloutId } : {};
}
