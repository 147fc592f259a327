import { beforeEach, describe, expect, test } from '@jest/globals';
import { digest, StageKey } from '../attestation/signed.ts';
import { FakeCli } from './cli-harness.ts';

let cli: FakeCli;
const staging = new StageKey('staging');
const pipeline = new StageKey('staging:integration');
const keys = '--key staging=staging.pem staging:integration=ci.pem';
const hour = 3_600_000;
const at = (milliseconds: number) => new Date(cli.time + milliseconds).toISOString();

beforeEach(() => {
  cli = new FakeCli();
  cli.files.set('staging.pem', staging.publicPem);
  cli.files.set('ci.pem', pipeline.publicPem);
});
const attested = (...envelopes: readonly string[]) => cli.files.set('web.jsonl', `${envelopes.join('\n')}\n`);
const verify = (more = '') => cli.run(`verify ${digest} --service web --file web.jsonl ${keys} ${more}`);

describe('sluice verify', () => {
  test('lists what is proven, without a stack', async () => {
    attested(
      staging.attest({ finishedAt: at(-2 * hour), servedUntil: at(0) }),
      pipeline.attest({ kind: 'integration', servedUntil: undefined, finishedAt: at(-hour), issuer: 'ci' }),
    );

    expect(await verify()).toEqual({
      code: 0,
      err: [],
      out: [
        `staging rollout: proven. rollout passed in staging at ${at(-2 * hour)}, served there for 2h (rollout web-20261129-093000-3f9a1c)`,
        `staging integration: proven. integration passed in staging at ${at(-hour)} (ci)`,
      ],
    });
    expect(cli.connected).toEqual([]);
  });

  test.each<[string, () => string, string, string]>([
    ['soak', () => staging.attest({ finishedAt: at(-hour) }), '--from staging --soak 2h', 'not proven. '],
    [
      'age',
      () => staging.attest({ finishedAt: at(-2 * hour), servedUntil: at(0) }),
      '--from staging --not-older 1h',
      'longer ago than 1h',
    ],
    [
      'kinds',
      () => staging.attest({ finishedAt: at(-hour) }),
      '--from staging --needs rollout integration',
      'staging integration: not proven',
    ],
    ['stage', () => staging.attest({ finishedAt: at(-hour) }), '--from preview', 'preview rollout: not proven'],
    ['failures', () => staging.attest({ finishedAt: at(-hour), result: 'fail' }), '', 'rollout failed in staging'],
    ['digest', () => staging.attest({ digest: `sha256:${'0'.repeat(64)}` }), '', `Nothing is proven of ${digest}`],
  ])('fails where the required %s is lacking', async (_, envelope, options, says) => {
    attested(envelope());
    const { code, out } = await verify(options);

    expect(out.join('\n')).toContain(says);
    expect(code).toBe(1);
  });

  test('proves what is required', async () => {
    attested(
      staging.attest({ finishedAt: at(-2 * hour), servedUntil: at(0) }),
      pipeline.attest({ kind: 'integration', servedUntil: undefined, finishedAt: at(-hour) }),
    );

    expect((await verify('--from staging --needs rollout integration --soak 2h --not-older 1d')).code).toBe(0);
  });

  test('names an envelope that is forged by its line, and fails though the others prove it', async () => {
    attested(
      staging.attest({ finishedAt: at(-hour) }),
      new StageKey('staging').attest(),
      pipeline.attest({ finishedAt: at(-hour) }),
    );
    const { code, out } = await verify('--from staging');

    expect(out.slice(1)).toEqual([
      'refused: web.jsonl, line 2: no trusted key has signed it: it was changed, or its key is not trusted here',
      'refused: web.jsonl, line 3: its key is trusted, but not to speak of rollout of stage staging',
    ]);
    expect(code).toBe(1);
  });

  test('prints the judgement as JSON', async () => {
    attested(staging.attest({ finishedAt: at(-hour) }), 'x');
    const { out } = await verify('--from staging --json');

    expect(JSON.parse(out.join(''))).toMatchObject({
      service: 'web',
      digest,
      isProven: true,
      stages: [
        {
          stage: 'staging',
          isProven: true,
          kinds: [{ kind: 'rollout', standing: 'proven', by: { keyid: staging.keyid } }],
        },
      ],
      refused: [{ file: 'web.jsonl', line: 2 }],
    });
  });

  test.each<[string, string, string, 1 | 2]>([
    [
      'no digest',
      'verify 413-b4dc0de --service web --file web.jsonl --key staging=staging.pem',
      'Expected sha256: and 64',
      2,
    ],
    ['a key without a file', `verify ${digest} --service web --file web.jsonl --key staging.pem`, 'names no file', 2],
    [
      'a private key',
      `verify ${digest} --service web --file web.jsonl --key staging=private.pem`,
      'private.pem is not taken as a key: it is a private key',
      1,
    ],
    [
      'a file that is not there',
      `verify ${digest} --service web --file none.jsonl --key staging=staging.pem`,
      'none.jsonl cannot be read',
      1,
    ],
    [
      'a file without end',
      `verify ${digest} --service web --file long.jsonl --key staging=staging.pem`,
      'longer than 65536 characters',
      1,
    ],
    [
      'a soak of no stage',
      `verify ${digest} --service web --file web.jsonl ${keys} --soak 1h`,
      'name it with --from',
      2,
    ],
    ['a kind that is none', `verify ${digest} --service web --file web.jsonl ${keys} --needs Tests`, 'is no kind', 2],
    [
      'a soak without a unit',
      `verify ${digest} --service web --file web.jsonl ${keys} --from staging --soak 24`,
      'with a unit',
      2,
    ],
  ])('refuses %s', async (_, args, says, expected) => {
    attested(staging.attest());
    cli.files.set('private.pem', staging.privatePem);
    cli.files.set('long.jsonl', 'x'.repeat(65_537));
    const { code, out, err } = await cli.run(args);

    expect(err.join('\n')).toContain(says);
    expect({ code, out }).toEqual({ code: expected, out: [] });
  });
});
