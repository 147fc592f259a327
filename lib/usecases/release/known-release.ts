import type { StoredRelease } from '../../ports/releases.ts';
import type { Part } from '../../ports/world.ts';

/** Returns a release of the record; one that there is not is a mistake of the caller. */
export async function knownRelease(releaseId: string, { releases }: Part<'releases'>): Promise<StoredRelease> {
  const stored = await releases.load(releaseId);
  if (stored === undefined) throw new Error(`The stack knows no release ${releaseId}.`);
  return stored;
}
