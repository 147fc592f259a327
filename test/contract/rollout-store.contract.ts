/* eslint-disable jest/no-export -- one suite, run on every store */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type RolloutStore, StaleWrite } from '../../lib/ports/rollout-store.ts';
import { IllegalTransition } from '../../lib/rollout/rule-book.ts';
import { oneStep, openedEvent, succeeded, toFinishing } from './opened-event.ts';
import { type ServiceOnStore, serviceOn, type StoreUnderTest } from './service-on-store.ts';

const at = '2026-03-01T11:00:00.000Z';
const later = '2026-03-01T11:05:00.000Z';
const checked = { type: 'PreChecksPassed', results: [] } as const;
const rejected = { type: 'RolloutRejected', reason: 'the tag does not match', results: [] } as const;

/** What every rollout store does; each test works on services of its own, so that one store can serve them all. */
export function rolloutStoreContract(name: string, underTest: () => StoreUnderTest): void {
  let store: RolloutStore;
  let claim: StoreUnderTest['claim'];
  let service: string;
  let idOf: ServiceOnStore['idOf'];
  let open: ServiceOnStore['open'];
  let finish: ServiceOnStore['finish'];
  let serial = 0;

  beforeEach(() => {
    ({ store, claim } = underTest());
    service = `web-${(serial += 1)}`;
    ({ idOf, open, finish } = serviceOn(store, service));
  });

  describe(`${name}: opening`, () => {
    test('takes the lock and keeps the opening as event 1', async () => {
      const stored = await open();

      expect(stored).toMatchObject({ sequence: 1, fence: 1, state: { phase: 'checking', service, weight: 0 } });
      expect(await store.load(idOf(1))).toEqual(stored);
      expect(await store.service(service)).toEqual({ lockedBy: idOf(1), retention: undefined });
      expect(await store.events(idOf(1), 0)).toEqual([
        expect.objectContaining({ rolloutId: idOf(1), sequence: 1, at, event: openedEvent({ service }) }),
      ]);
    });

    test('of a return to the kept version needs that very retention, and leaves it until green is deployed', async () => {
      await finish(1);
      const rollback = (of: string) => ({ rollback: { to: 'kept', reason: 'why', of } as const });

      await expect(open(2, rollback(idOf(9)))).rejects.toThrow('open this one again');
      expect(await store.load(idOf(2))).toBeUndefined();
      expect(await store.service(service)).toMatchObject({ lockedBy: undefined, retention: { rolloutId: idOf(1) } });

      await open(3, rollback(idOf(1)));
      expect(await store.service(service)).toMatchObject({ lockedBy: idOf(3), retention: { rolloutId: idOf(1) } });
    });

    test('twice returns the same rollout as it is by then', async () => {
      const moved = await store.append(await open(), [checked], at);

      expect(await open()).toEqual(moved);
      expect(await store.events(idOf(1), 0)).toHaveLength(2);
    });

    test('twice at the same moment opens one rollout for both', async () => {
      const [first, second] = await Promise.all([open(), open()]);

      expect(first).toEqual(second);
      expect(await store.events(idOf(1), 0)).toHaveLength(1);
    });

    test('of a second rollout of the service is refused with the first one named, and leaves nothing', async () => {
      await open(1);

      expect(await store.open(idOf(2), openedEvent({ service }), at)).toEqual({ outcome: 'busy', lockedBy: idOf(1) });
      expect(await store.load(idOf(2))).toBeUndefined();
      expect(await store.events(idOf(2), 0)).toEqual([]);
      expect(await store.list(service, 10)).toHaveLength(1);
    });

    test('of several rollouts at the same moment lets one through', async () => {
      const results = await Promise.all(
        [1, 2, 3, 4].map((number) => store.open(idOf(number), openedEvent({ service }), at)),
      );
      const { lockedBy } = await store.service(service);

      expect(results.map(({ outcome }) => outcome).sort()).toEqual(['busy', 'busy', 'busy', 'opened']);
      expect(results.filter(({ outcome }) => outcome === 'busy')).toEqual(
        Array.from({ length: 3 }, () => ({ outcome: 'busy', lockedBy })),
      );
    });

    test('of another service is not in the way', async () => {
      await open();

      expect(await store.open(`other-${idOf(1)}`, openedEvent({ service: `other-${service}` }), at)).toMatchObject({
        outcome: 'opened',
      });
    });
  });

  describe(`${name}: appending`, () => {
    test('moves state and sequence, and keeps the fence', async () => {
      const moved = await store.append(await open(), [checked], later);

      expect(moved).toMatchObject({ sequence: 2, fence: 1, state: { phase: 'provisioning' } });
      expect(await store.load(idOf(1))).toEqual(moved);
    });

    test('several events keeps them in sequence, at one time', async () => {
      await store.append(await open(1, { spec: oneStep }), toFinishing, later);
      const events = await store.events(idOf(1), 0);

      expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(events.slice(1).map(({ event }) => event)).toEqual(toFinishing);
      expect(new Set(events.slice(1).map((event) => event.at))).toEqual(new Set([later]));
    });

    test('after an event that the writer has not seen is refused and writes nothing', async () => {
      const seen = await open();
      const moved = await store.append(seen, [checked], at);

      await expect(store.append(seen, [rejected], at)).rejects.toBeInstanceOf(StaleWrite);
      expect(await store.load(idOf(1))).toEqual(moved);
      expect(await store.events(idOf(1), 0)).toHaveLength(2);
      expect(await store.service(service)).toMatchObject({ lockedBy: idOf(1) });
    });

    test('by an owner who was taken over is refused and writes nothing', async () => {
      const seen = await open();
      await claim(idOf(1));

      await expect(store.append(seen, [rejected], at)).rejects.toThrow(StaleWrite);
      expect(await store.load(idOf(1))).toMatchObject({ ...seen, fence: 2 });
      expect(await store.events(idOf(1), 0)).toHaveLength(1);
      expect(await store.service(service)).toMatchObject({ lockedBy: idOf(1) });
    });

    test('by whoever took nothing over, but wrote second, may be tried again', async () => {
      const seen = await open();
      await store.append(seen, [checked], at);

      await expect(store.append(seen, [checked], at)).rejects.toMatchObject({ name: 'ConcurrentWrite' });
    });

    test('keeps who claimed it', async () => {
      await open();
      await claim(idOf(1));
      const taken = await store.load(idOf(1));
      if (taken === undefined) throw new Error('the rollout is gone');
      await store.append(taken, [checked], at);

      expect(taken.claimedBy).toEqual(expect.any(String));
      expect(await store.load(idOf(1))).toMatchObject({ claimedBy: taken.claimedBy });
    });

    test('by the one who took over goes on', async () => {
      await open();
      await claim(idOf(1));
      const taken = await store.load(idOf(1));
      if (taken === undefined) throw new Error('the rollout is gone');

      expect(await store.append(taken, [checked], at)).toMatchObject({ sequence: 2, fence: 2 });
    });

    test('by several at the same moment lets one through', async () => {
      const seen = await open();
      const results = await Promise.allSettled([1, 2, 3].map(() => store.append(seen, [checked], at)));
      const refused = results.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));

      expect(refused).toHaveLength(2);
      expect(await store.load(idOf(1))).toMatchObject({ sequence: 2 });
      expect(await store.events(idOf(1), 0)).toHaveLength(2);
    });

    test('of events of which one is illegal keeps none of them', async () => {
      const stored = await open();

      await expect(store.append(stored, [checked, succeeded], at)).rejects.toThrow(IllegalTransition);
      expect(await store.load(idOf(1))).toEqual(stored);
      expect(await store.events(idOf(1), 0)).toHaveLength(1);
    });

    test.each([
      ['text of any script', 'naïve 日本語 العربية 👩‍👩‍👧‍👦 \u0000 \u202e \r\n\t" \\ </script> {{$.x}} ${y}'],
      ['half of a surrogate pair', '\ud83d'],
      ['a reason of 100,000 characters', 'ü'.repeat(100_000)],
    ])('keeps %s as it is', async (_, reason) => {
      const ended = await store.append(await open(), [{ ...rejected, reason }], at);

      expect(await store.load(idOf(1))).toEqual(ended);
      expect(ended.state.reason).toBe(reason);
      expect((await store.events(idOf(1), 1))[0]?.event).toEqual({ ...rejected, reason });
    });
  });

  describe(`${name}: maintenance`, () => {
    const who = { by: 'Ana', how: 'command', reason: 'the database is moved' } as const;
    const record = { ...who, wanted: 'on', at, since: at, standing: 'ordered', listeners: ['listener'] } as const;

    test('is known as it was written last, and keeps rollouts from their steps until it is ended', async () => {
      expect(await store.maintenance(service)).toBeUndefined();
      const first = await store.putMaintenance(service, record, undefined);
      expect(await store.maintenance(service)).toEqual(first);
      expect(await store.maintained()).toContain(service);
      expect(await store.stops(service)).toEqual({ stops: [], maintenance: { by: 'Ana', reason: who.reason, at } });
      const second = await store.putMaintenance(service, { ...record, at: later, wanted: 'off' }, first);
      expect((await store.stops(service)).maintenance).toBeUndefined();
      expect(await store.maintained()).toContain(service);
      await store.putMaintenance(service, { ...second.record, standing: 'down' }, second);
      expect(await store.maintained()).not.toContain(service);
    });

    test('is not written over by somebody who has not seen the newest order', async () => {
      const first = await store.putMaintenance(service, record, undefined);
      await store.putMaintenance(service, { ...record, wanted: 'off' }, first);
      await expect(store.putMaintenance(service, record, first)).rejects.toThrow(StaleWrite);
      await expect(store.putMaintenance(service, record, undefined)).rejects.toThrow(StaleWrite);
    });
  });

  describe(`${name}: planned work`, () => {
    const plan = () => ({ of: 'one', service, image: '412', requestedBy: 'Ana', startsAt: later, toldIn: idOf(1) });
    const own = async () => (await store.plannedWorks()).filter(({ work }) => work.service === service);

    test('is known as it was written last, until it is over', async () => {
      const first = await store.putPlannedWork({ ...plan(), endsAt: later }, undefined);
      expect(await own()).toEqual([first]);
      const second = await store.putPlannedWork({ ...plan(), image: '413' }, first);
      await store.endPlannedWork(first);
      expect(await own()).toEqual([second]);
      await store.endPlannedWork(second);
      await store.endPlannedWork(second);
      expect(await own()).toEqual([]);
    });

    test('is not written over by somebody who has not seen the newest', async () => {
      const first = await store.putPlannedWork(plan(), undefined);
      await store.putPlannedWork({ ...plan(), image: '413' }, first);
      await expect(store.putPlannedWork(plan(), first)).rejects.toThrow(StaleWrite);
      await expect(store.putPlannedWork(plan(), undefined)).rejects.toThrow(StaleWrite);
    });
  });

  describe(`${name}: stops`, () => {
    const stop = { by: 'Ada', reason: 'the database is moved', at };

    test('of a service and of all are known for the service, and for no other', async () => {
      await store.putStop({ service }, stop);
      await store.putStop({}, { ...stop, until: later });

      expect((await store.stops(service)).stops).toEqual([
        { ...stop, until: later },
        { ...stop, service },
      ]);
      expect((await store.stops(`other-${service}`)).stops).toEqual([{ ...stop, until: later }]);
      expect(await store.endStop({}, stop)).toBe(true);
    });

    test('end once, and may begin again', async () => {
      await store.putStop({ service }, stop);
      expect(await store.endStop({ service }, { ...stop, at: later })).toBe(true);
      expect(await store.endStop({ service }, { ...stop, at: later })).toBe(false);
      expect(await store.stops(service)).toEqual({ stops: [] });

      await store.putStop({ service }, { ...stop, at: later });
      expect(await store.stops(service)).toEqual({ stops: [{ ...stop, at: later, service }] });
    });
  });
  describe(`${name}: attestations`, () => {
    const digest = `sha256:${'4f'.repeat(32)}`;
    const first = { revision: 1, attestations: [{ envelope: '{}', by: 'Ada', at }] };

    test('are kept for an image of a service, and for no other', async () => {
      expect(await store.attested(service, digest)).toEqual({ revision: 0, attestations: [] });
      await store.putAttested(service, digest, first);

      expect(await store.attested(service, digest)).toEqual(first);
      expect(await store.attested(`other-${service}`, digest)).toMatchObject({ revision: 0 });
      expect(await store.attested(service, `sha256:${'00'.repeat(32)}`)).toMatchObject({ revision: 0 });
    });

    test('are written over the revision before, and over no other', async () => {
      await store.putAttested(service, digest, first);
      const second = { revision: 2, attestations: [...first.attestations, ...first.attestations] };

      await expect(store.putAttested(service, digest, first)).rejects.toThrow(StaleWrite);
      await store.putAttested(service, digest, second);
      await expect(store.putAttested(service, digest, second)).rejects.toThrow(StaleWrite);
      expect(await store.attested(service, digest)).toEqual(second);
    });
  });
}
