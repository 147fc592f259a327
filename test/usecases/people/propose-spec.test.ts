import { beforeEach, describe, expect, test } from '@jest/globals';
import * as YAML from 'yaml';
import type { Caller } from '../../../lib/approval/caller.ts';
import { ConcurrentWrite, StaleWrite } from '../../../lib/ports/rollout-store.ts';
import { applySpec } from '../../../lib/usecases/people/apply-spec.ts';
import { StageKey } from '../../attestation/signed.ts';
import { MemoryRolloutStore } from '../../model/memory-rollout-store.ts';
import { minimalSpec } from '../../specification/example-spec.ts';

const user = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
const one = (name: string): Caller => ({ principal: user(name), standing: 'one', why: '' });
const shared = (session: string): Caller => ({
  principal: `arn:aws:sts::123456789012:assumed-role/Deploy/${session}`,
  standing: 'shared',
  why: 'the callers of role Deploy choose the names of their sessions',
});

const people = [
  { name: 'Ana', roles: ['tech-lead'], mail: 'ana@example.com', principals: [user('ana')] },
  { name: 'Ben', roles: ['qa'], mail: 'ben@example.com', principals: [user('ben')] },
  { name: 'Cleo', roles: ['qa'], mail: 'cleo@example.com', principals: [user('cleo')] },
];
const inForce = { people, required: ['tech-lead', 'qa'] };

/** The text of a spec with these approvals. */
const specWith = (approvals: object, more: object = {}) =>
  YAML.stringify({ ...YAML.parse(minimalSpec), ...more, approvals });

let store: MemoryRolloutStore;
let time: number;

beforeEach(async () => {
  store = new MemoryRolloutStore();
  time = Date.parse('2026-03-01T10:00:00.000Z');
  await apply(specWith(inForce), one('erin'));
});

const apply = (text: string, caller: Caller, as?: string) =>
  applySpec({ spec: text }, { as, user: 'laptop', caller }, { store, now: () => new Date(time) });
const version = async () => (await store.spec('web'))?.version;

/** Each way to switch approvals off, or to let others give them. */
const changes: readonly (readonly [string, object])[] = [
  ['without people', { people: [] }],
  ['that asks for no role', { ...inForce, required: [] }],
  ['that asks for one role less', { ...inForce, required: ['qa'] }],
  ['with another person', { ...inForce, people: [...people, { name: 'Eve', roles: ['tech-lead'] }] }],
  [
    'with another principal of a person',
    { ...inForce, people: [{ ...people[0], principals: [user('eve')] }, ...people.slice(1)] },
  ],
  ['that waits longer', { ...inForce, within: '48h' }],
  ['that believes unknown requesters', { ...inForce, unknownRequester: 'allow' }],
];

describe('a spec that changes who approves', () => {
  test.each(changes)('%s is not put in force by one person', async (_, approvals) => {
    for (const caller of [one('erin'), one('erin'), one('ana'), one('ana'), shared('ben'), shared('x')])
      await apply(specWith(approvals), caller, caller.standing === 'shared' ? 'Ben' : undefined);

    expect(await version()).toBe(1);
  });

  test.each(changes)('%s is in force with the approvals of the version before', async (_, approvals) => {
    expect(await apply(specWith(approvals), one('erin'))).toMatchObject({
      outcome: 'done',
      changed: false,
      version: 1,
      proposed: { by: expect.stringContaining(user('erin')), open: 'tech-lead, qa' },
    });
    expect(await apply(specWith(approvals), one('ana'))).toMatchObject({ by: 'Ana', proposed: { open: 'qa' } });
    expect(await apply(specWith(approvals), one('cleo'))).toMatchObject({ by: 'Cleo', changed: true, version: 2 });
    expect((await store.spec('web'))?.appliedBy).toBe(
      `laptop (by command of ${user('erin')}), approved by Ana (verified by AWS as ${user('ana')}), Cleo (verified by AWS as ${user('cleo')})`,
    );
  });

  test('is not approved by who proposed it, by a stranger, twice by one, or under the name of another', async () => {
    const next = specWith({ people: [] });
    await apply(next, one('ana'));

    expect(await apply(next, one('ana'))).toMatchObject({ outcome: 'done', proposed: { open: 'tech-lead, qa' } });
    expect(await apply(next, one('mallory'))).toMatchObject({ outcome: 'refused' });
    expect(await apply(next, one('mallory'), 'Ben')).toMatchObject({ outcome: 'refused' });
    expect(await apply(next, one('ben'), 'Ana')).toMatchObject({ outcome: 'refused' });
    expect(await apply(next, one('ben'))).toMatchObject({ outcome: 'done', proposed: { open: 'tech-lead' } });
    expect(await apply(next, one('ben'))).toMatchObject({ outcome: 'refused' });
    expect(await apply(next, one('cleo'))).toMatchObject({ outcome: 'refused' });
    expect(await version()).toBe(1);
  });

  test('needs one approval more where a role of several proposed it, and says why', async () => {
    const next = specWith({ people: [] });

    expect(await apply(next, shared('ci'))).toMatchObject({
      proposed: { open: 'tech-lead, qa and one more person', why: expect.stringContaining('role Deploy') },
    });
    await apply(next, one('ana'));
    expect(await apply(next, one('ben'))).toMatchObject({ proposed: { open: 'one more person' } });
    expect(await apply(next, one('cleo'))).toMatchObject({ changed: true });
  });

  test('of a role of several is refused where the version in force takes no unknown requester', async () => {
    store = new MemoryRolloutStore();
    await apply(specWith({ ...inForce, unknownRequester: 'refuse' }), one('erin'));

    expect(await apply(specWith({ people: [] }), shared('ci'))).toMatchObject({ outcome: 'refused' });
    expect(await store.specProposal('web')).toBeUndefined();
  });

  test('loses its approvals with any other change of the file, with its time, and with another version in force', async () => {
    const next = specWith({ people: [] });
    const begin = async () => {
      await apply(next, one('erin'));
      expect(await apply(next, one('ana'))).toMatchObject({ proposed: { open: 'qa' } });
    };
    await begin();
    expect(await apply(specWith({ people: [] }, { period: '120s' }), one('ben'))).toMatchObject({
      proposed: { open: 'tech-lead, qa' },
    });
    await begin();
    time += 24 * 3_600_000;
    expect(await apply(next, one('ben'))).toMatchObject({ proposed: { open: 'tech-lead, qa' } });
    await begin();
    expect(await apply(specWith(inForce, { period: '120s' }), one('erin'))).toMatchObject({ version: 2 });
    expect(await apply(next, one('ben'))).toMatchObject({ proposed: { open: 'tech-lead, qa' } });
    expect(await version()).toBe(2);
  });

  test('is applied at once where no approval is in force, as is any other change', async () => {
    expect(await apply(specWith(inForce, { period: '120s' }), one('erin'))).toMatchObject({
      version: 2,
      changed: true,
    });
    store = new MemoryRolloutStore();
    await apply(specWith({ people: [] }), one('erin'));
    expect(await apply(specWith(inForce), one('erin'))).toMatchObject({ version: 2, changed: true });
  });

  test('is in force although its last approval met specs of other services, at once or as it is applied again', async () => {
    const next = specWith({ people: [] });
    const putSpec = store.putSpec.bind(store);
    let meets = 1;
    store.putSpec = (...spec) => {
      meets -= 1;
      return meets < 0 ? putSpec(...spec) : Promise.reject(new ConcurrentWrite('Another spec was applied.'));
    };
    for (const name of ['erin', 'ana']) await apply(next, one(name));
    expect(await apply(next, one('cleo'))).toMatchObject({ changed: true, version: 2 });

    meets = 0;
    await apply(specWith(inForce), one('erin'));
    for (const name of ['erin', 'ana']) await apply(next, one(name));
    meets = 10;
    expect(await apply(next, one('cleo'))).toMatchObject({ outcome: 'refused' });
    expect((await store.specProposal('web'))?.given).toHaveLength(2);
    expect(await apply(next, one('erin'))).toMatchObject({ changed: true, version: 4 });
    expect((await store.spec('web'))?.appliedBy).toContain('approved by Ana');
  });

  test('is refused to who wrote at the same moment as another, and may be applied again', async () => {
    const next = specWith({ people: [] });
    await apply(next, one('erin'));
    const before = await store.specProposal('web');
    await apply(next, one('ana'));
    if (before === undefined) throw new Error('Nothing is proposed.');

    await expect(store.putSpecProposal({ ...before, revision: before.revision + 1 })).rejects.toBeInstanceOf(
      StaleWrite,
    );
    expect((await store.specProposal('web'))?.given).toHaveLength(1);
  });
});

describe('a spec that changes what another stage must have attested', () => {
  const key = new StageKey('staging').publicDer;
  const attested = { from: 'staging', keys: [{ key }] };
  const asking = (settings: object | undefined, more: object = {}) =>
    specWith(inForce, { ...(settings && { checks: { attested: settings } }), ...more });
  const waiver = { image: '412-9f8d111', by: 'Ana', reason: 'staging is down', until: '2026-12-01T00:00:00Z' };

  test('to ask for more needs nobody', async () => {
    expect(await apply(asking(attested), one('erin'))).toMatchObject({ outcome: 'done', changed: true });
  });

  test.each<[string, string]>([
    ['asks for none', asking(undefined)],
    ['asks another stage', asking({ ...attested, from: 'preview' })],
    ['trusts another key', asking({ ...attested, keys: [{ key: new StageKey('staging').publicDer }] })],
    ['only warns', asking({ ...attested, severity: 'warn' })],
    ['takes older ones', asking({ ...attested, notOlder: '90d' })],
    ['waives it for an image', asking(attested, { waivers: [{ ...waiver, check: 'attested' }] })],
  ])('one that %s is in force with the approvals of the version before', async (_, next) => {
    await apply(asking(attested), one('erin'));

    expect(await apply(next, one('erin'))).toMatchObject({ changed: false, proposed: { open: 'tech-lead, qa' } });
    await apply(next, one('ana'));
    expect(await apply(next, one('cleo'))).toMatchObject({ changed: true, version: 3 });
  });

  test('a waiver of another check needs nobody', async () => {
    const checks = { attested, dns: {} };
    await apply(specWith(inForce, { checks }), one('erin'));

    expect(
      await apply(specWith(inForce, { checks, waivers: [{ ...waiver, check: 'dns' }] }), one('erin')),
    ).toMatchObject({ changed: true });
  });
});
