import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { bytesToSign, envelopeText } from '../../lib/attestation/envelope.ts';
import { type Attestation, statementText } from '../../lib/attestation/statement.ts';
import { keyIdOf, trustedKey, type TrustedKey } from '../../lib/attestation/trusted-key.ts';

export const now = new Date('2026-11-29T12:00:00.000Z');
export const digest = `sha256:${'4f'.repeat(32)}`;

/** A key pair of a stage, as KMS would hold it. */
export class StageKey {
  readonly #private: KeyObject;
  readonly publicPem: string;
  readonly publicDer: string;
  readonly trusted: TrustedKey;

  constructor(scope: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#private = privateKey;
    this.publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    this.publicDer = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    this.trusted = trustedKey(scope, this.publicPem);
  }

  get privatePem(): string {
    return this.#private.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  /** The signature of some bytes, DER, as KMS gives it. */
  signatureOf(bytes: Uint8Array): Uint8Array {
    return sign('sha256', bytes, { key: this.#private, dsaEncoding: 'der' });
  }

  envelopeOf(text: string): string {
    return envelopeText(text, { keyid: this.trusted.keyid, signature: this.signatureOf(bytesToSign(text)) });
  }

  attest(said: Partial<Attestation> = {}): string {
    return this.envelopeOf(statementText({ ...passed, ...said }));
  }

  /** The key as KMS serves it. */
  signer() {
    return {
      publicKey: () => Promise.resolve(Buffer.from(this.publicDer, 'base64')),
      sign: (bytes: Uint8Array) => Promise.resolve(this.signatureOf(bytes)),
    };
  }

  get keyid(): string {
    return keyIdOf(this.trusted.key);
  }
}

/** Staging says that a rollout of the version succeeded two hours ago. */
export const passed: Attestation = {
  digest,
  service: 'web',
  stage: 'staging',
  kind: 'rollout',
  result: 'pass',
  finishedAt: '2026-11-29T10:00:00.000Z',
  servedUntil: '2026-11-29T12:00:00.000Z',
  issuer: 'rollout web-20261129-093000-3f9a1c',
};
