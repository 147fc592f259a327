import type { StoredRelease } from '../../ports/releases.ts';
import { CliFailure, type Stack } from '../cli-context.ts';

/**
 * Returns a release by its id, or the newest one of a name.
 * @throws CliFailure where there is none
 */
export async function findRelease(
  named: string,
  stage: string,
  { releases }: Pick<Stack, 'releases'>,
): Promise<StoredRelease> {
  const found = await releases.load(named);
  if (found !== undefined) return found;
  const [newest] = await releases.list(named, 1);
  const stored = newest === undefined ? undefined : await releases.load(newest.releaseId);
  if (stored !== undefined) return stored;
  throw new CliFailure(
    `Stage ${stage} knows no release "${named}". Start one with: sluice release start <file> --stage ${stage}`,
  );
}
