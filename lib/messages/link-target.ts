/** Longest address that every vendor takes. */
const longestUrl = 2000;

/** A web address in which nothing ends the link before its end; `undefined` for anything else. */
export function linkTarget(url: string): string | undefined {
  if (!URL.canParse(url) || url.length > longestUrl) return undefined;
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  return href.replaceAll(/[<>|"'\s]/g, (character) => encodeURIComponent(character).replace("'", '%27'));
}
