import type { ReleaseStore, StoredRelease } from '../ports/releases.ts';
import type { Retention, RolloutStore, RolloutSummary, StoredRollout, StoredSpec } from '../ports/rollout-store.ts';
import type { RecordedReleaseEvent } from '../releases/release-events.ts';
import type { ReleaseMember } from '../releases/release-state.ts';
import type { RecordedEvent } from '../rollout/events.ts';
import { messageOf } from '../specification/text/message-of.ts';
import { type LiveSides, readSides, type SlotReaders, unknownSides } from './live-sides.ts';

/** What a release is read from. Nothing of it writes. */
export interface ReleaseReaders {
  readonly store: Pick<RolloutStore, 'load' | 'list' | 'service' | 'spec' | 'newestEvents'>;
  readonly releases: Pick<ReleaseStore, 'load' | 'events'>;
  readonly sides: SlotReaders;
}

/** A member with its rollout, as far as there is one. */
export interface ReadMember {
  readonly member: ReleaseMember;
  /** `undefined` where no spec of that name is applied. */
  readonly inForce: StoredSpec | undefined;
  /** Newest first. */
  readonly earlier: readonly RolloutSummary[];
  readonly retention: Retention | undefined;
  readonly rollout: ReadMemberRollout | undefined;
  /** Why what it does is not known; nobody may take that for quiet. */
  readonly unread?: string | undefined;
}

export interface ReadMemberRollout {
  readonly stored: StoredRollout;
  readonly newest: readonly RecordedEvent[];
  readonly live: LiveSides;
}

export interface ReadRelease {
  readonly stored: StoredRelease;
  readonly members: readonly ReadMember[];
  readonly events: readonly RecordedReleaseEvent[];
}

/** Newest events of a member's rollout: its last evaluation is among them. */
const newestEvents = 30;
/** Rollouts that are looked through for what a version is called. */
const earlierRollouts = 20;

/**
 * Reads the members of a release, in two calls in a row, however many there are. A member that cannot be read hides none of the others.
 */
export async function readKnownRelease(stored: StoredRelease, readers: ReleaseReaders): Promise<ReadRelease> {
  const { members, releaseId } = stored.state;
  const [events, ...read] = await Promise.all([
    readers.releases.events(releaseId),
    ...members.map((member) => readMember(member, releaseId, readers)),
  ]);
  return { stored, events, members: read };
}

async function readMember(member: ReleaseMember, releaseId: string, readers: ReleaseReaders): Promise<ReadMember> {
  const { store, sides } = readers;
  const nothing = { member, inForce: undefined, earlier: [], retention: undefined, rollout: undefined };
  try {
    const { service } = member;
    const [inForce, earlier, { retention, hold }] = await Promise.all([
      store.spec(service),
      store.list(service, earlierRollouts),
      store.service(service),
    ]);
    const known = { member, inForce, earlier, retention };
    const own = rolloutOf(member, hold?.releaseId === releaseId ? hold.rolloutId : undefined);
    if (own === undefined || !hasRollout.includes(member.standing)) return { ...known, rollout: undefined };
    const isLive = inForce !== undefined && (member.standing === 'begun' || member.standing === 'returning');
    const [stored, newest, live] = await Promise.all([
      store.load(own),
      store.newestEvents(own, newestEvents),
      isLive ? readSides(inForce.spec, sides) : unknownSides('It is not asked once its rollout has ended.'),
    ]);
    return { ...known, rollout: stored && { stored, newest, live } };
  } catch (error) {
    return { ...nothing, unread: messageOf(error) };
  }
}

/** The rollout that says most of a member now. @param opened the one that the release opened last */
function rolloutOf({ wayBack, others, rolloutId }: ReleaseMember, opened: string | undefined): string | undefined {
  // Until its own rollout has opened, the one that brought the new version says nothing of the return.
  if (wayBack === 'toKept') return opened === rolloutId ? undefined : opened;
  return others ?? rolloutId ?? opened;
}

const hasRollout: readonly ReleaseMember['standing'][] = ['begun', 'serves', 'returning', 'back', 'failed', 'stuck'];
