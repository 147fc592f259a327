import { createHash, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import type { Signer } from '../../ports/signer.ts';
import { parsedJson } from '../../specification/text/parsed-json.ts';
import { canonicalJson } from '../canonical-json.ts';
import { hashOf } from '../chain.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const checkpointForm = z.strictObject({
  type: z.literal('sluice-checkpoint-1'),
  stage: z.string(),
  /** 1 for the first one. */
  number: z.int().positive(),
  /** ISO 8601. */
  at: z.string(),
  /** The hash of the checkpoint before this one; empty in the first one. */
  previous: z.union([z.literal(''), hash]),
  /** The newest event of each rollout that it names, with the event's hash in the chain of that rollout. */
  heads: z.array(z.strictObject({ rollout: z.string(), sequence: z.int().positive(), hash })),
  /** The objects that are new since the checkpoint before, with the SHA-256 of their text. */
  objects: z.array(z.strictObject({ key: z.string(), sha256: hash })),
});

/** What is signed: the objects that are new, and the checkpoint that it follows. */
export type Checkpoint = Readonly<z.output<typeof checkpointForm>>;

const signedForm = z.strictObject({ checkpoint: checkpointForm, signature: z.base64().min(1) });
/** A checkpoint with its signature, as it lies in the archive. */
export type SignedCheckpoint = Readonly<z.output<typeof signedForm>>;

/** Returns the text of a checkpoint as it lies in the archive. */
export async function signedText(checkpoint: Checkpoint, signer: Pick<Signer, 'sign'>): Promise<string> {
  const signature = Buffer.from(await signer.sign(bytesOf(checkpoint))).toString('base64');
  return canonicalJson({ checkpoint, signature } satisfies SignedCheckpoint);
}

/** Returns the checkpoint in a text, signed by whomever; `undefined` where there is none, or it is written in another way. */
export function readCheckpoint(text: string): SignedCheckpoint | undefined {
  const { data } = signedForm.safeParse(parsedJson(text));
  return data !== undefined && canonicalJson(data) === text ? data : undefined;
}

/** Whether the key signed this very checkpoint. */
export function isSignedBy({ checkpoint, signature }: SignedCheckpoint, key: KeyObject): boolean {
  try {
    return verify('sha256', bytesOf(checkpoint), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** The hash of a checkpoint, by which the next one names it. */
export function checkpointHash(checkpoint: Checkpoint): string {
  return hashOf(checkpoint);
}

/** The SHA-256 of a text, in hexadecimal digits. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function bytesOf(checkpoint: Checkpoint): Uint8Array {
  return Buffer.from(canonicalJson(checkpoint));
}
