import { describe, expect, test } from '@jest/globals';
import type { Attestation } from '../../lib/attestation/statement.ts';
import { shiftTraffic } from '../../lib/usecases/shifting/shift-traffic.ts';
import { runPreCheck } from '../../lib/usecases/checks/run-pre-check.ts';
import { openRollout } from '../../lib/usecases/opening/open-rollout.ts';
import { StageKey } from '../attestation/signed.ts';
import { digestOf, modelSpec, type ModelWorld } from '../model/model-world.ts';
import { badImage, goodImage, journeyTo, openInput, people } from '../usecases/journey.ts';
import { fourTests } from './four-tests.ts';

const staging = new StageKey('staging');
const pipeline = new StageKey('staging:integration');
const stranger = new StageKey('staging');
const digest = digestOf('b');
const settings = {
  from: 'staging',
  keys: [{ key: staging.publicDer }, { key: pipeline.publicDer, kinds: ['integration'] }],
};
const finishedAt = '2026-03-01T08:00:00.000Z';
const servedUntil = '2026-03-01T10:00:00.000Z';
const by = (key: StageKey, said: Partial<Attestation> = {}) =>
  key.attest({ digest, finishedAt, servedUntil, issuer: 'ci', ...said });
const kept =
  (...envelopes: readonly string[]) =>
  (world: ModelWorld) => {
    world.store.keepEnvelopes('web', digest, ...envelopes);
  };

fourTests('attested', {
  passes: [
    {
      when: 'staging has rolled it out',
      settings,
      prepare: kept(by(staging)),
      saw: `rollout passed in staging at ${finishedAt}, served there for 2h (ci)`,
    },
    {
      when: 'every kind is attested',
      settings: { ...settings, kinds: ['rollout', 'integration'] },
      prepare: kept(by(pipeline, { kind: 'integration', servedUntil: undefined }), by(staging)),
      saw: /^rollout passed .*; integration passed/,
    },
    {
      when: 'it has served there for long enough',
      settings: { ...settings, soak: '2h' },
      prepare: kept(by(staging)),
      saw: /2h/,
    },
    {
      when: 'there is one that is not believed besides',
      settings,
      prepare: kept(by(stranger), by(staging)),
      saw: /^rollout passed .*; 1 kept attestations are not believed: no trusted key has signed it/,
    },
  ],
  fails: [
    {
      when: 'nothing is attested',
      settings,
      saw: `staging has not finished a rollout of ${goodImage}; start it there: sluice start web --image ${goodImage} --stage staging`,
    },
    {
      when: 'a key that is not trusted signed it',
      settings,
      prepare: kept(by(stranger)),
      saw: /^staging has not finished/,
    },
    {
      when: 'a pipeline attests a rollout',
      settings,
      prepare: kept(by(pipeline)),
      saw: /not believed: its key is trusted, but not to speak of rollout of stage staging$/,
    },
    {
      when: 'another image is attested',
      settings,
      prepare: kept(by(staging, { digest: digestOf('a') })),
      saw: /^staging has not finished/,
    },
    {
      when: 'another stage attests it',
      settings,
      prepare: kept(by(staging, { stage: 'preview' })),
      saw: /^staging has not finished/,
    },
    {
      when: 'another service is attested',
      settings,
      prepare: kept(by(staging, { service: 'api' })),
      saw: /^staging has not finished/,
    },
    {
      when: 'it failed there later',
      settings,
      prepare: kept(by(staging, { finishedAt: '2026-03-01T09:00:00.000Z', result: 'fail' }), by(staging)),
      saw: /^rollout failed in staging at 2026-03-01T09:00:00.000Z/,
    },
    {
      when: 'it is too old',
      settings: { ...settings, notOlder: '1h' },
      prepare: kept(by(staging)),
      saw: /longer ago than 1h/,
    },
    {
      when: 'it is too young',
      settings: { ...settings, soak: '3h' },
      prepare: kept(by(staging)),
      saw: `${goodImage} was seen to serve in staging for 2h, expected 3h: if it serves there until 2026-03-01T11:00:00.000Z, have that attested then`,
    },
    {
      when: 'it has expired',
      settings,
      prepare: kept(by(staging, { expiresAt: '2026-03-01T10:00:00.000Z' })),
      saw: /counted until/,
    },
    {
      when: 'a suite is missing',
      settings: { ...settings, kinds: ['rollout', 'integration'] },
      prepare: kept(by(staging)),
      saw: `staging has not attested integration of ${goodImage}; run integration there, and have its result attested`,
    },
  ],
});

describe('before the first traffic', () => {
  const spec = (more: object = {}) => modelSpec({ checks: { attested: { ...settings, ...more } } });
  const shift = (journey: Awaited<ReturnType<typeof journeyTo>>) =>
    shiftTraffic({ ...journey.owned, step: 0 }, journey.world);

  test('attestations are judged again: a failure that came since rolls it back, and no rule was changed', async () => {
    const journey = await journeyTo('routed', { spec: spec(), prepare: kept(by(staging)) });
    kept(by(staging), by(staging, { finishedAt: '2026-03-01T09:59:00.000Z', result: 'fail' }))(journey.world);

    expect(await shift(journey)).toMatchObject({ outcome: 'rollBack' });
    expect((await journey.stored()).state).toMatchObject({
      weight: 0,
      reason: expect.stringContaining('Green may not get traffic: rollout failed in staging'),
    });
  });

  test('a proven image gets its traffic', async () => {
    const journey = await journeyTo('routed', { spec: spec(), prepare: kept(by(staging)) });

    expect(await shift(journey)).toMatchObject({ outcome: 'shifted' });
  });

  test('a check that only warns stops nothing', async () => {
    const journey = await journeyTo('routed', { spec: spec({ severity: 'warn' }) });

    expect(await shift(journey)).toMatchObject({ outcome: 'shifted' });
  });

  test('later steps ask no more', async () => {
    const journey = await journeyTo('stepPassed', { spec: spec(), prepare: kept(by(staging)) });
    kept(by(staging, { result: 'fail' }))(journey.world);

    expect(await shiftTraffic({ ...journey.owned, step: 1 }, journey.world)).toMatchObject({ outcome: 'shifted' });
  });

  test('an emergency has a waiver, for one image, by a person of the spec, until a time', async () => {
    const waiver = {
      check: 'attested',
      image: goodImage,
      by: 'Ana',
      reason: 'staging is down',
      until: '2026-03-01T12:00:00Z',
    };
    const waived = (more: object = {}) =>
      modelSpec({
        checks: { attested: settings },
        approvals: { people, required: [] },
        waivers: [{ ...waiver, ...more }],
      });
    const journey = await journeyTo('routed', { spec: waived() });
    const other = await journeyTo('opened', { spec: waived(), image: badImage });

    expect(await shift(journey)).toMatchObject({ outcome: 'shifted' });
    expect(await runPreCheck({ ...other.owned, check: 'checks of the spec' }, other.world)).toMatchObject({
      results: [{ name: 'attested', result: 'failed' }],
    });
  });
});

describe('a rollback', () => {
  test('asks for no attestation', async () => {
    const journey = await journeyTo('finished', {
      spec: modelSpec({ checks: { attested: settings } }),
      prepare: kept(by(staging)),
    });
    const { executionArn, startedAt } = openInput();
    const request = { service: 'web', requestedBy: 'Ana', rollback: { to: 'kept', reason: 'checkout fails' } };
    const opened = await openRollout({ request, executionArn: `${executionArn}-back`, startedAt }, journey.world);

    expect(opened).toMatchObject({ outcome: 'opened', checks: ['slots'] });
  });
});
