import type { ReleaseEvent } from './release-events.ts';

/** Returns what happened to a release, in one sentence without a full stop. */
export function describeReleaseEvent(event: ReleaseEvent): string {
  switch (event.type) {
    case 'ReleaseOpened':
      return `Opened by ${event.requestedBy} for ${event.members.map(({ service }) => service).join(', ')}`;
    case 'ReleaseContinued':
      return 'Taken up again after its work had stopped';
    case 'MemberHeld':
      return `${event.service} is held: ${event.reason}`;
    case 'MemberBegun':
      return `${event.service} begins to roll out`;
    case 'MemberServes':
      return `${event.service} serves the new version`;
    case 'MemberFailed':
      return `${event.service} failed and serves its former version: ${event.reason}`;
    case 'MemberSkipped':
      return `${event.service} does not begin: ${event.reason}`;
    case 'ReleaseTurned':
      return `${sentence(turned[event.direction])}; ${event.by}: ${event.reason}`;
    case 'MemberReturns':
      return `${event.service} ${returns[event.how]}`;
    case 'MemberBack':
      return `${event.service} serves its former version again`;
    case 'MemberStuck':
      return `${event.service} could not go back and needs a person: ${event.reason}`;
    case 'ReleaseEnded':
      return ended[event.outcome];
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What happens to the members once a release has turned. */
export const turned = {
  stop: 'no further member begins',
  abort: 'members under way go back, those that have finished stay',
  rollBackAll: 'all members go back',
} as const;

const returns = {
  itself: 'goes back: its own rollout is rolled back',
  abort: 'goes back, as the release does',
  toKept: 'goes back to the version that is kept',
  byOthers: 'is taken back by a rollout that others started',
} as const;

const ended = {
  succeeded: 'Ended: every member serves its new version',
  stopped: 'Ended: it was stopped',
  rolledBack: 'Ended: every member that had begun serves its former version',
  partly: 'Ended in part: a member failed, the others serve',
  incomplete: 'Ended: it could not go back whole and needs a person',
} as const;
