import { beforeEach, describe, expect, test } from '@jest/globals';
import { verifyEnvelope } from '../../lib/attestation/verify-envelope.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { StageKey } from '../attestation/signed.ts';
import { exampleSpec } from '../specification/example-spec.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { FakeCli, webSpec } from './cli-harness.ts';

let cli: FakeCli;
const staging = new StageKey('staging');
const digest = `sha256:${'a'.repeat(64)}`;
const attested = `checks:\n  attested: { from: staging, soak: 2h, keys: [{ key: ${staging.publicDer} }] }\n`;
const spec = `${exampleSpec}\n${attested}`;

async function applied(text: string): Promise<void> {
  const parsed = parseSpec(text, 'web.yml');
  if (!parsed.ok) throw new Error(parsed.findings.map(({ message }) => message).join('; '));
  await cli.store.putSpec(parsed.spec, 'a test', new Date(cli.time).toISOString());
}
const by = (key: StageKey, hours: number, issuer = 'ci') =>
  key.attest({
    digest,
    issuer,
    finishedAt: new Date(cli.time - hours * 3_600_000).toISOString(),
    servedUntil: new Date(cli.time).toISOString(),
  });

beforeEach(async () => {
  cli = new FakeCli();
  cli.files.set('web.yml', spec);
  await applied(spec);
});

describe('sluice attest', () => {
  test('brings the attestations of files, twenty at a time, and each once', async () => {
    cli.files.set('one.jsonl', Array.from({ length: 21 }, (_, index) => by(staging, 3, `ci ${index}`)).join('\n\n'));
    cli.files.set('two.jsonl', `${by(staging, 3, 'ci 0')}\n`);

    expect(await cli.run('attest web --file one.jsonl two.jsonl')).toEqual({
      code: 0,
      err: [],
      out: ['web: 21 attestations kept, 1 were there already.'],
    });
    expect(cli.commands).toMatchObject([{ command: 'attest', service: 'web' }, { command: 'attest' }]);
    expect(JSON.parse((await cli.run('attest web --file two.jsonl --json')).out.join(''))).toEqual({
      service: 'web',
      kept: 0,
      known: 1,
      started: [],
    });
  });

  test.each<[string, () => string, string]>([
    [
      'is forged',
      () => by(new StageKey('staging'), 3),
      'Attestation 1 of 1 is refused, and none is kept: no trusted key',
    ],
    ['is not there', () => '\n', 'There is no attestation in web.jsonl'],
  ])('says why where one %s', async (_, text, says) => {
    cli.files.set('web.jsonl', text());
    const { code, out, err } = await cli.run('attest web --file web.jsonl');

    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err.join('\n')).toContain(says);
  });
});

describe('sluice attest --sign-with', () => {
  const sign = (more = '') => cli.run(`attest web --digest ${digest} --sign-with alias/attest --stage staging ${more}`);
  const said = (line: string | undefined) => {
    const found = verifyEnvelope(line ?? '', [staging.trusted]);
    return found.outcome === 'verified' ? found.attestation : found.why;
  };
  const toSuccess: readonly RolloutEvent[] = [
    { type: 'PreChecksPassed', results: [] },
    { type: 'GreenReady', running: 2, digest },
    { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
    { type: 'TrafficShifted', step: 0, weight: 100 },
    { type: 'StepPassed', step: 0, weight: 100 },
    { type: 'RolloutSucceeded', digest, fullUntil: '2026-03-01T11:00:00Z', keptUntil: '2026-03-02T10:00:00Z' },
  ];
  const hours = (count: number) => {
    cli.time += count * 3_600_000;
    return new Date(cli.time).toISOString();
  };
  const oneStep = { spec: { ...webSpec(), steps: [{ weight: 100, bake: 60 }] } };

  beforeEach(async () => {
    cli.signers.set('alias/attest', staging.signer());
    await cli.open('web-1', oneStep);
  });

  test('attests a rollout by the record, with the time for which it was seen to serve', async () => {
    await cli.append('web-1', ...toSuccess);
    const finishedAt = hours(0);
    const servedUntil = hours(3);
    const { code, out, err } = await sign('--url https://ci.example.com/1');

    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out.map(said)).toEqual([
      expect.objectContaining({
        ...{ digest, service: 'web', stage: 'staging', kind: 'rollout', result: 'pass', finishedAt },
        ...{ servedFrom: finishedAt, servedUntil, issuer: 'rollout web-1', url: 'https://ci.example.com/1' },
      }),
    ]);
  });

  test('ends the soak where another rollout was opened', async () => {
    await cli.append('web-1', ...toSuccess);
    const servedUntil = hours(2);
    await cli.open('web-2', { ...oneStep, image: { repositoryUri: 'r', digest: `sha256:${'c'.repeat(64)}` } });
    hours(5);

    expect(said((await sign()).out[0])).toMatchObject({ result: 'pass', servedUntil });
  });

  test('attests a failure of one that was rolled back, and of one that a person went back from', async () => {
    await cli.append('web-1', ...toSuccess);
    const wentBack = hours(1);
    const rollback = { to: 'version', reason: 'errors', of: 'web-0' } as const;
    await cli.open('web-2', {
      ...oneStep,
      image: { repositoryUri: 'r', digest: `sha256:${'c'.repeat(64)}` },
      rollback,
    });

    expect(said((await sign()).out[0])).toMatchObject({
      result: 'fail',
      finishedAt: wentBack,
      issuer: 'rollout web-1',
    });
  });

  test('takes a suite at the word of who signs', async () => {
    expect(said((await sign('--kind integration --result fail --as pipeline-7')).out[0])).toMatchObject({
      kind: 'integration',
      result: 'fail',
      finishedAt: hours(0),
      issuer: 'pipeline-7',
    });
    expect(cli.connected).toEqual([]);
  });

  test('is taken in production, where that trusts the key', async () => {
    await cli.append('web-1', ...toSuccess);
    hours(3);
    cli.files.set('web.jsonl', (await sign()).out.join('\n'));

    expect((await cli.run('attest web --file web.jsonl')).out).toEqual([
      'web: 1 attestations kept, 0 were there already.',
    ]);
    expect((await cli.run(`verify ${digest} --file web.jsonl --spec web.yml`)).code).toBe(0);
  });

  test.each<[string, string, 1 | 2, string]>([
    ['a rollout that has not ended', '', 1, 'web-1 has not ended yet: it is checking'],
    ['a rollout with a result of its own', '--result pass', 2, 'leave out --result'],
    ['a suite without a result', '--kind load', 2, 'Say what load found with --result'],
    ['a link that is none', '--kind load --result pass --url javascript:x', 1, 'predicate.url is not what'],
    ['and brings', '--file web.jsonl', 2, 'or bring some with --file'],
  ])('refuses %s', async (_, more, code, says) => {
    const ran = await sign(more);

    expect(ran.err.join('\n')).toContain(says);
    expect(ran).toMatchObject({ code, out: [] });
  });

  test('refuses an image that was never tried there, and one that the pre-checks rejected', async () => {
    await cli.append('web-1', { type: 'RolloutRejected', reason: 'x', results: [] });

    expect((await sign()).err.join('')).toContain('Stage staging has not tried a rollout of');
  });

  test('refuses a key whose signatures nobody could verify', async () => {
    const { publicKey } = new StageKey('staging').signer();
    cli.signers.set('alias/attest', { ...staging.signer(), publicKey });

    expect((await sign('--kind load --result pass')).err.join('')).toContain('The signature does not fit the key');
    cli.signers.set('alias/attest', { ...staging.signer(), publicKey: () => Promise.resolve(Buffer.from('rsa')) });
    expect((await sign('--kind load --result pass')).err.join('')).toContain('cannot sign attestations');
  });
});

describe('sluice verify --spec', () => {
  const verify = (more = '') => cli.run(`verify ${digest} --file web.jsonl --spec web.yml ${more}`);

  test('takes service, keys and what is required from the spec', async () => {
    cli.files.set('web.jsonl', by(staging, 2));
    expect((await verify()).code).toBe(0);

    cli.files.set('web.jsonl', by(staging, 1));
    expect(await verify()).toMatchObject({
      code: 1,
      out: [expect.stringContaining('was seen to serve in staging for 1h, expected 2h')],
    });
  });

  test.each([
    [
      'a key beside it',
      '--key staging=x.pem',
      2,
      'leave out --service, --key, --from, --needs, --soak and --not-older',
    ],
    ['a kind beside it', '--needs integration', 2, 'leave out'],
    ['a soak beside it', '--soak 24h', 2, 'leave out'],
    ['a stage beside it', '--from staging', 2, 'leave out --service, --key, --from, --needs, --soak and --not-older'],
  ])('takes no %s', async (_, more, code, says) => {
    cli.files.set('web.jsonl', by(staging, 2));
    const ran = await verify(more);

    expect(ran.code).toBe(code);
    expect(ran.err.join('\n')).toContain(says);
  });

  test.each([
    ['asks for nothing', exampleSpec, 'asks for no attestation'],
    ['is none', 'service: web', 'is no rollout spec: sluice lint web.yml says why'],
    [
      'has a key off the curve',
      spec.replace(/(MFkw[^ ]{32})[^ ]{86}/, `$1${'A'.repeat(86)}`),
      'checks.attested.keys[0]: it is no public key',
    ],
  ])('says why where the spec %s', async (_, text, says) => {
    cli.files.set('web.yml', text);
    cli.files.set('web.jsonl', by(staging, 2));
    const { code, err } = await verify();

    expect(code).toBe(1);
    expect(err.join('\n')).toContain(says);
  });

  test('without a spec needs a service and keys', async () => {
    cli.files.set('web.jsonl', by(staging, 2));

    expect(await cli.run(`verify ${digest} --file web.jsonl`)).toMatchObject({ code: 2 });
  });
});

describe('sluice apply', () => {
  test('refuses a key that is no point on the curve', async () => {
    cli.files.set('off.yml', `${exampleSpec}\n${attested}`.replace(/(MFkw[^ ]{32})[^ ]{86}/, `$1${'A'.repeat(86)}`));
    const { code, err } = await cli.run('apply off.yml');

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('checks.attested.keys[0]: it is no public key on the curve P-256');
  });
});
