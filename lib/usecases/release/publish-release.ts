import type { Announcement } from '../../ports/announcer.ts';
import type { StoredRelease } from '../../ports/releases.ts';
import type { Part } from '../../ports/world.ts';
import { type RecordedReleaseEvent, releaseDefinitionOf } from '../../releases/release-events.ts';
import type { ReleaseState } from '../../releases/release-state.ts';
import { inStage } from '../../specification/text/in-stage.ts';

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
  const definition = releaseDefinitionOf(event);
  const severity = definition.severityOf(event);
  if (severity === undefined) return undefined;
  const { releaseId, release, traceId } = state;
  return {
    rolloutId: releaseId,
    service: release,
    ...{ sequence, type: event.type, at, traceId, severity, summary: definition.announces(event, state) },
    detail: {
      release,
      members: state.members.map(({ service, standing, tag, digest }) => ({ service, standing, image: tag ?? digest })),
    },
  };
}
