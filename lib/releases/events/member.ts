import * as z from 'zod';
import { memberOf, type ReleaseMember, type ReleaseState, returnsOfMember } from '../release-state.ts';
import { defineReleaseEvent } from './define-release-event.ts';

const service = z.string();
const reason = z.string();

const memberHeld = defineReleaseEvent({
  type: 'MemberHeld',
  when: 'a member may not begin yet, by its calendar or because something could not be found out',
  detail: z.object({ service, reason }),
  allowedIn: ['waiting'],
  evolve: (state, event, at) =>
    withMember(state, event.service, (before) => ({
      ...before,
      held: { reason: event.reason, since: before.held?.since ?? at },
    })),
  says: (event) => `${event.service} is held: ${event.reason}`,
});

const memberBegun = defineReleaseEvent({
  type: 'MemberBegun',
  when: 'a member begins to roll out',
  detail: z.object({ service, execution: z.string() }),
  allowedIn: ['waiting'],
  evolve: (state, { service: name, execution }, at) =>
    standsNow(state, name, { standing: 'begun', since: at, execution }),
  says: (event) => `${event.service} begins to roll out`,
});

const memberServes = defineReleaseEvent({
  type: 'MemberServes',
  when: 'the rollout of a member has succeeded, or its return did not come about',
  detail: z.object({ service, rolloutId: z.string() }),
  allowedIn: ['begun', 'returning'],
  evolve: (state, { service: name, rolloutId }, at) =>
    standsNow(state, name, { standing: 'serves', since: at, rolloutId }),
  says: (event) => `${event.service} serves the new version`,
});

const memberFailed = defineReleaseEvent({
  type: 'MemberFailed',
  when: 'a member was rejected, was rolled back by itself, or may not begin at all',
  detail: z.object({ service, reason, rolloutId: z.string().optional() }),
  allowedIn: ['waiting', 'begun', 'returning'],
  evolve: (state, { service: name, reason: why, rolloutId }, at) =>
    standsNow(state, name, {
      ...{ standing: 'failed', since: at, reason: why },
      ...(rolloutId !== undefined && { rolloutId }),
    }),
  says: (event) => `${event.service} failed and serves its former version: ${event.reason}`,
});

const memberSkipped = defineReleaseEvent({
  type: 'MemberSkipped',
  when: 'a member does not begin any more',
  detail: z.object({ service, reason }),
  allowedIn: ['waiting', 'begun'],
  evolve: (state, { service: name, reason: why }, at) =>
    standsNow(state, name, { standing: 'skipped', since: at, reason: why }),
  says: (event) => `${event.service} does not begin: ${event.reason}`,
});

const returns = {
  itself: 'goes back: its own rollout is rolled back',
  abort: 'goes back, as the release does',
  toKept: 'goes back to the version that is kept',
  byOthers: 'is taken back by a rollout that others started',
} as const;

const memberReturns = defineReleaseEvent({
  type: 'MemberReturns',
  when: 'a member goes back to its former version, by its own rollout, for the release, or because others did it',
  detail: z.object({
    service,
    how: z.enum(returnsOfMember),
    rolloutId: z.string().optional(),
    execution: z.string().optional(),
    others: z.string().optional(),
  }),
  allowedIn: ['begun', 'serves', 'returning', 'stuck'],
  evolve: (state, { service: name, how, rolloutId, execution, others }, at) =>
    withMember(state, name, (before) => ({
      ...settled(before),
      standing: 'returning',
      since: at,
      wayBack: how,
      ...(rolloutId !== undefined && { rolloutId }),
      ...(execution !== undefined && { execution }),
      ...(others !== undefined && { others }),
      ...(how === 'toKept' && { attempt: (before.attempt ?? 0) + 1 }),
    })),
  says: (event) => `${event.service} ${returns[event.how]}`,
});

const memberBack = defineReleaseEvent({
  type: 'MemberBack',
  when: 'a member serves its former version again',
  detail: z.object({ service }),
  allowedIn: ['returning', 'stuck'],
  evolve: (state, { service: name }, at) => standsNow(state, name, { standing: 'back', since: at }),
  says: (event) => `${event.service} serves its former version again`,
});

const memberStuck = defineReleaseEvent({
  type: 'MemberStuck',
  when: 'a member could not go back and needs a person',
  detail: z.object({ service, reason }),
  allowedIn: ['serves', 'returning'],
  severity: 'critical',
  evolve: (state, { service: name, reason: why }, at) =>
    standsNow(state, name, { standing: 'stuck', since: at, reason: why }),
  says: (event) => `${event.service} could not go back and needs a person: ${event.reason}`,
  announces: (event, { releaseId }) =>
    `Release ${releaseId}: ${event.service} could not go back: ${event.reason}. Roll it back by hand: sluice rollback ${event.service} --reason "…"`,
});

/** Returns the next state, with one member changed. */
function withMember(state: ReleaseState, name: string, change: (before: ReleaseMember) => ReleaseMember): ReleaseState {
  const next = change(memberOf(state, name));
  return { ...state, members: state.members.map((one) => (one.service === name ? next : one)) };
}

/** Returns the next state, with one member that has come to stand otherwise. */
function standsNow(
  state: ReleaseState,
  name: string,
  now: Pick<ReleaseMember, 'standing' | 'since'> & Partial<ReleaseMember>,
): ReleaseState {
  return withMember(state, name, (before) => ({ ...settled(before), ...now }));
}

/** A member without what was true of it only until now. */
function settled({ held: _, wayBack: __, others: ___, reason: ____, ...rest }: ReleaseMember): ReleaseMember {
  return rest;
}

/** What happens to the members of a release. */
export const memberEvents = [
  memberHeld,
  memberBegun,
  memberServes,
  memberFailed,
  memberSkipped,
  memberReturns,
  memberBack,
  memberStuck,
] as const;
