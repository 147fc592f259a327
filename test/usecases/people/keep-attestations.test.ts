import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Attestation } from '../../../lib/attestation/statement.ts';
import type { Caller } from '../../../lib/approval/caller.ts';
import { StaleWrite } from '../../../lib/ports/rollout-store.ts';
import type { Executions } from '../../../lib/ports/executions.ts';
import { openedEvent } from '../../contract/opened-event.ts';
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
  started = [];
  store = new MemoryRolloutStore();
  await store.putSpec(modelSpec({ checks: { attested: settings } }), 'a test', now().toISOString());
});

let started: { readonly name: string; readonly input: unknown }[];
const executions: Pick<Executions, 'start'> = {
  start: (name, input) => {
    const alreadyStarted = started.some((one) => one.name === name);
    if (!alreadyStarted) started.push({ name, input });
    return Promise.resolve({ executionArn: `arn:${name}`, alreadyStarted });
  },
};

const by = (key: StageKey, said: Partial<Attestation> = {}) =>
  key.attest({ digest, finishedAt: '2026-03-01T08:00:00.000Z', issuer: 'ci', ...said });
const keep = (...envelopes: readonly string[]) =>
  keepAttestations(
    { service: 'web', envelopes: [...envelopes] },
    { as: undefined, user: 'runner', reason: undefined, caller: ci },
    { store, now, executions },
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

describe('with `onAttested: start`', () => {
  const specOf = (more: object = {}) =>
    modelSpec({ checks: { attested: { ...settings, onAttested: 'start', ...more } } });
  const taken = async (letter: string, openedAt: string) => {
    const image = { repositoryUri: 'r', digest: digestOf(letter) };
    await store.open(`web-${letter}`, { ...openedEvent(), service: 'web', image }, openedAt);
  };
  beforeEach(async () => {
    await store.putSpec(specOf(), 'a test', now().toISOString());
  });

  test('a rollout begins by itself, by digest, in the name of who brought the proof', async () => {
    expect(await keep(by(staging))).toMatchObject({ outcome: 'done', execution: 'arn:attested-web-bbbbbbbbbbbbbbbb' });
    expect(started).toEqual([
      {
        name: 'attested-web-bbbbbbbbbbbbbbbb',
        input: {
          service: 'web',
          image: digest,
          requestedBy: 'runner',
          requester: expect.objectContaining({ identities: [ci.principal] }),
        },
      },
    ]);
  });

  test('it begins once, however often attestations come', async () => {
    await keep(by(staging));

    expect(await keep(by(staging))).not.toHaveProperty('execution');
    expect(await keep(by(staging, { issuer: 'again' }))).not.toHaveProperty('execution');
    expect(started).toHaveLength(1);
  });

  test('it begins with the last that was missing', async () => {
    await store.putSpec(specOf({ kinds: ['rollout', 'integration'] }), 'a test', now().toISOString());
    await keep(by(staging));
    expect(started).toEqual([]);

    await keep(by(pipeline, { kind: 'integration' }));
    expect(started).toHaveLength(1);
  });

  test.each<[string, Partial<Attestation>]>([
    ['a failure', { result: 'fail' }],
    ['a pass that is too old', { finishedAt: '2026-01-01T00:00:00Z' }],
  ])('nothing begins with %s', async (_, said) => {
    await keep(by(staging, said));

    expect(started).toEqual([]);
  });

  test('of several images the one begins that staging finished last', async () => {
    await keep(by(staging, { digest: digestOf('c'), finishedAt: '2026-03-01T09:00:00Z' }), by(staging));

    expect(started).toMatchObject([{ input: { image: digestOf('c') } }]);
  });

  test('an image that staging finished before the one that was taken here last does not come over it', async () => {
    await taken('c', '2026-03-01T09:30:00.000Z');
    await keep(by(staging, { digest: digestOf('c'), finishedAt: '2026-03-01T09:00:00Z' }));
    await keep(by(staging));

    expect(started).toEqual([]);
  });

  test('it comes over an older one, and over none that was taken without proof after staging finished it', async () => {
    await taken('c', '2026-03-01T09:30:00.000Z');
    await keep(by(staging));
    expect(started).toEqual([]);

    await keep(by(staging, { digest: digestOf('c'), finishedAt: '2026-03-01T07:00:00Z' }));
    await keep(by(staging));
    expect(started).toMatchObject([{ input: { image: digest } }]);
  });
});
