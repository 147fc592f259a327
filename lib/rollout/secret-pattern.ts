/** Names of variables that hold what nobody should read in a record, though they stand in the task definition in plain. */
const secretName = /pass|pwd|secret|token|credential|private|api_?key|access_?key|auth|cookie|salt|signature|dsn/i;
/** What tokens of well-known makers look like. */
const secretValue =
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\b(?:ghp|gho|ghs|glpat|xox[abprs]|sk_live)[-_]|-----BEGIN|\beyJ[\w-]{10,1000}\./;
/** Where an address could have its user and password: what comes before the first `/`, `@` or space. */
const authority = /:\/\/([^/\s@]{0,4096})@/g;

/** Whether the name of a variable says that its value is a secret. */
export function hasSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Whether a value looks like a secret, whatever its name says. */
export function looksSecret(value: string): boolean {
  return secretValue.test(value) || hasPassword(value);
}

/** `https://user:password@host`. */
function hasPassword(value: string): boolean {
  return [...value.matchAll(authority)].some(([, written = '']) => /:./.test(written));
}
