import type { DecisionLink } from '../approval/links.ts';

/** Message authentication codes by a key that nobody can read. */
export interface Mac {
  /** 32 bytes; the same message has the same code. */
  generate(message: Uint8Array): Promise<Uint8Array>;
  verify(message: Uint8Array, mac: Uint8Array): Promise<boolean>;
}

/** Links that were issued, by the hash of their id. */
export interface IssuedLinks {
  /** Keeps a link; the same one again changes nothing. */
  keep(idHash: string, link: DecisionLink): Promise<void>;
  /** Reads consistently. */
  find(idHash: string): Promise<DecisionLink | undefined>;
}
