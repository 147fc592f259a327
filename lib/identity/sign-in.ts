/** What has to be remembered while somebody is away to sign in; none of it is of use to anybody but their own browser. */
export interface SignInChecks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who signed in, as their issuer vouches for it. */
export interface SignedIn {
  readonly mail: string;
  /** `iss` and `sub` of the ID token; absent in proofs that an older version gave. */
  readonly oidc?: { readonly issuer: string; readonly subject: string } | undefined;
  /** Groups of the ID token's claim `groups`. */
  readonly groups?: readonly string[];
}

/** Who somebody is, by an issuer of identities. */
export interface SignIn {
  /** Where to send a browser, and what to remember until it comes back to `returnUrl`. */
  begin(returnUrl: string): Promise<{ readonly url: string; readonly checks: SignInChecks }>;
  /**
   * Returns who came back, as the issuer vouches for it.
   * @throws Error where the issuer does not vouch for anybody, or for somebody else than who was sent
   */
  finish(cameBackTo: string, checks: SignInChecks): Promise<SignedIn>;
}
