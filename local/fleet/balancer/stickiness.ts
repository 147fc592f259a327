import type { Choice } from '../elb/route-table.ts';
import type { TargetGroup } from '../elb/target-group.ts';

const cookieName = 'AWSALBTG';
/** The cookie outlives the stickiness that it asks for, as AWS's does. */
const cookieLifeMs = 7 * 24 * 3600 * 1000;

/**
 * The group that a client's cookie asks for: stickiness beats weights, also a weight of zero, until it has lapsed.
 * `undefined` where there is no cookie, it cannot be read, it has lapsed, or the rule no longer knows the group.
 */
export function stickyGroup(
  cookies: string | undefined,
  choices: readonly Choice[],
  now: number,
): { readonly group: TargetGroup; readonly until: number } | undefined {
  const value = cookies
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1);
  if (value === undefined) return undefined;
  const [dimension, untilText] = Buffer.from(value, 'base64url').toString().split('|');
  const until = Number(untilText);
  if (!(until > now)) return undefined;
  const choice = choices.find(({ group }) => group.dimension === dimension);
  return choice === undefined ? undefined : { group: choice.group, until };
}

/** `Set-Cookie` values that keep a client with a group until `until` (epoch milliseconds). */
export function stickyCookies(group: TargetGroup, until: number, now: number): string[] {
  const value = Buffer.from(`${group.dimension}|${until}`).toString('base64url');
  const expires = new Date(now + cookieLifeMs).toUTCString();
  return [
    `${cookieName}=${value}; Expires=${expires}; Path=/`,
    `${cookieName}CORS=${value}; Expires=${expires}; Path=/; SameSite=None`,
  ];
}
