/** What has to be remembered while somebody is away to sign in; none of it is of use to anybody but their own browser. */
export interface SignInChecks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who somebody is, by an issuer of identities. */
export interface SignIn {
  /** Where to send a browser, and what to remember until it comes back to `returnUrl`. */
  begin(returnUrl: string): Promise<{ readonly url: string; readonly checks: SignInChecks }>;
  /**
   * The mail address of who came back, as the issuer vouches for it.
   * @throws Error where the issuer does not vouch for anybody, or for somebody else than who was sent
   */
  finish(cameBackTo: string, checks: SignInChecks): Promise<{ readonly mail: string }>;
}
