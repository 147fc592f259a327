/* eslint-disable jest/no-export -- one suite, run on every store */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ConcurrentWrite, type RolloutStore, StaleWrite } from '../../lib/ports/rollout-store.ts';
import { heldPlaces } from '../../lib/drivers/shapes/held-places.ts';
import { digestOf, modelSpec } from '../model/model-world.ts';
import type { SpecProposal } from '../../lib/rollout/spec-proposal.ts';
import { openedEvent, toFinishing } from './opened-event.ts';
import { type ServiceOnStore, serviceOn, type StoreUnderTest } from './service-on-store.ts';

const at = '2026-03-01T11:00:00.000Z';
const later = '2026-03-01T11:05:00.000Z';
const rejected = { type: 'RolloutRejected', reason: 'the tag does not match', results: [] } as const;

/** How every rollout store keeps events, announcements and specs, and lists rollouts; on services of its own. */
export function rolloutRecordContract(name: string, underTest: () => StoreUnderTest): void {
  let store: RolloutStore;
  let claim: StoreUnderTest['claim'];
  let service: string;
  let idOf: ServiceOnStore['idOf'];
  let open: ServiceOnStore['open'];
  let serial = 0;

  beforeEach(() => {
    ({ store, claim } = underTest());
    service = `record-${(serial += 1)}`;
    ({ idOf, open } = serviceOn(store, service));
  });

  describe(`${name}: events and announcements`, () => {
    test('are read after a sequence, across pages of the record', async () => {
      let stored = await store.append(await open(1), toFinishing.slice(0, 6), at);
      const reason = 'x'.repeat(50_000);
      for (let look = 0; look < 30; look += 1) {
        const sample = {
          type: 'GreenAnalysed',
          step: 0,
          verdict: 'hold',
          reason,
          secondsLeft: look,
          gates: [],
        } as const;
        stored = await store.append(stored, [sample], later);
      }

      expect((await store.events(idOf(1), 0)).map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 37 }, (_, index) => index + 1),
      );
      expect((await store.events(idOf(1), 35)).map(({ sequence }) => sequence)).toEqual([36, 37]);
      expect((await store.events(idOf(1), 3, 2)).map(({ sequence }) => sequence)).toEqual([4, 5]);
      expect(await store.events(idOf(1), 37)).toEqual([]);
    });

    test('of a rollout that is not there are none', async () => {
      expect(await store.load('none')).toBeUndefined();
      expect(await store.events('none', 0)).toEqual([]);
      expect(await store.announcedUpTo('none')).toBe(0);
    });

    test('are marked as announced by whoever saw the mark last', async () => {
      await open();

      expect(await store.announcedUpTo(idOf(1))).toBe(0);
      expect(await store.markAnnounced(idOf(1), 0, 3)).toBe(true);
      expect(await store.markAnnounced(idOf(1), 0, 2)).toBe(false);
      expect(await store.markAnnounced(idOf(1), 2, 5)).toBe(false);
      expect(await store.markAnnounced(idOf(1), 4, 5)).toBe(false);
      expect(await store.announcedUpTo(idOf(1))).toBe(3);
      expect(await store.markAnnounced(idOf(1), 3, 4)).toBe(true);
      expect(await store.announcedUpTo(idOf(1))).toBe(4);
    });

    test('the mark is not among the events, and moves without a right to the rollout', async () => {
      await open();
      await claim(idOf(1));
      await store.markAnnounced(idOf(1), 0, 1);

      expect(await store.events(idOf(1), 0)).toHaveLength(1);
    });
  });

  describe(`${name}: unsettled rollouts`, () => {
    const entryOf = async () => (await store.unsettled()).find(({ rolloutId }) => rolloutId === idOf(1));

    test('are listed from their opening on, and again by whatever is recorded at their end or later', async () => {
      const opened = await open();
      const entry = await entryOf();
      expect(entry).toEqual({ rolloutId: idOf(1), sequence: 1 });

      const checked = await store.append(opened, [{ type: 'PreChecksPassed', results: [] }], at);
      expect(await entryOf()).toEqual(entry);
      const ended = await store.append(checked, [{ type: 'RollbackRequested', reason: 'why', by: 'a test' }], at);
      expect(await entryOf()).toEqual(entry);
      const closed = await store.append(ended, [{ type: 'RolledBack', reason: 'why' }], later);
      expect(await entryOf()).toEqual({ rolloutId: idOf(1), sequence: closed.sequence });
    });

    test('are put off only as they were read, and until something is recorded', async () => {
      const ended = await store.append(await open(), [rejected], at);
      expect(await store.putOff({ rolloutId: idOf(1), sequence: 1 }, later)).toBe(false);
      expect(await store.putOff({ rolloutId: idOf(1), sequence: 2 }, later)).toBe(true);
      expect(await entryOf()).toEqual({ rolloutId: idOf(1), sequence: 2, notBefore: later });
      await store.append(ended, [{ type: 'WeightsAsRecorded' }], later);
      expect(await entryOf()).toEqual({ rolloutId: idOf(1), sequence: 3 });
    });

    test('are taken off the list only as they were read', async () => {
      await store.append(await open(), [rejected], at);
      expect(await store.settle({ rolloutId: idOf(1), sequence: 1 })).toBe(false);
      expect(await store.settle({ rolloutId: idOf(1), sequence: 2 })).toBe(true);
      expect(await entryOf()).toBeUndefined();
      expect(await store.settle({ rolloutId: idOf(1), sequence: 2 })).toBe(false);
    });
  });

  describe(`${name}: specs`, () => {
    const specOf = (repository: string) => modelSpec({ service, image: { repository } });

    test('grow by one version each time', async () => {
      const repository = `shop/${service}`;
      expect(await store.spec(service)).toBeUndefined();
      expect(await store.putSpec(specOf(repository), 'Ann', at)).toEqual({
        version: 1,
        spec: specOf(repository),
        appliedBy: 'Ann',
        appliedAt: at,
      });
      const second = await store.putSpec(specOf(repository), 'Bob', later);

      expect(second).toMatchObject({ version: 2, appliedBy: 'Bob' });
      expect(await store.spec(service)).toEqual(second);
    });

    test('are all kept, and listed newest first', async () => {
      const repository = `shop/${service}`;
      const applied = [];
      for (const person of ['Ann', 'Bob', 'Cid']) applied.push(await store.putSpec(specOf(repository), person, at));

      expect(await store.specVersions(service, 10)).toEqual(applied.toReversed());
      expect(await store.specVersions(service, 2)).toEqual(applied.toReversed().slice(0, 2));
      expect(await store.specVersion(service, 2)).toEqual(applied[1]);
      expect(await store.specVersion(service, 4)).toBeUndefined();
      expect(await store.specVersions(`${service}-none`, 10)).toEqual([]);
    });

    test('say which services take their image from a repository', async () => {
      const repository = `shared/${service}`;
      const other = `other-${service}`;
      await store.putSpec(specOf(repository), 'Ann', at);
      await store.putSpec(modelSpec({ service: other, image: { repository } }), 'Ann', at);

      expect(await store.servicesOf(repository)).toEqual([other, service]);
      expect(await store.servicesOf(`${repository}x`)).toEqual([]);
    });

    test('move their subscription with the repository', async () => {
      await store.putSpec(specOf(`old/${service}`), 'Ann', at);
      await store.putSpec(specOf(`new/${service}`), 'Ann', at);

      expect(await store.servicesOf(`old/${service}`)).toEqual([]);
      expect(await store.servicesOf(`new/${service}`)).toEqual([service]);
    });

    test('that follow a version are refused where another one is in force', async () => {
      await store.putSpec(specOf(`first/${service}`), 'Ann', at, 0);

      for (const follows of [0, 2])
        await expect(store.putSpec(specOf(`other/${service}`), 'Bob', later, follows)).rejects.toThrow(
          `The spec of ${service} was applied by another person`,
        );
      await expect(store.putSpec(specOf(`other/${service}`), 'Bob', later, 0)).rejects.toBeInstanceOf(StaleWrite);
      expect(await store.spec(service)).toMatchObject({ version: 1, appliedBy: 'Ann' });
      expect(await store.putSpec(specOf(`other/${service}`), 'Bob', later, 1)).toMatchObject({ version: 2 });
    });

    test('say what they hold, and are refused where a spec of another service was stored since', async () => {
      const other = `other-${service}`;
      const before = await store.holders();
      expect(before.holders.map((one) => one.service)).not.toContain(service);
      const spec = modelSpec({ service });
      await store.putSpec(spec, 'Ann', at, 0, before.revision);

      const late = store.putSpec(modelSpec({ service: other }), 'Bob', at, 0, before.revision);
      await expect(late).rejects.toBeInstanceOf(ConcurrentWrite);
      expect(await store.spec(other)).toBeUndefined();
      const after = await store.holders();
      expect(after.revision).toBeGreaterThan(before.revision);
      expect(after.holders.find((one) => one.service === service)?.holds).toEqual([...heldPlaces(spec).keys()]);
      await store.putSpec(modelSpec({ service: other }), 'Bob', at, 0, after.revision);
    });

    test('of several services at the same moment: one of those that judged by the same revision is stored', async () => {
      const { revision } = await store.holders();
      const results = await Promise.allSettled(
        ['a', 'b', 'c'].map((name) =>
          store.putSpec(modelSpec({ service: `${name}-${service}` }), 'Ann', at, 0, revision),
        ),
      );

      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('that wait for approval are kept apart, one a service, each revision over the one before', async () => {
      const { spec, version } = await store.putSpec(specOf(`first/${service}`), 'Ann', at);
      expect(await store.specProposal(service)).toBeUndefined();
      const first: SpecProposal = {
        spec: specOf(`next/${service}`),
        follows: version,
        requestedBy: 'Bob',
        proposedBy: 'Bob (by command)',
        at,
        until: later,
        given: [],
        revision: 1,
      };
      const given = [{ name: 'Ann', roles: ['qa'], how: 'command', at, principal: 'arn:aws:iam::1:user/ann' }] as const;

      await expect(store.putSpecProposal({ ...first, revision: 2 })).rejects.toBeInstanceOf(StaleWrite);
      await store.putSpecProposal(first);
      await expect(store.putSpecProposal(first)).rejects.toBeInstanceOf(StaleWrite);
      await store.putSpecProposal({ ...first, given, revision: 2 });

      expect(await store.specProposal(service)).toEqual({ ...first, given, revision: 2 });
      expect(await store.spec(service)).toMatchObject({ version, spec });
      expect(await store.specVersions(service, 10)).toHaveLength(1);
    });

    test('applied by several at the same moment get versions of their own, or are refused and can be tried again', async () => {
      const people = ['Ann', 'Bob', 'Cid', 'Dee'];
      const results = await Promise.allSettled(
        people.map((person) => store.putSpec(specOf(`${person.toLowerCase()}/${service}`), person, at)),
      );
      const applied = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const refusals = results.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
      const versions = applied.map(({ version }) => version).sort();
      const current = await store.spec(service);
      const subscribed = await Promise.all(people.map((one) => store.servicesOf(`${one.toLowerCase()}/${service}`)));

      expect(versions).toEqual(versions.map((_, index) => index + 1));
      expect(refusals.filter((one) => !(one instanceof StaleWrite))).toEqual([]);
      expect(current).toEqual(applied.find(({ version }) => version === versions.length));
      expect(subscribed.flat()).toEqual([service]);
      expect(await store.specVersions(service, 10)).toEqual(
        applied.toSorted((left, right) => right.version - left.version),
      );
    });
  });

  describe(`${name}: the newest events`, () => {
    test('come in order, at most so many, and of no other rollout', async () => {
      await store.append(await open(1), [rejected], at);
      await open(2);

      expect((await store.newestEvents(idOf(1), 1)).map(({ sequence }) => sequence)).toEqual([2]);
      expect((await store.newestEvents(idOf(1), 5)).map(({ sequence }) => sequence)).toEqual([1, 2]);
      expect(await store.newestEvents(idOf(9), 5)).toEqual([]);
    });
  });

  describe(`${name}: listing`, () => {
    test('tells the newest first, with where they stand, up to a number', async () => {
      await store.append(await open(1), [rejected], at);
      await store.append(await open(2), [rejected], at);
      await open(3, { image: { ...openedEvent().image, tag: undefined } });
      const list = await store.list(service, 2);
      const runs = { blue: 'a', blueTaskDefinition: 'web:1' };

      expect(list).toEqual([
        { rolloutId: idOf(3), phase: 'checking', image: digestOf('b'), digest: digestOf('b'), openedAt: at, runs },
        { rolloutId: idOf(2), phase: 'rejected', image: '412-9f8d111', digest: digestOf('b'), openedAt: at, runs },
      ]);
    });

    test('of a service without rollouts is empty', async () => {
      expect(await store.list(service, 5)).toEqual([]);
    });

    test('holds no rollout of a service whose name begins the same', async () => {
      await store.open(`${service}-x-1`, openedEvent({ service: `${service}-x` }), at);

      expect(await store.list(service, 5)).toEqual([]);
    });
  });
}
