import * as openid from 'openid-client';
import type { SignIn } from './sign-in.ts';

export interface OpenIdClient {
  /** The issuer's address; its metadata lie under it. */
  readonly issuer: string;
  readonly clientId: string;
  /** A public client has none: PKCE alone binds the code to the browser. */
  readonly clientSecret?: (() => Promise<string>) | undefined;
}

const timeoutSeconds = 5;

/**
 * OpenID Connect: authorization code with PKCE (S256), state and nonce. The ID token's signature is checked although it comes
 * straight from the issuer, and only an address that the issuer has verified counts: anybody may claim another one.
 */
export function openIdSignIn({ issuer, clientId, clientSecret }: OpenIdClient): SignIn {
  let known: Promise<openid.Configuration> | undefined;

  const discover = async (): Promise<openid.Configuration> => {
    const server = new URL(issuer);
    const secret = await clientSecret?.();
    const authentication = secret === undefined ? openid.None() : openid.ClientSecretPost(secret);
    // Only an issuer on the same computer, as tests have one, may speak without TLS.
    const isLocal = server.protocol === 'http:' && server.hostname === '127.0.0.1';
    const execute = [openid.enableNonRepudiationChecks, ...(isLocal ? [openid.allowInsecureRequests] : [])];
    return openid.discovery(server, clientId, secret, authentication, { execute, timeout: timeoutSeconds });
  };

  const configuration = async (): Promise<openid.Configuration> => {
    known ??= discover();
    try {
      return await known;
    } catch (error) {
      // The next one tries again.
      known = undefined;
      throw error;
    }
  };

  return {
    async begin(returnUrl) {
      const verifier = openid.randomPKCECodeVerifier();
      const checks = { state: openid.randomState(), nonce: openid.randomNonce(), verifier };
      const url = openid.buildAuthorizationUrl(await configuration(), {
        redirect_uri: returnUrl,
        scope: 'openid email',
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, checks };
    },

    async finish(cameBackTo, { state, nonce, verifier }) {
      const tokens = await openid.authorizationCodeGrant(await configuration(), new URL(cameBackTo), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      const email = claims?.['email'];
      if (typeof email !== 'string' || claims?.['email_verified'] !== true) {
        throw new Error('The issuer vouches for no mail address: its ID token needs email, and email_verified: true.');
      }
      const groups = groupsIn(claims['groups']);
      return { mail: email, oidc: { issuer: claims.iss, subject: claims.sub }, ...(groups.length > 0 && { groups }) };
    },
  };
}

/** Issuers give a list, or one name where there is one. */
function groupsIn(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((group) => typeof group === 'string') : [];
}
