import { expect, test } from '@jest/globals';
import { decideRelease } from '../../lib/releases/decide-release.ts';
import { continued, opened } from '../../lib/releases/release-events.ts';

const at = '2026-03-01T10:00:00.000Z';
const member = (service: string, ...after: readonly string[]) => ({
  ...{ service, after, digest: 'sha256:a', needs: {}, unchanged: false },
});
const release = opened(
  {
    ...{ type: 'ReleaseOpened', releaseId: 'checkout-20260301-100000-abcdef', release: 'checkout', traceId: 'trace' },
    ...{ onFailure: 'continue', requestedBy: 'ana', executionArn: 'arn:1' },
    members: [member('auth'), member('gateway'), member('report', 'auth', 'gateway'), member('web', 'report')],
  },
  at,
);

test('a member that two failed members come before is skipped once, and so is who comes after it: the release ends', () => {
  const begun = continued(
    release,
    ['auth', 'gateway'].map((service) => ({ type: 'MemberBegun', service, execution: `${service}-1` }) as const),
    at,
  );
  const ended = (service: string) =>
    [
      service,
      { execution: { standing: 'ended', reason: 'refused' }, names: { begin: `${service}-1`, back: `${service}-2` } },
    ] as const;

  const events = decideRelease(begun.state, new Map([ended('auth'), ended('gateway')]), new Date(at));

  expect(events).toEqual([
    { type: 'MemberFailed', service: 'auth', reason: 'refused' },
    { type: 'MemberFailed', service: 'gateway', reason: 'refused' },
    { type: 'MemberSkipped', service: 'report', reason: 'auth failed' },
    { type: 'MemberSkipped', service: 'web', reason: 'auth failed' },
    { type: 'ReleaseEnded', outcome: 'partly' },
  ]);
  expect(continued(begun, events, at).state.outcome).toBe('partly');
});
