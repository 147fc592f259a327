import * as z from 'zod';
import { parsedJson } from '../specification/text/parsed-json.ts';

/** The payload's type that DSSE names for statements of in-toto. */
export const payloadType = 'application/vnd.in-toto+json';

/** Longest envelope that is read, in characters. A statement of ours takes about 1,000. */
const longestEnvelope = 16_384;
const mostSignatures = 8;

const form = z.object({
  payload: z.string(),
  payloadType: z.string(),
  signatures: z.array(z.object({ keyid: z.string().optional(), sig: z.string() })),
});

/** A signature with the id of the key that made it, which is a hint and proves nothing. */
export interface Signature {
  readonly keyid: string;
  readonly signature: Uint8Array;
}

/** What an envelope carries, before anything of it is believed. */
export interface Envelope {
  readonly payload: Uint8Array;
  readonly signatures: readonly Uint8Array[];
}

/**
 * Returns the bytes that are signed: DSSE's pre-authentication encoding,
 * `"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body` (secure-systems-lab/dsse, protocol.md). Lengths count bytes.
 */
export function preAuthEncoding(type: string, body: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${String(Buffer.byteLength(type))} ${type} ${String(body.length)} `;
  return Buffer.concat([Buffer.from(head), body]);
}

/** Returns the bytes to sign for the text of a statement. */
export function bytesToSign(text: string): Uint8Array {
  return preAuthEncoding(payloadType, Buffer.from(text));
}

/** Returns the envelope of a statement's text, as one line of JSON. */
export function envelopeText(text: string, { keyid, signature }: Signature): string {
  const sig = Buffer.from(signature).toString('base64');
  return JSON.stringify({
    payload: Buffer.from(text).toString('base64'),
    payloadType,
    signatures: [{ keyid, sig }],
  });
}

/** Takes an envelope apart; says why it is none. */
export function readEnvelope(text: string): Envelope | { readonly why: string } {
  if (text.length > longestEnvelope) return { why: `it is longer than ${String(longestEnvelope)} characters` };
  const read = form.safeParse(parsedJson(text));
  if (!read.success) return { why: 'it is no DSSE envelope: JSON with payload, payloadType and signatures' };
  const { payload, payloadType: type, signatures } = read.data;
  if (type !== payloadType) return { why: `its payload is not of the type ${payloadType}` };
  if (signatures.length === 0) return { why: 'it is not signed' };
  if (signatures.length > mostSignatures) return { why: `it has more than ${String(mostSignatures)} signatures` };
  const bytes = fromBase64(payload);
  const signed = signatures.map(({ sig }) => fromBase64(sig));
  if (bytes === undefined || signed.includes(undefined)) return { why: 'its payload or a signature is no base64' };
  return { payload: bytes, signatures: signed.filter((one) => one !== undefined) };
}

/** DSSE allows both alphabets. Only the one text that encodes some bytes is taken: otherwise one envelope could be written in many ways. */
function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  const standard = bytes.toString('base64');
  const isEither = text === standard || text === standard.replaceAll('+', '-').replaceAll('/', '_');
  return isEither && bytes.length > 0 ? bytes : undefined;
}
