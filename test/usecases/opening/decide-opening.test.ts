import { describe, expect, test } from '@jest/globals';
import { decideOpening, mayWait, namesOf } from '../../../lib/usecases/opening/decide-opening.ts';
import { type AskedRollout, rolloutRequest } from '../../../lib/usecases/opening/rollout-request.ts';

const ofPush: AskedRollout = rolloutRequest.parse({ service: 'web', image: '412' });
const ofRelease: AskedRollout = { ...ofPush, release: 'autumn-1' };
const back: AskedRollout = { ...ofPush, rollback: { to: 'version', reason: 'customers complain' } };
const sameImage: AskedRollout = { ...ofPush, image: undefined, sameImage: true };

const hold = { releaseId: 'autumn-1' };
const open = { open: true } as const;
const closed = { open: false, kind: 'freeze', reason: 'a freeze' } as const;
const maintenance = { open: false, kind: 'maintenance', reason: 'web is in maintenance' } as const;
const busy = (lockedBy: string) => ({ outcome: 'busy', lockedBy });

describe('a rollout that is requested', () => {
  test.each([
    ['opens where nothing keeps it', ofPush, { calendar: open }, { outcome: 'open' }],
    ['opens as far as is known', ofPush, {}, { outcome: 'open' }],
    ['waits for the rollout that has the lock', ofPush, { lockedBy: 'web-1', hold, calendar: closed }, busy('web-1')],
    ['waits for the release that holds the service', ofPush, { hold, calendar: closed }, busy('autumn-1')],
    ['opens as a member of the release that holds it', ofRelease, { hold, calendar: open }, { outcome: 'open' }],
    ['waits for the calendar', ofPush, { calendar: closed }, { outcome: 'closed', look: closed }],
    ['as a member of a release, waits too', ofRelease, { hold, calendar: closed }, { outcome: 'closed', look: closed }],
    ['opens under maintenance, which its image may end', ofPush, { calendar: maintenance }, { outcome: 'open' }],
    ['that goes back waits for neither release nor calendar', back, { hold, calendar: closed }, { outcome: 'open' }],
    ['that goes back waits for the lock', back, { lockedBy: 'web-1' }, busy('web-1')],
  ] as const)('%s', (_, asked, facts, decision) => {
    expect(decideOpening(asked, facts)).toEqual(decision);
  });

  test('is refused where its release does not hold the service any more', () => {
    expect(() => decideOpening(ofRelease, {})).toThrow('Release autumn-1 does not hold web any more.');
    expect(() => decideOpening(ofRelease, { hold: { ...hold, releaseId: 'winter-1' } })).toThrow('Release autumn-1');
    expect(decideOpening(ofRelease, { lockedBy: 'web-1' })).toEqual(busy('web-1'));
  });

  test.each([
    ['may wait for the one that runs', ofPush, 'queue', true],
    ['may wait for the one that it supersedes', ofPush, 'supersede', true],
    ['may not where the spec rejects it', ofPush, 'reject', false],
    ['that goes back may not', back, 'queue', false],
    ['of a release may not', ofRelease, 'queue', false],
    ['of the same image may not', sameImage, 'queue', false],
  ] as const)('%s', (_, asked, onBusy, answer) => {
    expect(mayWait(asked, { onBusy })).toBe(answer);
  });

  test('has its names from its execution: a repeated call opens no second one', () => {
    const execution = {
      executionArn: 'arn:aws:states:eu-west-1:1:execution:sluice:a',
      startedAt: '2026-03-01T11:00:09.123Z',
    };
    const names = namesOf('web', execution);

    expect(names.rolloutId).toMatch(/^web-20260301-110009-[0-9a-f]{6}$/);
    expect(names.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(namesOf('web', { ...execution })).toEqual(names);
    expect(namesOf('web', { ...execution, executionArn: `${execution.executionArn}b` })).not.toEqual(names);
  });
});
