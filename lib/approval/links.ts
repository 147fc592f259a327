import * as z from 'zod';
import { decisionPoint } from '../rollout/people-state.ts';

/** What one personal link is for. It is good for nothing else: all of this is under its MAC. */
export const decisionLink = z
  .object({
    rolloutId: z.string(),
    /** Index of the step under way when it was issued; -1 before the first. */
    step: z.number(),
    /** Of the image that is rolled out. */
    digest: z.string(),
    /** Name of the person of the spec that it was sent to. */
    recipient: z.string(),
    point: decisionPoint,
    /** ISO 8601. */
    expiresAt: z.string(),
  })
  .readonly();
export type DecisionLink = z.output<typeof decisionLink>;

/** The two halves of a token. */
export interface LinkToken {
  /** Unguessable; only its hash is stored. */
  readonly id: Uint8Array;
  readonly mac: Uint8Array;
}

const idBytes = 16;
const macBytes = 32;
/** 48 bytes are 64 characters without padding, so every character counts: none can be changed without changing a byte. */
const tokenPattern = /^[A-Za-z0-9_-]{64}$/;

/** @throws RangeError where the halves are not as long as they must be */
export function tokenText({ id, mac }: LinkToken): string {
  if (id.length !== idBytes || mac.length !== macBytes) {
    throw new RangeError(`A token has ${idBytes} and ${macBytes} bytes, not ${id.length} and ${mac.length}.`);
  }
  return Buffer.concat([id, mac]).toString('base64url');
}

/** The halves of a token; `undefined` for any text that is none. */
export function parseToken(text: string): LinkToken | undefined {
  if (!tokenPattern.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return { id: bytes.subarray(0, idBytes), mac: bytes.subarray(idBytes) };
}

/** The first bytes of a MAC over what a link is for: the same link has the same id however often it is issued. */
export function idFrom(mac: Uint8Array): Uint8Array {
  return mac.subarray(0, idBytes);
}

/** What the id of a link is made of. No MAC of another purpose can stand for it: the first field names the purpose. */
export function idText(link: DecisionLink): Uint8Array {
  return encoded(['sluice decision link id v1', ...fieldsOf(link)]);
}

/** What the MAC of a link is over. */
export function signedText(link: DecisionLink, id: Uint8Array): Uint8Array {
  return encoded(['sluice decision link v1', ...fieldsOf(link), Buffer.from(id).toString('base64url')]);
}

function fieldsOf({ rolloutId, step, digest, recipient, point, expiresAt }: DecisionLink): readonly string[] {
  return [rolloutId, String(step), digest, recipient, point, expiresAt];
}

/** Each field after its length, so that no two lists of fields have the same bytes. */
function encoded(fields: readonly string[]): Uint8Array {
  const bytes = new TextEncoder();
  return Buffer.concat(
    fields.flatMap((field) => {
      const text = bytes.encode(field);
      return [bytes.encode(`${text.length}:`), text];
    }),
  );
}
