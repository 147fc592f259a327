import * as z from 'zod';

/** An envelope that was taken, as it came. Its signature is verified again at each judgement, by the keys that are trusted then. */
const keptAttestation = z
  .object({
    envelope: z.string(),
    /** Who sent it: a name, and the principal that AWS verified. */
    by: z.string(),
    /** When it came, ISO 8601. */
    at: z.string(),
  })
  .readonly();

/** All envelopes that were taken for one image of a service. */
export const keptAttestations = z
  .object({
    /** Grows with each write; 0 before the first. */
    revision: z.number(),
    attestations: z.array(keptAttestation).readonly(),
  })
  .readonly();
export type KeptAttestations = z.output<typeof keptAttestations>;

/** Attestations about images, by service and digest. */
export interface Attestations {
  /** Reads consistently. */
  attested(service: string, digest: string): Promise<KeptAttestations>;
  /**
   * Writes all attestations of an image over those of the revision before.
   * @throws StaleWrite where another revision is there
   */
  putAttested(service: string, digest: string, next: KeptAttestations): Promise<void>;
}
