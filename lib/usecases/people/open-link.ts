import { personCalled } from '../../specification/asked-people.ts';
import { type DecisionLink, parseToken, signedText } from '../../approval/links.ts';
import type { IssuedLinks, Mac } from '../../ports/links.ts';
import type { RolloutStore, StoredRollout } from '../../ports/rollout-store.ts';
import type { Person } from '../../specification/approvals.ts';
import { hashOfId } from './issue-link.ts';

/** A genuine link, with what it is about. */
export interface OpenedLink {
  readonly link: DecisionLink;
  readonly stored: StoredRollout;
  readonly person: Person;
}

/** As much of the world as opening a link touches; none of it writes. */
export interface OpenLinkNeeds {
  readonly mac: Pick<Mac, 'verify'>;
  readonly links: Pick<IssuedLinks, 'find'>;
  readonly store: Pick<RolloutStore, 'load'>;
}

/**
 * Finds what a token is for; `undefined` where it is no token that was issued, whatever is wrong with it. The key is asked only
 * about ids that are known, so guessing costs the one who guesses.
 */
export async function openLink(token: string, { mac, links, store }: OpenLinkNeeds): Promise<OpenedLink | undefined> {
  const parsed = parseToken(token);
  if (parsed === undefined) return undefined;
  const link = await links.find(hashOfId(parsed.id));
  if (link === undefined) return undefined;
  const [isGenuine, stored] = await Promise.all([
    mac.verify(signedText(link, parsed.id), parsed.mac),
    store.load(link.rolloutId),
  ]);
  if (!isGenuine || stored === undefined) return undefined;
  const person = personCalled(stored.state.spec.approvals, link.recipient);
  return person === undefined ? undefined : { link, stored, person };
}
