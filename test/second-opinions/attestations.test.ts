import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { statementText } from '../../lib/attestation/statement.ts';
import { verifyEnvelope } from '../../lib/attestation/verify-envelope.ts';
import { passed, StageKey } from '../attestation/signed.ts';
import { python } from './python.ts';

const staging = new StageKey('staging');

/** What python-cryptography answers. */
function cryptography(request: unknown): unknown {
  const { stdout, stderr, status } = spawnSync(python(), [path.join(import.meta.dirname, 'attestations.py')], {
    input: JSON.stringify(request),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`python-cryptography ended with ${String(status)}:\n${stderr}`);
  return JSON.parse(stdout);
}

/** The envelope with one bit of its statement or of its signature turned. */
function turned(envelope: string, part: 'payload' | 'sig', bit: number): string {
  const read = JSON.parse(envelope) as { payload: string; signatures: [{ sig: string }] };
  const bytes = Buffer.from(part === 'payload' ? read.payload : read.signatures[0].sig, 'base64');
  const at = bit % (bytes.length * 8);
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
  if (part === 'payload') read.payload = bytes.toString('base64');
  else read.signatures[0].sig = bytes.toString('base64');
  return JSON.stringify(read);
}

describe('python-cryptography, by the DSSE specification', () => {
  test('signs what is verified here', () => {
    const statement = statementText(passed);
    const envelope = cryptography({ privateKey: staging.privatePem, statement });

    expect(verifyEnvelope(JSON.stringify(envelope), [staging.trusted])).toMatchObject({
      outcome: 'verified',
      attestation: passed,
    });
    expect(verifyEnvelope(JSON.stringify(envelope), [new StageKey('staging').trusted]).outcome).toBe('refused');
  });

  test('says of 200 good, forged and damaged envelopes what is said here', () => {
    const forger = new StageKey('staging');
    const envelopes = Array.from({ length: 200 }, (_, index) => {
      const good = (index % 4 === 3 ? forger : staging).attest({ issuer: `ci ${index} ü` });
      if (index % 4 === 1) return turned(good, 'payload', index * 131);
      return index % 4 === 2 ? turned(good, 'sig', index * 37) : good;
    });
    const ours = envelopes.map((envelope) => verifyEnvelope(envelope, [staging.trusted]).outcome === 'verified');

    expect(ours).toEqual(cryptography({ publicKey: staging.publicPem, envelopes }));
    expect(ours.filter(Boolean)).toHaveLength(50);
  });
});
