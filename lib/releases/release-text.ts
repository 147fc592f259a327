import type { ReleaseMember, ReleaseState } from './release-state.ts';

const ended = {
  succeeded: 'has succeeded: every member serves its new version',
  stopped: 'was stopped',
  rolledBack: 'is rolled back: every member that had begun serves its former version',
  partly: 'has ended in part: a member failed, the others serve',
  incomplete: 'could not go back whole, and needs a person',
} as const;

/** Returns where a release stands, in a sentence or two. */
export function releaseText(state: ReleaseState): string {
  const { releaseId, outcome, failure, members } = state;
  const why = failure === undefined ? '' : ` By ${failure.by}: ${failure.reason}.`;
  if (outcome !== undefined) {
    const apart = members.filter(
      ({ standing }) => standing === 'stuck' || standing === 'failed' || standing === 'skipped',
    );
    return `Release ${releaseId} ${ended[outcome]}.${why}${apart.map(saidOf).join('')}`.slice(0, 2000);
  }
  return `Release ${releaseId} ${goingText(failure?.direction)}.${why}`.slice(0, 2000);
}

/** Returns what a release does that has not ended, by where it has turned. */
export function goingText(direction: NonNullable<ReleaseState['failure']>['direction'] | undefined): string {
  if (direction === undefined) return 'goes out';
  return direction === 'stop' ? 'stops' : 'goes back';
}

function saidOf({ service, standing, reason }: ReleaseMember): string {
  const what = {
    stuck: `${service} still serves the new version`,
    failed: `${service} serves its former version`,
    skipped: `${service} was not begun`,
  };
  const said = standing === 'stuck' || standing === 'failed' || standing === 'skipped' ? what[standing] : service;
  return ` ${said}: ${reason ?? ''}.`;
}
