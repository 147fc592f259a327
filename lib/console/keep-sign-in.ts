import type { Mac } from '../ports/links.ts';
import type { KnownPerson, SignIns, SignInWay } from '../ports/sign-ins.ts';

/** As much of the world as the record of a sign-in touches. */
export interface SignInRecordWorld {
  readonly identityMac: Pick<Mac, 'generate'>;
  readonly signIns: SignIns;
  readonly now: () => Date;
  /** Unguessable. */
  readonly randomId: () => string;
}

/** Bytes of the code that make an id: nobody meets another one's by chance. */
const idBytes = 16;

/**
 * Keeps a sign-in before it lets anybody in. The id of the person is a code over what identifies them, by the key of identities: the same
 * at each sign-in, and nothing that can be traced back to them without the map or that key.
 * @throws Error where it could not be kept: then nobody is let in
 */
export async function keepSignIn(way: SignInWay, who: KnownPerson, world: SignInRecordWorld): Promise<void> {
  const { identityMac, signIns, now, randomId } = world;
  const identity = who.principal === undefined ? [who.issuer, who.subject] : [who.principal];
  const code = await identityMac.generate(new TextEncoder().encode(`sluice person v1\n${JSON.stringify(identity)}`));
  const person = Buffer.from(code).subarray(0, idBytes).toString('hex');
  await signIns.keep({ at: now().toISOString(), id: randomId(), way, person }, who);
}
