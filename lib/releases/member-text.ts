import type { MemberStatus } from './release-state.ts';

/** Where a member of a release stands, as people read it. */
export const memberText: Readonly<Record<MemberStatus, string>> = {
  waiting: 'has not begun',
  begun: 'rolls out',
  serves: 'serves the new version',
  unchanged: 'served it already',
  returning: 'goes back',
  back: 'is back',
  failed: 'failed, serves its former version',
  skipped: 'does not begin',
  stuck: 'could not go back',
};
