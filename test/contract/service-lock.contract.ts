/* eslint-disable jest/no-export -- one suite, run on every store */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import { digestOf } from '../model/model-world.ts';
import { oneStep, succeeded, toFinishing } from './opened-event.ts';
import { type ServiceOnStore, serviceOn, type StoreUnderTest } from './service-on-store.ts';

const at = '2026-03-01T11:00:00.000Z';
const later = '2026-03-01T11:05:00.000Z';
const rejected = { type: 'RolloutRejected', reason: 'the tag does not match', results: [] } as const;

/** What every rollout store keeps of a service besides its rollouts: the lock, the former version, the request that waits. */
export function serviceLockContract(name: string, underTest: () => StoreUnderTest): void {
  let store: RolloutStore;
  let service: string;
  let idOf: ServiceOnStore['idOf'];
  let open: ServiceOnStore['open'];
  let finish: ServiceOnStore['finish'];
  let serial = 0;

  beforeEach(() => {
    ({ store } = underTest());
    service = `lock-${(serial += 1)}`;
    ({ idOf, open, finish } = serviceOn(store, service));
  });

  describe(`${name}: ending`, () => {
    test('in a rejection releases the lock and keeps no blue', async () => {
      await store.append(await open(), [rejected], at);

      expect(await store.service(service)).toEqual({ lockedBy: undefined, retention: undefined });
      expect(await open(2)).toMatchObject({ sequence: 1 });
    });

    test('in a success releases the lock and keeps blue, whatever it ran', async () => {
      await finish(1);

      expect(await store.service(service)).toEqual({
        lockedBy: undefined,
        retention: { rolloutId: idOf(1), slot: 'a', digest: digestOf('a'), keptUntil: '2026-03-02T11:00:00.000Z' },
      });
    });

    test('keeps a blue of which nobody knew what it ran', async () => {
      const stored = await open(1, { spec: oneStep, blueDigest: undefined });
      await store.append(stored, [...toFinishing, succeeded], at);
      const { retention } = await store.service(service);

      expect(retention).toMatchObject({ rolloutId: idOf(1), slot: 'a' });
      expect(retention?.digest).toBeUndefined();
    });

    test('leaves the lock of a later rollout alone', async () => {
      const first = await finish(1);
      await open(2);
      await store.append(first, [{ type: 'BlueScaledDown', count: 1 }], later);

      expect(await store.service(service)).toMatchObject({ lockedBy: idOf(2) });
    });

    test('keeps its former version until a newer rollout deploys to that slot', async () => {
      await finish(1);
      const second = await open(2, { spec: oneStep });
      expect(await store.service(service)).toMatchObject({ lockedBy: idOf(2), retention: { rolloutId: idOf(1) } });

      const deployed = toFinishing.findIndex(({ type }) => type === 'GreenDeployed') + 1;
      await store.append(second, toFinishing.slice(0, deployed), later);
      expect(await store.service(service)).toEqual({ lockedBy: idOf(2), retention: undefined });
    });

    test('keeps its former version where a newer rollout is rejected', async () => {
      await finish(1);
      await store.append(await open(2), [{ type: 'RolloutRejected', reason: 'no', results: [] }], later);

      expect(await store.service(service)).toMatchObject({ lockedBy: undefined, retention: { rolloutId: idOf(1) } });
    });
  });

  describe(`${name}: waiting`, () => {
    const waitingAt = (id: string, minute: number) => ({
      id,
      at: `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`,
      request: { service, image: `${id}-0000000`, requestedBy: 'ada' },
      behind: idOf(1),
      supersedes: false,
    });

    test('is for one request, and the newest takes the place of an older one', async () => {
      const [first, second] = [waitingAt('1', 1), waitingAt('2', 2)];

      expect(await store.putWaiting(first)).toEqual({});
      expect(await store.putWaiting(first)).toEqual({});
      expect(await store.putWaiting(second)).toEqual({ replaced: first });
      expect(await store.putWaiting(first)).toEqual({ refused: second });
      expect(await store.waiting(service)).toEqual(second);
    });

    test('ends for the request that waits, not for another', async () => {
      await store.putWaiting(waitingAt('2', 2));
      await store.endWaiting(service, '1');
      expect(await store.waiting(service)).toBeDefined();

      await store.endWaiting(service, '2');
      await store.endWaiting(service, '2');
      expect(await store.waiting(service)).toBeUndefined();
    });

    test('is forgotten by a person in the same way', async () => {
      const ends = { by: 'Ana', reason: 'not wanted', at, principal: 'arn:aws:iam::111122223333:user/ana' };
      await store.putWaiting(waitingAt('2', 2));
      expect(await store.cancelWaiting(service, '1', ends)).toBe(false);
      expect(await store.waiting(service)).toBeDefined();

      expect(await store.cancelWaiting(service, '2', ends)).toBe(true);
      expect(await store.cancelWaiting(service, '2', ends)).toBe(false);
      expect(await store.waiting(service)).toBeUndefined();
    });
  });

  describe(`${name}: retention`, () => {
    test('ends once, for the rollout that wrote it', async () => {
      await finish(1);

      expect(await store.endRetention(service, idOf(2))).toBe(false);
      expect(await store.endRetention(service, idOf(1))).toBe(true);
      expect(await store.endRetention(service, idOf(1))).toBe(false);
      expect(await store.service(service)).toMatchObject({ retention: undefined });
    });

    test('is not ended by hand while a rollout holds the lock', async () => {
      await finish(1);
      await open(2);

      expect(await store.endRetention(service, idOf(1))).toBe(false);
    });

    test('of a service that has none cannot be ended', async () => {
      expect(await store.endRetention(service, idOf(1))).toBe(false);
    });
  });
}
