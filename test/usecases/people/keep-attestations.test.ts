import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Attestation } from '../../../lib/attestation/statement.ts';
import type { Caller } from '../../../lib/approval/caller.ts';
import { StaleWrite } from '../../../lib/ports/rollout-store.ts';
import { keepAttestations } from '../../../lib/usecases/people/keep-attestations.ts';
import { StageKey } from '../../attestation/signed.ts';
import { MemoryRolloutStore } from '../../model/memory-rollout-store.ts';
import { digestOf, modelSpec } from '../../model/model-world.ts';

const staging = new StageKey('staging');
const pipeline = new StageKey('staging:integration');
const settings = {
  from: 'staging',
  keys: [{ key: staging.publicDer }, { key: pipeline.publicDer, kinds: ['integration'] }],
};
const now = () => new Date('2026-03-01T10:00:00.000Z');
const digest = digestOf('b');
const ci: Caller = { standing: 'shared', principal: 'arn:aws:sts::111122223333:assumed-role/ci/x', why: 'role ci' };

let store: MemoryRolloutStore;
beforeEach(async () => {
  store = new MemoryRolloutStore();
  await store.putSpec(modelSpec({ checks: { attested: settings } }), 'a test', now().toISOString());
});

const by = (key: StageKey, said: Partial<Attestation> = {}) =>
  key.attest({ digest, finishedAt: '2026-03-01T08:00:00.000Z', issuer: 'ci', ...said });
const keep = (...envelopes: readonly string[]) =>
  keepAttestations(
    { service: 'web', envelopes: [...envelopes] },
    { as: undefined, user: 'runner', reason: undefined, caller: ci },
    { store, now },
  );
const kept = async (of = digest) => (await store.attested('web', of)).attestations;

describe('attestations that are brought', () => {
  test('are kept under their image, with who brought them', async () => {
    const other = by(staging, { digest: digestOf('c') });
    const mine = by(staging);

    expect(await keep(mine, other)).toEqual({ outcome: 'done', by: 'runner', attested: { kept: 2, known: 0 } });
    expect(await kept()).toEqual([
      { envelope: mine, at: now().toISOString(), by: expect.stringContaining('assumed-role/ci') },
    ]);
    expect(await kept(digestOf('c'))).toHaveLength(1);
  });

  test('are kept once, also in another envelope: one statement has many signatures', async () => {
    await keep(by(staging));

    expect(await keep(by(staging), by(staging), by(staging, { issuer: 'ci 2' }))).toMatchObject({
      attested: { kept: 1, known: 2 },
    });
    expect(await kept()).toHaveLength(2);
  });

  test.each<[string, () => string, string]>([
    ['a stranger signed', () => by(new StageKey('staging')), 'no trusted key has signed it'],
    ['was signed for another stage', () => by(staging, { stage: 'preview' }), 'not to speak of stage preview'],
    ['a pipeline says of a rollout', () => by(pipeline), 'not to speak of rollout of stage staging'],
    ['is about another service', () => by(staging, { service: 'api' }), 'it is about another service, api'],
    ['is of tomorrow', () => by(staging, { finishedAt: '2026-03-02T00:00:00Z' }), 'which is yet to come'],
    ['is none', () => 'pass', 'no DSSE envelope'],
  ])('are all refused where one %s', async (_, wrong, why) => {
    expect(await keep(by(staging), wrong())).toEqual({
      outcome: 'refused',
      reason: expect.stringMatching(new RegExp(`^Attestation 2 of 2 is refused, and none is kept: .*${why}`)),
    });
    expect(await kept()).toEqual([]);
  });

  test('come again, signed by another key, where that of the first is not trusted any more', async () => {
    store.keepEnvelopes('web', digest, by(new StageKey('staging')));

    expect(await keep(by(staging))).toMatchObject({ attested: { kept: 1 } });
    expect(await kept()).toHaveLength(2);
  });

  test('of a failure are kept whatever their clock says', async () => {
    expect(await keep(by(staging, { result: 'fail', finishedAt: '2026-03-02T00:00:00Z' }))).toMatchObject({
      attested: { kept: 1 },
    });
  });

  test('are bounded, with room that passes leave for failures', async () => {
    const many = Array.from({ length: 30 }, (_, index) => by(staging, { issuer: `ci ${index}` }));
    await keep(...many);

    expect(await keep(by(staging, { issuer: 'one more' }))).toEqual({
      outcome: 'refused',
      reason: `${digest} of web has 30 attestations; at most 30 are kept, the last 10 places for failures.`,
    });
    expect(await keep(by(staging, { issuer: 'x' }), by(staging, { result: 'fail' }))).toMatchObject({
      outcome: 'refused',
    });
    expect(await kept()).toHaveLength(31);
    const failures = Array.from({ length: 10 }, (_, index) => by(staging, { issuer: `ci ${index}`, result: 'fail' }));
    expect(await keep(...failures)).toMatchObject({ reason: expect.stringContaining('at most 40 are kept') });
  });

  test('that others bring at the same time are both kept', async () => {
    const putAttested = store.putAttested.bind(store);
    let others = 0;
    store.putAttested = async (service, of, next) => {
      others += 1;
      if (others === 1)
        await putAttested(service, of, { ...next, attestations: [{ envelope: by(pipeline), by: 'b', at: '' }] });
      await putAttested(service, of, next);
    };
    await keep(by(staging));

    expect(await kept()).toHaveLength(2);
  });

  test('are refused where others write all the time', async () => {
    store.putAttested = () => Promise.reject(new StaleWrite('Others attested it at the same time.'));

    expect(await keep(by(staging))).toEqual({ outcome: 'refused', reason: 'Others attested it at the same time.' });
  });

  test('are refused for a service that trusts no stage', async () => {
    await store.putSpec(modelSpec(), 'a test', now().toISOString());

    expect(await keep(by(staging))).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('trusts no stage'),
    });
  });
});
