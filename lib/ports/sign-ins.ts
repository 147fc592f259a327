import * as z from 'zod';

/**
 * How somebody came in: `link` and `pages` by the issuer of identities, to a personal link and to the pages; `minted` and `opened` by
 * `sluice open`, when a link was made for a principal of AWS, and when that link let a browser in.
 */
export const signInWay = z.enum(['link', 'pages', 'minted', 'opened']);
export type SignInWay = z.output<typeof signInWay>;

/** A sign-in as it is kept and archived: no name, no mail address, no ARN. */
export const signInEntry = z
  .object({
    /** ISO 8601. */
    at: z.string(),
    /** Of this sign-in. */
    id: z.string(),
    way: signInWay,
    /** Of the person, the same at each sign-in; who that is, the map of people says for as long as it is kept. */
    person: z.string(),
  })
  .readonly();
export type SignInEntry = z.output<typeof signInEntry>;

/** Who has an id: an entry of the map, which may be erased. */
export const knownPerson = z
  .object({
    /** ARN that AWS verified. */
    principal: z.string().optional(),
    /** `iss` and `sub` of an ID token. */
    issuer: z.string().optional(),
    subject: z.string().optional(),
    mail: z.string().optional(),
  })
  .readonly();
export type KnownPerson = z.output<typeof knownPerson>;

export interface SignIns {
  /** Keeps a sign-in, which nothing writes over, and who its person is. Both or neither. */
  keep(entry: SignInEntry, person: KnownPerson): Promise<void>;
}

/** A sign-in with what the map of people says now; `who` is absent once that was erased. */
export type SeenSignIn = SignInEntry & { readonly who?: KnownPerson | undefined };
