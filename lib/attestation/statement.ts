import * as z from 'zod';
import { parsedJson } from '../specification/text/parsed-json.ts';

/** The type of a statement of in-toto (Statement v1, in-toto/attestation). */
const statementType = 'https://in-toto.io/Statement/v1';
/** The type of what is said: our own, shaped after SLSA's Verification Summary Attestation v1. */
const predicateType = 'urn:x-sluice:attestation:v1';
/** The kind of the attestation that a rollout succeeded; every other kind is the name of a suite of tests. */
export const rolloutKind = 'rollout';

export const serviceForm = /^[a-z][a-z0-9-]{0,31}$/;
export const stageForm = /^[A-Za-z][A-Za-z0-9-]{0,39}$/;
export const kindForm = /^[a-z][a-z0-9-]{0,31}$/;
export const digestForm = /^sha256:[0-9a-f]{64}$/;

const shownText = z.string().regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,300}$/u);

const predicate = z.object({
  service: z.string().regex(serviceForm),
  /** The stage of Sluice that says so. */
  stage: z.string().regex(stageForm),
  kind: z.string().regex(kindForm),
  result: z.enum(['pass', 'fail']),
  /** When what it is about ended, ISO 8601 in UTC. */
  finishedAt: z.iso.datetime(),
  /** Of a rollout: since when, and until when, the version served all traffic there. */
  servedFrom: z.iso.datetime().optional(),
  servedUntil: z.iso.datetime().optional(),
  /** From then on a pass counts no more. */
  expiresAt: z.iso.datetime().optional(),
  /** Where people read more. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
  /** Who or what found it out: a rollout, a pipeline's principal. */
  issuer: shownText,
});

const statement = z.object({
  _type: z.literal(statementType),
  subject: z.tuple([z.object({ digest: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) })]),
  predicateType: z.literal(predicateType),
  predicate,
});

/** What a stage says of one version of a service. */
export interface Attestation extends Readonly<z.output<typeof predicate>> {
  /** The image's digest, `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/** Returns the text of a statement about a version, which is what gets signed. */
export function statementText({ digest, ...said }: Attestation): string {
  return JSON.stringify({
    _type: statementType,
    subject: [{ name: said.service, digest: { sha256: digest.slice('sha256:'.length) } }],
    predicateType,
    predicate: said,
  });
}

/**
 * Reads a statement. Fields that a newer version added are left out, as in-toto asks.
 * @returns why it is no statement of this kind, where it is none
 */
export function parseStatement(text: string): { readonly attestation: Attestation } | { readonly why: string } {
  const read = statement.safeParse(parsedJson(text));
  if (read.success) {
    const { predicate: said, subject } = read.data;
    return { attestation: { digest: `sha256:${subject[0].digest.sha256}`, ...said } };
  }
  const [issue] = read.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the statement' : issue.path.map(String).join('.');
  return { why: `${place} is not what an attestation has there` };
}
