/* eslint-disable jest/no-export -- one suite, run on every store */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ConcurrentRelease, type ReleaseStore } from '../../lib/ports/releases.ts';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import type { ReleaseOpened } from '../../lib/releases/release-events.ts';
import { oneStep, openedEvent, succeeded, toFinishing } from './opened-event.ts';

const at = '2026-03-01T11:00:00.000Z';
const digest = `sha256:${'b'.repeat(64)}`;

/** What every store of releases does, beside the store of rollouts that it shares services with. */
export function releasesContract(
  name: string,
  underTest: () => { readonly store: RolloutStore; readonly releases: ReleaseStore },
): void {
  let store: RolloutStore;
  let releases: ReleaseStore;
  let serial = 0;
  let services: readonly [string, string];

  beforeEach(() => {
    ({ store, releases } = underTest());
    serial += 1;
    services = [`auth-${serial}`, `web-${serial}`];
  });

  const idOf = (number: number) => `checkout-${serial}-${number}`;
  const opening = (number = 1, members: readonly string[] = services): ReleaseOpened => ({
    ...{ type: 'ReleaseOpened', releaseId: idOf(number), release: `checkout-${serial}`, onFailure: 'rollBackAll' },
    ...{ requestedBy: 'ana', traceId: 'trace', executionArn: `arn:${idOf(number)}` },
    members: members.map((service) => ({ service, digest, after: [], needs: {}, unchanged: false })),
  });
  const open = async (number = 1, members: readonly string[] = services) => {
    const answer = await releases.open(opening(number, members), at);
    if (answer.outcome !== 'opened') throw new Error(answer.outcome);
    return answer.stored;
  };
  const rollout = (rolloutId: string, service: string, release?: string) =>
    store.open(rolloutId, openedEvent({ service, spec: oneStep, ...(release !== undefined && { release }) }), at);

  describe(`${name}: a release`, () => {
    test('takes all of its members, and is opened once', async () => {
      const stored = await open();

      expect(await releases.load(idOf(1))).toEqual(stored);
      expect(await releases.open(opening(), at)).toEqual({ outcome: 'opened', stored });
      expect(stored).toMatchObject({
        sequence: 1,
        state: { members: [{ standing: 'waiting' }, { standing: 'waiting' }] },
      });
      for (const service of services) expect((await store.service(service)).hold).toEqual({ releaseId: idOf(1) });
      expect(await releases.active()).toContain(idOf(1));
      expect(await releases.list(`checkout-${serial}`, 5)).toEqual([{ releaseId: idOf(1), openedAt: at }]);
    });

    test.each([
      ['a member is locked by a rollout', () => rollout(`r-${serial}`, services[1])],
      ['a member is held by another release', () => open(2, [services[1]])],
    ])('takes none where %s', async (_, before) => {
      await before();

      expect(await releases.open(opening(), at)).toEqual({ outcome: 'busy' });
      expect((await store.service(services[0])).hold).toBeUndefined();
      expect(await releases.load(idOf(1))).toBeUndefined();
      expect(await releases.active()).not.toContain(idOf(1));
    });

    test('keeps other rollouts out, names its own, and lets rollbacks through', async () => {
      await open();
      const [auth] = services;

      await expect(rollout(`other-${serial}`, auth)).rejects.toThrow();
      await expect(rollout(`other-${serial}`, auth, 'another-1')).rejects.toThrow();
      expect(await rollout(`own-${serial}`, auth, idOf(1))).toMatchObject({ outcome: 'opened' });
      expect((await store.service(auth)).hold).toEqual({ releaseId: idOf(1), rolloutId: `own-${serial}` });

      let stored = await store.load(`own-${serial}`);
      for (const event of [...toFinishing, succeeded]) {
        if (stored !== undefined) stored = await store.append(stored, [event], at);
      }
      const back = openedEvent({ service: auth, rollback: { to: 'kept', reason: 'by hand', of: `own-${serial}` } });
      expect(await store.open(`back-${serial}`, back, at)).toMatchObject({ outcome: 'opened' });
      expect((await store.service(auth)).hold).toEqual({ releaseId: idOf(1), rolloutId: `own-${serial}` });
    });

    test('a rollout of a release that holds nothing any more is refused', async () => {
      await expect(rollout(`late-${serial}`, services[0], idOf(1))).rejects.toThrow();
    });

    test('appends under its sequence alone, and keeps every event in order', async () => {
      const stored = await open();
      const [auth] = services;
      const next = await releases.append(
        stored,
        [
          { type: 'MemberHeld', service: auth, reason: 'a window' },
          { type: 'MemberBegun', service: auth, execution: 'rel-1' },
        ],
        at,
      );

      expect(next).toMatchObject({ sequence: 3, state: { members: [{ standing: 'begun', execution: 'rel-1' }, {}] } });
      expect(await releases.load(idOf(1))).toEqual(next);
      await expect(
        releases.append(stored, [{ type: 'MemberSkipped', service: auth, reason: 'web failed' }], at),
      ).rejects.toThrow(ConcurrentRelease);
      expect((await releases.events(idOf(1))).map(({ sequence, event }) => [sequence, event.type])).toEqual([
        [1, 'ReleaseOpened'],
        [2, 'MemberHeld'],
        [3, 'MemberBegun'],
      ]);
    });

    test('takes no event that is not possible as it stands', async () => {
      const stored = await open();
      const back = { type: 'MemberBack', service: services[0] } as const;

      await expect(releases.append(stored, [back], at)).rejects.toThrow(
        `Release ${idOf(1)} does not take MemberBack as it stands.`,
      );
      expect(await releases.load(idOf(1))).toEqual(stored);
    });

    test('lets its members go when it ends, and takes them again where it goes back', async () => {
      const ended = await releases.append(await open(), [{ type: 'ReleaseEnded', outcome: 'succeeded' }], at);

      for (const service of services) expect((await store.service(service)).hold).toBeUndefined();
      expect(await releases.active()).not.toContain(idOf(1));
      expect(await releases.list(`checkout-${serial}`, 5)).toEqual([
        { releaseId: idOf(1), openedAt: at, outcome: 'succeeded' },
      ]);

      const turn = { type: 'ReleaseTurned', direction: 'rollBackAll', by: 'ana', reason: 'broken' } as const;
      await releases.append(ended, [turn], at);
      for (const service of services) expect((await store.service(service)).hold).toEqual({ releaseId: idOf(1) });
      expect(await releases.active()).toContain(idOf(1));
    });

    test('does not go back while another release holds a member', async () => {
      const ended = await releases.append(await open(), [{ type: 'ReleaseEnded', outcome: 'succeeded' }], at);
      await open(2, [services[1]]);
      const turn = { type: 'ReleaseTurned', direction: 'rollBackAll', by: 'ana', reason: 'broken' } as const;

      await expect(releases.append(ended, [turn], at)).rejects.toThrow(ConcurrentRelease);
      expect((await store.service(services[0])).hold).toBeUndefined();
    });

    test('remembers what was announced', async () => {
      await open();
      expect(await releases.announcedUpTo(idOf(1))).toBe(0);
      await releases.markAnnounced(idOf(1), 1);
      expect(await releases.announcedUpTo(idOf(1))).toBe(1);
    });
  });
}
