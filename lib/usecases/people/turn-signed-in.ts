import type { Part } from '../../ports/world.ts';
import type { ReleaseState } from '../../releases/release-state.ts';
import { tellRelease, type TellReleaseOutput } from '../release/tell-release.ts';
import type { ReleaseNeeds } from './command-release.ts';

/** What a person who signed in wants of a release, on its page. */
export interface SignedInTurn {
  /** The release as it was read for them. */
  readonly state: Pick<ReleaseState, 'releaseId' | 'endedAt'>;
  readonly direction: 'abort' | 'rollBackAll';
  /** As the record names them, with how they were identified. */
  readonly by: string;
  readonly reason: string;
  /** Name of the execution: the same order twice starts one. */
  readonly execution: string;
}

/**
 * Records which way a release turns, and has its machine go on with it. Where the machine cannot be started, the same order again makes up
 * for it, and so does the execution of a release that has not ended.
 */
export async function turnSignedIn(
  { state, direction, by, reason, execution }: SignedInTurn,
  world: Part<'releases' | 'now'> & ReleaseNeeds,
): Promise<TellReleaseOutput> {
  const { releaseId, endedAt } = state;
  if (direction === 'abort' && endedAt !== undefined)
    return { releaseId, outcome: 'refused', reason: `Release ${releaseId} has ended: no member is under way.` };
  const told = { direction, by, reason };
  const answer = await tellRelease({ releaseId, told }, world);
  if (answer.outcome === 'told') await world.releaseExecutions.start(execution, { releaseId, told });
  return answer;
}
