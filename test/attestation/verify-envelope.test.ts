import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { preAuthEncoding } from '../../lib/attestation/envelope.ts';
import { statementText } from '../../lib/attestation/statement.ts';
import { trustedKey } from '../../lib/attestation/trusted-key.ts';
import { verifyEnvelope } from '../../lib/attestation/verify-envelope.ts';
import { passed, StageKey } from './signed.ts';

const staging = new StageKey('staging');
const stranger = new StageKey('staging');
const pipeline = new StageKey('staging:integration+load');
const production = new StageKey('production');
const trusted = [production.trusted, pipeline.trusted, staging.trusted];

const verdictOf = (envelope: string) => {
  const found = verifyEnvelope(envelope, trusted);
  return found.outcome === 'verified' ? 'verified' : found.why;
};
const changed = (change: (envelope: Record<string, unknown>) => void, envelope = staging.attest()) => {
  const read = JSON.parse(envelope) as Record<string, unknown>;
  change(read);
  return JSON.stringify(read);
};
const payloadOf = (text: string) => Buffer.from(text).toString('base64');

describe('the encoding that is signed', () => {
  test('is the one of the DSSE specification, by its own example', () => {
    const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));

    expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  test('counts bytes, not characters', () => {
    expect(Buffer.from(preAuthEncoding('ä', Buffer.from('€'))).toString()).toBe('DSSEv1 2 ä 3 €');
  });
});

describe('an envelope', () => {
  test('that a trusted key signed says what was attested', () => {
    const found = verifyEnvelope(staging.attest({ url: 'https://ci.example.com/1' }), trusted);

    expect(found).toEqual({
      outcome: 'verified',
      attestation: {
        ...passed,
        url: 'https://ci.example.com/1',
        keyid: staging.keyid,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  test('may be written in the alphabet for URLs, which DSSE allows', () => {
    const inUrlAlphabet = changed((envelope) => {
      const text = JSON.stringify(envelope).replaceAll('+', '-').replaceAll('/', '_');
      Object.assign(envelope, JSON.parse(text), { payloadType: envelope['payloadType'] });
    });

    expect(verdictOf(inUrlAlphabet)).toBe('verified');
  });

  test('proves by its signature alone: the id of a key in it is not believed', () => {
    const named = changed((envelope) => {
      envelope['signatures'] = [
        { ...(JSON.parse(stranger.attest()) as { signatures: [object] }).signatures[0], keyid: staging.keyid },
      ];
    });
    const unnamed = changed((envelope) => {
      const [{ sig }] = envelope['signatures'] as [{ sig: string }];
      envelope['signatures'] = [{ sig }];
    });

    expect(verdictOf(named)).toContain('no trusted key has signed it');
    expect(verdictOf(unnamed)).toBe('verified');
  });

  test('with several signatures counts by the one that is trusted', () => {
    const both = changed((envelope) => {
      const ofStranger = (JSON.parse(stranger.attest()) as { signatures: [object] }).signatures[0];
      envelope['signatures'] = [ofStranger, ...(envelope['signatures'] as object[])];
    });

    expect(verdictOf(both)).toBe('verified');
  });

  test.each<[string, string, string]>([
    ['of a key that is not trusted', stranger.attest(), 'no trusted key has signed it'],
    ['of a trusted key that speaks for another stage', production.attest(), 'not to speak of stage staging'],
    ['of a pipeline that says a rollout succeeded', pipeline.attest(), 'not to speak of rollout of stage staging'],
    [
      'with another digest put in',
      changed((envelope) => {
        envelope['payload'] = payloadOf(statementText({ ...passed, digest: `sha256:${'00'.repeat(32)}` }));
      }),
      'no trusted key has signed it',
    ],
    [
      'with the payload of another type',
      changed((envelope) => {
        envelope['payloadType'] = 'application/json';
      }),
      'its payload is not of the type',
    ],
    [
      'with a payload that is spelled in another way',
      changed((envelope) => {
        envelope['payload'] = `${String(envelope['payload'])}\n`;
      }),
      'no base64',
    ],
    [
      'with a signature that is spelled in two alphabets',
      changed((envelope) => {
        envelope['signatures'] = [{ sig: '+-_/' }];
      }),
      'no base64',
    ],
    [
      'without signatures',
      changed((envelope) => {
        envelope['signatures'] = [];
      }),
      'it is not signed',
    ],
    [
      'with signatures by the thousand',
      changed((envelope) => {
        envelope['signatures'] = Array.from({ length: 9 }, () => ({ sig: 'AAAA' }));
      }),
      'more than 8 signatures',
    ],
    [
      'that is signed without the encoding of DSSE',
      changed((envelope) => {
        const payload = Buffer.from(String(envelope['payload']), 'base64');
        envelope['signatures'] = [{ sig: Buffer.from(staging.signatureOf(payload)).toString('base64') }];
      }),
      'no trusted key has signed it',
    ],
    [
      'of another predicate',
      staging.envelopeOf(statementText(passed).replace('urn:x-sluice', 'urn:x-other')),
      'predicateType',
    ],
    ['of no statement', staging.envelopeOf('{"_type":"https://in-toto.io/Statement/v0.1"}'), '_type'],
    ['of no JSON', staging.envelopeOf('pass'), 'the statement is not what'],
    [
      'with a result that there is not',
      staging.envelopeOf(statementText(passed).replace('"pass"', '"fine"')),
      'result',
    ],
    [
      'with two subjects',
      staging.envelopeOf(statementText(passed).replace(/"subject":\[(\{[^\]]*)\]/, '"subject":[$1,$1]')),
      'subject',
    ],
    ['with a link that steers a terminal', staging.attest({ url: 'https://ci.example.com/\u001b[2J' }), 'url'],
    ['with a script for a link', staging.attest({ url: 'javascript:alert(1)' }), 'url'],
    ['with an issuer of two lines', staging.attest({ issuer: 'ci\nproven' }), 'issuer'],
    ['that is too long', staging.attest({ issuer: 'x'.repeat(16_384) }), 'longer than 16384 characters'],
    ['that is no JSON', 'pass', 'no DSSE envelope'],
    ['that is nothing', '', 'no DSSE envelope'],
    ['of null', 'null', 'no DSSE envelope'],
  ])('%s is refused', (_, envelope, why) => {
    expect(verdictOf(envelope)).toContain(why);
  });

  test('is refused where no key is trusted', () => {
    expect(verifyEnvelope(staging.attest(), []).outcome).toBe('refused');
  });

  test('keeps its hash when its signature is made again: the same statement is one statement', () => {
    const [first, second] = [staging.attest(), staging.attest()].map((one) => verifyEnvelope(one, trusted));

    expect(first).toEqual(second);
    expect(staging.attest()).not.toBe(staging.attest());
  });

  test('leaves out what a newer version says besides', () => {
    const newer = staging.envelopeOf(statementText(passed).replace('"kind"', '"shard":3,"kind"'));
    const found = verifyEnvelope(newer, trusted);

    expect(found).toMatchObject({ outcome: 'verified', attestation: passed });
    expect(JSON.stringify(found)).not.toContain('shard');
  });
});

describe('a trusted key', () => {
  test('is read as PEM and as KMS gives it out', () => {
    expect(trustedKey('staging', staging.publicDer)).toMatchObject({ stage: 'staging', keyid: staging.keyid });
    expect(trustedKey('staging:integration', `${pipeline.publicPem}\n`)).toMatchObject({ kinds: ['integration'] });
  });

  const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
  const p384 = pemOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey);
  const ed25519 = pemOf(generateKeyPairSync('ed25519').publicKey);
  test.each([
    ['a private key', 'staging', staging.privatePem, 'it is a private key'],
    ['another curve', 'staging', p384, 'no public key on the curve P-256'],
    ['another kind of key', 'staging', ed25519, 'no public key on the curve P-256'],
    ['nothing', 'staging', '', 'no public key on the curve P-256'],
    ['a text', 'staging', 'MFkwnonsense', 'no public key on the curve P-256'],
    ['no stage', '', staging.publicPem, 'names no stage'],
    ['a stage that is none', 'sta ging', staging.publicPem, 'names no stage'],
    ['a kind that is none', 'staging:', staging.publicPem, 'names no stage'],
    ['too many parts', 'staging:a:b', staging.publicPem, 'names no stage'],
  ])('is refused that is %s', (_, scope, text, why) => {
    expect(() => trustedKey(scope, text)).toThrow(why);
  });

  test('has the SHA-256 of its DER form for an id', () => {
    const der = createPublicKey(staging.publicPem).export({ type: 'spki', format: 'der' });

    expect(staging.keyid).toBe(createHash('sha256').update(der).digest('hex'));
  });
});
