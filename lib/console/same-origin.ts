/** What a browser says of where a request comes from; names in lower case. */
type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Whether a form was posted from a page of ours. A page that is sent with `no-referrer` posts with `Origin: null` (Fetch
 * standard, "append a request Origin header"), as does a sandboxed frame of somebody else's: there `Sec-Fetch-Site`, which no
 * page can set, tells them apart. A request that says neither is refused.
 */
export function isSameOrigin(headers: Headers, ownOrigin: string): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined || origin === 'null') return site === 'same-origin';
  return origin === ownOrigin;
}
