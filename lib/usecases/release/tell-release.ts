import * as z from 'zod';
import { ConcurrentRelease } from '../../ports/releases.ts';
import type { Part } from '../../ports/world.ts';
import { type Direction, directions, type ReleaseState } from '../../releases/release-state.ts';
import { knownRelease } from './known-release.ts';

export const tellReleaseInput = z.object({
  releaseId: z.string().min(1),
  told: z.object({
    direction: z.enum(directions),
    // A name, and the principal that AWS vouches for: a session of a role alone has more than 200 characters.
    by: z.string().min(1).max(2000),
    reason: z.string().min(1).max(600),
  }),
});

type Told = z.output<typeof tellReleaseInput>['told'];

export interface TellReleaseOutput {
  readonly releaseId: string;
  readonly outcome: 'told' | 'refused';
  readonly reason: string;
}

/** How far each direction goes: a later one may go further, not less far. */
const reach: Readonly<Record<Direction, number>> = { stop: 1, abort: 2, rollBackAll: 3 };
/** Writers that may be first before this one gives up and is called again. */
const mostTries = 5;

/**
 * State `TellRelease`: records that a person wants a release to stop, or to go back. One that has ended goes back while no other release
 * holds a member; what is kept of each member is found out by its return.
 */
export async function tellRelease(
  { releaseId, told }: z.output<typeof tellReleaseInput>,
  world: Part<'releases' | 'now'>,
): Promise<TellReleaseOutput> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await knownRelease(releaseId, world);
    const { state } = stored;
    const refused = whyNot(state, told.direction);
    // One that has ended since goes back once more, for the same words, where anything is left to go back.
    const isSettled = state.outcome === undefined || refused !== undefined;
    if ((isSettled && isSame(state, told)) || reach[state.failure?.direction ?? 'stop'] > reach[told.direction]) {
      return { releaseId, outcome: 'told', reason: '' };
    }
    if (refused !== undefined) return { releaseId, outcome: 'refused', reason: refused };
    try {
      await world.releases.append(stored, [{ type: 'ReleaseTurned', ...told }], world.now().toISOString());
      return { releaseId, outcome: 'told', reason: '' };
    } catch (error) {
      if (!(error instanceof ConcurrentRelease)) throw error;
      if (attempt < mostTries) continue;
      if (state.endedAt !== undefined) return { releaseId, outcome: 'refused', reason: error.message };
      throw error;
    }
  }
}

/** Returns whether an order is the one that the release turned for last. */
function isSame({ failure }: ReleaseState, { direction, by, reason }: Told): boolean {
  return failure?.direction === direction && failure.by === by && failure.reason === reason;
}

function whyNot({ outcome, releaseId, members }: ReleaseState, direction: Direction): string | undefined {
  if (outcome === undefined) return undefined;
  if (direction !== 'rollBackAll') return `Release ${releaseId} has ended.`;
  if (members.some(({ standing }) => standing === 'serves' || standing === 'stuck')) return undefined;
  return `No member of release ${releaseId} serves the version that it brought.`;
}
