import { beforeEach, describe, expect, test } from '@jest/globals';
import { StageKey } from '../attestation/signed.ts';
import { exampleSpec } from '../specification/example-spec.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { FakeCli } from './cli-harness.ts';

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
  key.attest({ digest, issuer, finishedAt: new Date(cli.time - hours * 3_600_000).toISOString() });

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

describe('sluice verify --spec', () => {
  const verify = (more = '') => cli.run(`verify ${digest} --file web.jsonl --spec web.yml ${more}`);

  test('takes service, keys and what is required from the spec', async () => {
    cli.files.set('web.jsonl', by(staging, 2));
    expect((await verify()).code).toBe(0);

    cli.files.set('web.jsonl', by(staging, 1));
    expect(await verify()).toMatchObject({
      code: 1,
      out: [expect.stringContaining('has served in staging for 1h, expected 2h')],
    });
  });

  test.each([
    ['a key beside it', '--key staging=x.pem', 2, 'leave out --service, --key and --from'],
    ['a stage beside it', '--from staging', 2, 'leave out --service, --key and --from'],
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
