import type { ReleaseStore, StoredRelease } from '../ports/releases.ts';
import type { Part } from '../ports/world.ts';
import { releaseDefinitionOf } from '../releases/release-events.ts';
import type { ReleaseState } from '../releases/release-state.ts';
import { readKnownRelease, type ReadRelease, type ReleaseReaders } from '../view/read-release.ts';
import { releaseView } from '../view/release-view.ts';
import type { Kept } from './kept.ts';
import type { PageAnswer } from './page.ts';
import { releasePage } from './release-page.ts';
import type { Session } from './session.ts';
import { maySee, nothingHere, personOfEach } from './visitor.ts';

/** What pages of releases are read from. Nothing of it writes. */
export interface ReleaseNeeds extends Part<'installation'> {
  readonly store: ReleaseReaders['store'];
  readonly sides: ReleaseReaders['sides'];
  readonly releases: Pick<ReleaseStore, 'load' | 'events' | 'active'>;
  readonly kept: {
    readonly release: Kept<StoredRelease | undefined>;
    readonly members: Kept<ReadRelease>;
    readonly releases: Kept<readonly StoredRelease[]>;
  };
}

/** What an id looks like: what does not is asked of nobody. */
const idPattern = /^[a-z][a-z0-9-]{0,99}$/;

/** Returns whether a text may be the id of a release. */
export function isReleaseId(text: string): boolean {
  return idPattern.test(text);
}

/** Reads a release by its id. */
export function releaseOf(releaseId: string, { releases, kept }: ReleaseNeeds): Promise<StoredRelease | undefined> {
  if (!isReleaseId(releaseId)) return Promise.resolve(undefined);
  return kept.release(releaseId, () => releases.load(releaseId));
}

/** The page of a release, for those who may see each of its services: what one of them does stands in lines about the others. */
export async function showRelease(
  releaseId: string,
  { visitor, formKey }: { readonly visitor: Session; readonly formKey: string },
  world: ReleaseNeeds,
): Promise<PageAnswer> {
  const stored = await releaseOf(releaseId, world);
  if (stored === undefined) return nothingHere('release');
  const read = await world.kept.members(releaseId, () => readKnownRelease(stored, world));
  const isSeen = read.members.every(({ inForce }) => inForce !== undefined && maySee(visitor, inForce.spec));
  if (!visitor.seesAll && !isSeen) return nothingHere('release');
  const lines = read.events.map(({ at, event }) => ({ at, text: releaseDefinitionOf(event).says(event) }));
  const person = personOfEach(
    visitor,
    read.members.map(({ inForce }) => inForce?.spec),
  );
  return releasePage(releaseView(read, world.installation.stage), { lines, visitor, person: person?.name, formKey });
}

/** Returns the releases that have not ended, in two calls in a row; one that cannot be read hides no other, and nothing else of the page. */
export async function activeReleases({ releases, kept }: ReleaseNeeds): Promise<readonly ReleaseState[]> {
  const stored = await kept.releases('', async () => {
    const loaded = await Promise.allSettled((await releases.active()).map((releaseId) => releases.load(releaseId)));
    return loaded.flatMap((one) => (one.status === 'fulfilled' && one.value !== undefined ? [one.value] : []));
  });
  return stored.map(({ state }) => state);
}
