import { turned } from '../../releases/describe-release-event.ts';
import type { Announcement } from '../../ports/announcer.ts';
import type { StoredRelease } from '../../ports/releases.ts';
import type { Part } from '../../ports/world.ts';
import type { RecordedReleaseEvent } from '../../releases/release-events.ts';
import type { ReleaseState } from '../../releases/release-state.ts';
import { inStage } from '../../specification/text/in-stage.ts';
import { releaseText } from '../../releases/release-text.ts';

/**
 * Announces the events of a release that people hear of and that were not announced yet, in order. Each is announced at least once: the
 * mark moves behind it.
 */
export async function publishRelease(
  { state, sequence }: StoredRelease,
  { releases, announcer, installation }: Part<'releases' | 'announcer' | 'installation'>,
): Promise<void> {
  const announced = await releases.announcedUpTo(state.releaseId);
  if (announced >= sequence) return;
  for (const recorded of (await releases.events(state.releaseId)).filter((one) => one.sequence > announced)) {
    const said = announcementOf(recorded, state);
    if (said !== undefined) await announcer.announce({ ...said, summary: inStage(said.summary, installation) });
  }
  await releases.markAnnounced(state.releaseId, sequence);
}

/** A release of six sends few messages: its beginning, its turn, its end and what needs a person. Members have their own. */
function announcementOf({ event, at, sequence }: RecordedReleaseEvent, state: ReleaseState): Announcement | undefined {
  const said = summaryOf(event, state);
  if (said === undefined) return undefined;
  const { releaseId, release, traceId } = state;
  return {
    rolloutId: releaseId,
    service: release,
    ...{ sequence, type: event.type, at, traceId, ...said },
    detail: {
      release,
      members: state.members.map(({ service, standing, tag, digest }) => ({ service, standing, image: tag ?? digest })),
    },
  };
}

type Said = Pick<Announcement, 'severity' | 'summary'>;

function summaryOf(event: RecordedReleaseEvent['event'], state: ReleaseState): Said | undefined {
  const { releaseId } = state;
  if (event.type === 'ReleaseOpened') {
    const names = event.members.map(({ service }) => service).join(', ');
    return { severity: 'info', summary: `Release ${releaseId} of ${names} opened by ${event.requestedBy}.` };
  }
  if (event.type === 'ReleaseTurned') {
    const { direction, by, reason } = event;
    return { severity: 'warning', summary: `Release ${releaseId}: ${turned[direction]}. ${by}: ${reason}.` };
  }
  if (event.type === 'MemberStuck') {
    const { service, reason } = event;
    const by = `Roll it back by hand: sluice rollback ${service} --reason "…"`;
    return { severity: 'critical', summary: `Release ${releaseId}: ${service} could not go back: ${reason}. ${by}` };
  }
  return event.type === 'ReleaseEnded'
    ? { severity: severities[event.outcome], summary: releaseText(state) }
    : undefined;
}

const severities = {
  succeeded: 'info',
  stopped: 'warning',
  rolledBack: 'warning',
  partly: 'warning',
  incomplete: 'critical',
} as const;
