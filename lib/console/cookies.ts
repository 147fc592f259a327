/** A cookie of ours in a request's header; names are the product's own. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key = '', ...value] = pair.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}

/**
 * A cookie that no script reads and that comes along where somebody returns from another site.
 * @param url where it is for: the path below it, and without TLS only where the address has none
 */
export function cookie(name: string, value: string, url: string, seconds: number): string {
  const { pathname, protocol } = new URL(url);
  const secure = protocol === 'https:' ? '; Secure' : '';
  return `${name}=${value}; Path=${pathname}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}
