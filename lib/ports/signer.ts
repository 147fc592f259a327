/** A key that signs: ECDSA on P-256 with SHA-256. */
export interface Signer {
  /** Its public key in DER form (SubjectPublicKeyInfo). */
  publicKey(): Promise<Uint8Array>;
  /** The signature of some bytes, in DER form. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}
