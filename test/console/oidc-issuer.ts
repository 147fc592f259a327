import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An OIDC issuer on this machine, as strict as the standard about codes, PKCE and the client's secret. */
export class OidcIssuer {
  readonly clientId = 'sluice';
  readonly clientSecret = 'the client secret of a test';
  /** Claims of whoever signs in next. */
  claims: Readonly<Record<string, unknown>> = { email: 'ana@example.com', email_verified: true };
  /** Signs ID tokens with a key that its metadata do not name. */
  forges = false;
  url = '';
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #codes = new Map<string, { challenge: string; nonce: string; redirectUri: string }>();
  #close: () => Promise<void> = () => Promise.resolve();

  static async start(): Promise<OidcIssuer> {
    const issuer = new OidcIssuer();
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const { status, location, json } = issuer.#answer(new URL(request.url ?? '/', issuer.url), body);
        response.writeHead(status, {
          'content-type': 'application/json',
          ...(location === undefined ? {} : { location }),
        });
        response.end(JSON.stringify(json ?? {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the issuer listens to no port');
    issuer.url = `http://127.0.0.1:${address.port}`;
    issuer.#close = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return issuer;
  }

  close(): Promise<void> {
    return this.#close();
  }

  #answer(url: URL, body: string): { status: number; location?: string; json?: unknown } {
    if (url.pathname === '/.well-known/openid-configuration') return { status: 200, json: this.#metadata() };
    if (url.pathname === '/keys') return { status: 200, json: { keys: [this.#jwk()] } };
    if (url.pathname === '/authorize') return this.#authorize(url.searchParams);
    if (url.pathname === '/token') return this.#token(new URLSearchParams(body));
    return { status: 404 };
  }

  #metadata() {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      jwks_uri: `${this.url}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  #jwk() {
    return { ...this.#keys.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };
  }

  /** Whoever comes is signed in at once. */
  #authorize(asked: URLSearchParams) {
    if (asked.get('client_id') !== this.clientId || asked.get('code_challenge_method') !== 'S256')
      return { status: 400 };
    const code = `code-${this.#codes.size + 1}`;
    const redirectUri = asked.get('redirect_uri') ?? '';
    this.#codes.set(code, {
      challenge: asked.get('code_challenge') ?? '',
      nonce: asked.get('nonce') ?? '',
      redirectUri,
    });
    const state = asked.get('state') ?? '';
    return { status: 302, location: `${redirectUri}?${new URLSearchParams({ code, state }).toString()}` };
  }

  #token(form: URLSearchParams) {
    const code = form.get('code') ?? '';
    const issued = this.#codes.get(code);
    this.#codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight =
      issued?.challenge === challenge &&
      issued.redirectUri === form.get('redirect_uri') &&
      form.get('client_secret') === this.clientSecret;
    if (!isRight) return { status: 400, json: { error: 'invalid_grant' } };
    const json = {
      access_token: 'access',
      token_type: 'Bearer',
      expires_in: 60,
      id_token: this.#idToken(issued.nonce),
    };
    return { status: 200, json };
  }

  #idToken(nonce: string): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.url,
      aud: this.clientId,
      sub: 'someone',
      iat: now,
      exp: now + 60,
      nonce,
      ...this.claims,
    };
    const content = `${encoded({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${encoded(claims)}`;
    const key: KeyObject = this.forges
      ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
      : this.#keys.privateKey;
    return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
  }
}
