import { beforeEach, describe, expect, test } from '@jest/globals';
import * as YAML from 'yaml';
import * as z from 'zod';
import type { Caller } from '../../../lib/approval/caller.ts';
import type { StoredSpec } from '../../../lib/ports/rollout-store.ts';
import type { RolloutEvent } from '../../../lib/rollout/events.ts';
import { applySpec } from '../../../lib/usecases/people/apply-spec.ts';
import { oneStep, openedEvent, succeeded, toFinishing } from '../../contract/opened-event.ts';
import { MemoryRolloutStore } from '../../model/memory-rollout-store.ts';
import { minimalSpec } from '../../specification/example-spec.ts';

const erin: Caller = { principal: 'arn:aws:iam::123456789012:user/erin', standing: 'one', why: '' };
const ana: Caller = { ...erin, principal: 'arn:aws:iam::123456789012:user/ana' };
const people = [{ name: 'Ana', roles: ['qa'], principals: ['arn:aws:iam::123456789012:user/ana'] }];
const guarded = { people, required: ['qa'] };
const elb = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';

const example = z
  .looseObject({
    slots: z.looseObject({ a: z.unknown(), b: z.unknown() }),
    traffic: z.array(z.unknown()),
  })
  .parse(YAML.parse(minimalSpec));

/** The example's service, or another one with places of its own. */
const specOf = (service: string, more: object = {}) =>
  YAML.stringify({ ...example, service, ...(service !== 'web' && ownPlaces(service)), ...more });

function ownPlaces(service: string) {
  const id = Buffer.from(service).toString('hex');
  const slot = (name: string, end: string) => ({
    service: `${service}-${name}`,
    targetGroup: `${elb}:targetgroup/${service}-${name}/${id}${end}`,
  });
  const rule = `${elb}:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/${id}`;
  return { slots: { a: slot('a', '0a'), b: slot('b', '0b') }, traffic: [{ rule }] };
}

let store: MemoryRolloutStore;

beforeEach(() => {
  store = new MemoryRolloutStore();
});

const apply = (text: string, world: MemoryRolloutStore = store, caller: Caller = erin) =>
  applySpec({ spec: text }, { user: 'laptop', caller }, { store: world, now: () => new Date('2026-03-01') });
const placesOfWeb = { slots: example.slots, traffic: example.traffic };

describe('a spec that names what the spec in force of another service names', () => {
  beforeEach(async () => {
    await apply(specOf('web', { approvals: guarded }));
  });

  test('is refused, names the other service, and says what to do', async () => {
    const answer = await apply(specOf('evil', { ...placesOfWeb, approvals: { people: [] } }));

    expect(answer).toEqual({ outcome: 'refused', reason: expect.stringContaining('The spec of web in force names') });
    expect(answer).toMatchObject({ reason: expect.stringContaining('first apply a spec of web that names something') });
    expect(await store.spec('evil')).toBeUndefined();
  });

  test('is refused for one slot alone, and for one rule alone', async () => {
    const { slots, traffic } = ownPlaces('evil');
    const half = { slots: { ...slots, b: example.slots.b }, traffic };

    expect(await apply(specOf('evil', { traffic: example.traffic }))).toMatchObject({ outcome: 'refused' });
    expect(await apply(specOf('evil', half))).toMatchObject({ outcome: 'refused' });
  });

  test('is refused as a later version, and where it also changes who approves', async () => {
    await apply(specOf('evil', { approvals: guarded }));

    expect(await apply(specOf('evil', { ...placesOfWeb, approvals: guarded }))).toMatchObject({ outcome: 'refused' });
    expect(await apply(specOf('evil', placesOfWeb))).toMatchObject({ outcome: 'refused' });
    expect(await store.specProposal('evil')).toBeUndefined();
  });

  test('is taken once the other service names something else, and its people have approved that', async () => {
    const moved = specOf('web', { ...ownPlaces('old'), approvals: guarded });

    expect(await apply(moved)).toMatchObject({ changed: false, proposed: { open: 'qa' } });
    expect(await apply(specOf('shop', placesOfWeb))).toMatchObject({ outcome: 'refused' });
    expect(await apply(moved, store, ana)).toMatchObject({ changed: true });
    expect(await apply(specOf('shop', placesOfWeb))).toMatchObject({ outcome: 'done', changed: true });
  });

  test.each<[string, object]>([
    ['its rule', { traffic: ownPlaces('old').traffic }],
    ['one of its slots', { slots: { ...example.slots, a: ownPlaces('old').slots.a } }],
  ])('is not let in by a spec of the other service that lets go of %s alone', async (_, less) => {
    expect(await apply(specOf('web', { ...less, approvals: guarded }))).toMatchObject({ proposed: { open: 'qa' } });

    expect(await apply(specOf('evil', { ...placesOfWeb, approvals: { people: [] } }))).toMatchObject({
      outcome: 'refused',
    });
    expect((await store.spec('web'))?.version).toBe(1);
  });

  test('asks nobody where the other service has no role that must approve, or only names more', async () => {
    const another = { rule: `${elb}:listener-rule/app/public/50dc6c495c0c9188/f2f7dc8efc522ab2/00000000000000ff` };
    const more = { traffic: [...example.traffic, another] };
    expect(await apply(specOf('web', { ...more, approvals: guarded }))).toMatchObject({ changed: true });

    await apply(specOf('free'));
    expect(await apply(specOf('free', ownPlaces('old')))).toMatchObject({ changed: true });
  });

  test('does not keep services of the same balancer and cluster from theirs', async () => {
    for (const service of ['api', 'cart']) expect(await apply(specOf(service))).toMatchObject({ changed: true });
  });
});

describe('what a rollout of another service goes on with, though its newest spec has let go of it', () => {
  const at = '2026-03-01T11:00:00.000Z';

  beforeEach(async () => {
    await apply(specOf('web'));
    const { spec } = (await store.spec('web')) ?? {};
    if (spec === undefined) throw new Error('no spec of web is in force');
    await store.open('web-1', openedEvent({ spec: { ...spec, steps: oneStep.steps } }), at);
    await apply(specOf('web', ownPlaces('new')));
  });

  const takes = () => apply(specOf('shop', placesOfWeb));
  const goesOn = async (...events: readonly RolloutEvent[]) => {
    const from = await store.load('web-1');
    if (from === undefined) throw new Error('no rollout is open');
    await store.append(from, events, at);
  };

  test('is refused while it runs, with its id, and taken once it has ended', async () => {
    expect(await takes()).toEqual({
      outcome: 'refused',
      reason: expect.stringMatching(
        /^Rollout web-1 of web, which is under way, names .* wait until rollout web-1 has ended\.$/,
      ),
    });

    await goesOn({ type: 'RolloutRejected', reason: 'why', results: [] });
    expect(await takes()).toMatchObject({ outcome: 'done', changed: true });
  });

  test('is refused while the version before it is kept, and taken once that is removed', async () => {
    await goesOn(...toFinishing);
    await goesOn(succeeded);
    expect(await takes()).toEqual({
      outcome: 'refused',
      reason: expect.stringContaining(
        'The version of web that rollout web-1 keeps until 2026-03-02T11:00:00.000Z names',
      ),
    });

    await store.endRetention('web', 'web-1');
    expect(await takes()).toMatchObject({ outcome: 'done', changed: true });
  });

  test('does not keep the service itself from it, nor others from what it does not name', async () => {
    expect(await apply(specOf('web'))).toMatchObject({ outcome: 'done', changed: true });
    expect(await apply(specOf('api'))).toMatchObject({ outcome: 'done', changed: true });
  });

  test('is not taken where the rollout cannot be read', async () => {
    store.load = () => Promise.reject(new Error('The table does not answer.'));

    await expect(takes()).rejects.toThrow('The table does not answer.');
    expect(await store.spec('shop')).toBeUndefined();
  });
});

/** Tells of what is in force only when so many have asked: each of them judges by the same. */
class Together extends MemoryRolloutStore {
  #asked = 0;
  readonly #begin = Promise.withResolvers<undefined>();
  readonly #many: number;

  constructor(many: number) {
    super();
    this.#many = many;
  }

  override async holders() {
    const holders = await super.holders();
    this.#asked += 1;
    if (this.#asked >= this.#many) this.#begin.resolve(undefined);
    await this.#begin.promise;
    return holders;
  }
}

describe('specs that are applied at the same moment', () => {
  test('with the same rule are not both in force', async () => {
    const together = new Together(2);
    const answers = await Promise.all([apply(specOf('web'), together), apply(specOf('evil', placesOfWeb), together)]);

    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['done', 'refused']);
    expect(await together.services()).toHaveLength(1);
  });

  test('with places of their own are all in force', async () => {
    const together = new Together(6);
    const services = ['api', 'cart', 'home', 'pay', 'search', 'web'];
    const answers = await Promise.all(services.map((service) => apply(specOf(service), together)));

    expect(answers.map(({ outcome }) => outcome)).toEqual(services.map(() => 'done'));
    const versions: (StoredSpec | undefined)[] = await Promise.all(services.map((name) => together.spec(name)));
    expect(versions.map((stored) => stored?.version)).toEqual(services.map(() => 1));
  });
});
