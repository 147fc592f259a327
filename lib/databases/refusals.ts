import * as z from 'zod';

/** Thrown where a server is known not to serve: its message says why in our own words, never in those of the server. */
export class ServerRefused extends Error {
  override readonly name = 'ServerRefused';
}

/** Thrown where it cannot be found out how a server stands, as something is lacking to ask it: its message says what, in our own words. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Codes of PostgreSQL (appendix A of its manual), MySQL (its error reference) and Node, in words. */
const refusals: Readonly<Record<string, string>> = {
  '28P01': 'it refuses the user or the password',
  '28000': 'it refuses the user, or asks for another way to sign in',
  '3D000': 'it has no database of this name',
  '42501': 'the user of the secret lacks a right',
  '42P01': 'it has no table of migrations of this name',
  '42703': 'the table of migrations lacks a column of this tool',
  '53300': 'all its connections are taken',
  '57P03': 'it is starting up, shutting down or in recovery, and takes no connections',
  ER_ACCESS_DENIED_ERROR: 'it refuses the user or the password',
  ER_DBACCESS_DENIED_ERROR: 'the user of the secret may not use this database',
  ER_TABLEACCESS_DENIED_ERROR: 'the user of the secret may not read the table of migrations',
  ER_SPECIFIC_ACCESS_DENIED_ERROR: 'the user of the secret lacks a right',
  ER_HOST_NOT_PRIVILEGED: 'it takes no connections from the probe',
  ER_BAD_DB_ERROR: 'it has no database of this name',
  ER_NO_SUCH_TABLE: 'it has no table of migrations of this name',
  ER_BAD_FIELD_ERROR: 'the table of migrations lacks a column of this tool',
  ER_CON_COUNT_ERROR: 'all its connections are taken',
  ER_USER_LIMIT_REACHED: 'all connections of this user are taken',
  ER_SERVER_SHUTDOWN: 'it is shutting down',
  ER_SECURE_TRANSPORT_REQUIRED: 'it asks for TLS',
  HANDSHAKE_NO_SSL_SUPPORT: 'it offers no TLS',
  HANDSHAKE_SSL_ERROR: 'its certificate is not accepted',
  AUTH_SWITCH_PLUGIN_ERROR: 'it asks for a way to sign in that is not supported',
  NOAUTH: 'it asks for a password',
  WRONGPASS: 'it refuses the user or the password',
  NOPERM: 'the user of the secret may not run PING or INFO',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it closed the connection',
  EPROTO: 'it does not speak TLS on this port',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed: give it to the probe as CaCertificate',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is of an authority that the probe does not know: give it to the probe as CaCertificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is of an authority that the probe does not know: give it to the probe as CaCertificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is of an authority that the probe does not know: give it to the probe as CaCertificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Sentences that `pg` has no code for. */
const sentences: Readonly<Record<string, string>> = {
  'The server does not support SSL connections': 'it offers no TLS',
};

/** Of any realm: what Node's own modules throw is no `Error` of a context that runs beside them. */
const thrown = z.looseObject({
  message: z.string().optional(),
  code: z.string().optional(),
  cause: z.unknown().optional(),
});

/** Returns why a server does not serve, by the code or sentence of an error; `undefined` where the error does not say. */
export function refusalOf(error: unknown): string | undefined {
  if (error instanceof ServerRefused) return error.message;
  return said(refusals, codeOf(error)) ?? said(sentences, thrown.safeParse(error).data?.message ?? '');
}

/** What a server writes may be the name of something that every object has. */
function said(words: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined;
}

/** Returns an error by its code alone: what a server writes may hold what was sent to it. */
export function unknownError(error: unknown): string {
  const code = codeOf(error);
  return /^[A-Z0-9_]{2,50}$/.test(code) ? `an error that is not known: ${code}` : 'an answer that is not understood';
}

/** Its own code; that of its cause where it has none or where a driver put one of its own before it. */
function codeOf(error: unknown): string {
  const { code = '', cause } = thrown.safeParse(error).data ?? {};
  const below = cause === undefined ? '' : codeOf(cause);
  return below !== '' && !Object.hasOwn(refusals, code) ? below : code;
}
