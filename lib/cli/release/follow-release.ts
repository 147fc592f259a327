import type { StoredRelease } from '../../ports/releases.ts';
import { formatDuration } from '../../specification/quantity.ts';
import { CliFailure, type CliContext, type Stack } from '../cli-context.ts';
import { releaseLines } from './release-view.ts';

const pollMilliseconds = 3_000;

/**
 * Waits until a release has ended, and shows it each time that something has happened to it.
 * @param timeoutSeconds none where undefined
 * @throws CliFailure where the time is up; the release goes on
 */
export async function followRelease(
  from: StoredRelease,
  { releases }: Pick<Stack, 'releases'>,
  { err, now, sleep }: Pick<CliContext, 'err' | 'now' | 'sleep'>,
  timeoutSeconds: number | undefined,
): Promise<StoredRelease> {
  const { releaseId } = from.state;
  const until = timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : now().getTime() + timeoutSeconds * 1000;
  let current = from;
  for (let shown = 0; ;) {
    if (current.state.endedAt !== undefined) return current;
    if (current.sequence > shown) for (const line of releaseLines(current.state)) err(line);
    shown = current.sequence;
    if (now().getTime() >= until) {
      const waited = formatDuration(timeoutSeconds ?? 0);
      throw new CliFailure(
        `${releaseId} has not ended after ${waited} and goes on. See it with: sluice release status ${releaseId}`,
      );
    }
    await sleep(pollMilliseconds);
    const next = await releases.load(releaseId);
    if (next === undefined) throw new CliFailure(`${releaseId} is no longer in the record. Was the table replaced?`);
    current = next;
  }
}
