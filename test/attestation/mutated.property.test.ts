import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { verifyEnvelope } from '../../lib/attestation/verify-envelope.ts';
import { passed, StageKey } from './signed.ts';

const staging = new StageKey('staging');
const other = new StageKey('other');
const trusted = [other.trusted, staging.trusted];
const good = staging.attest();
const { payload, payloadType, signatures } = JSON.parse(good) as {
  payload: string;
  payloadType: string;
  signatures: [{ keyid: string; sig: string }];
};
const [{ keyid, sig }] = signatures;

const outcomeOf = (envelope: unknown) =>
  verifyEnvelope(typeof envelope === 'string' ? envelope : JSON.stringify(envelope), trusted).outcome;
const withBytes = (bytes: Uint8Array, signature: Uint8Array) => ({
  payload: Buffer.from(bytes).toString('base64'),
  payloadType,
  signatures: [{ keyid, sig: Buffer.from(signature).toString('base64') }],
});
const statement = Buffer.from(payload, 'base64');
const signature = Buffer.from(sig, 'base64');

/** One bit of some bytes is another one. */
const flipped = (bytes: Buffer) =>
  fc.tuple(fc.nat(bytes.length - 1), fc.nat(7)).map(([at, bit]) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ (1 << bit);
    return copy;
  });
/** Some bytes are cut out, put in or written over. */
const spliced = (bytes: Buffer) =>
  fc
    .tuple(fc.nat(bytes.length), fc.nat(12), fc.uint8Array({ maxLength: 12 }))
    .map(([at, cut, put]) => Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]));

test('the envelope that is mutated here is a good one', () => {
  expect(outcomeOf(good)).toBe('verified');
});

test('of statements with another bit, none is taken', () => {
  fc.assert(
    fc.property(flipped(statement), (bytes) => outcomeOf(withBytes(bytes, signature)) === 'refused'),
    { numRuns: 400 },
  );
});

test('of signatures with another bit, none is taken', () => {
  fc.assert(
    fc.property(flipped(signature), (bytes) => outcomeOf(withBytes(statement, bytes)) === 'refused'),
    { numRuns: 400 },
  );
});

test('of statements and signatures with bytes cut out or put in, none is taken', () => {
  const parts = fc.oneof(
    spliced(statement)
      .filter((bytes) => !bytes.equals(statement))
      .map((bytes) => withBytes(bytes, signature)),
    spliced(signature)
      .filter((bytes) => !bytes.equals(signature))
      .map((bytes) => withBytes(statement, bytes)),
  );
  fc.assert(
    fc.property(parts, (envelope) => outcomeOf(envelope) === 'refused'),
    { numRuns: 400 },
  );
});

test('whatever is done to the text of an envelope, only the statement that was signed is taken', () => {
  const character = fc.constantFrom(
    ...Array.from(`{}[]":,\\ \n=+/-_AZaz09${payloadType}`),
    '\u0000',
    '\ud800',
    '\ufeff',
    'é',
  );
  const text = fc
    .tuple(fc.nat(good.length), fc.nat(4), fc.string({ unit: character, maxLength: 4 }))
    .map(([at, cut, put]) => good.slice(0, at) + put + good.slice(at + cut));
  fc.assert(
    fc.property(text, (written) => {
      const found = verifyEnvelope(written, trusted);
      if (found.outcome === 'refused') return;
      const { hash: _, keyid: __, ...attestation } = found.attestation;
      expect(attestation).toEqual(passed);
    }),
    { numRuns: 1000 },
  );
});

test('no statement is taken with the signature of another one, nor with that of another stage', () => {
  const said = fc.record({
    service: fc.constantFrom('web', 'api'),
    kind: fc.constantFrom('rollout', 'integration'),
    result: fc.constantFrom('pass' as const, 'fail' as const),
    issuer: fc.stringMatching(/^[a-z]{1,20}$/),
  });
  fc.assert(
    fc.property(said, said, (one, two) => {
      const [first, second] = [staging.attest(one), staging.attest(two)].map(
        (text) => JSON.parse(text) as Record<string, unknown>,
      );
      const mixed = { ...first, signatures: second?.['signatures'] };
      const isSame = first?.['payload'] === second?.['payload'];
      return (outcomeOf(mixed) === 'verified') === isSame && outcomeOf(other.attest(one)) === 'refused';
    }),
    { numRuns: 200 },
  );
});

test('whatever JSON comes, an answer comes', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.jsonValue().map((value) => JSON.stringify({ payload: value, payloadType, signatures: value })),
      ),
      (text) => outcomeOf(text) === 'refused',
    ),
    { numRuns: 500 },
  );
});
