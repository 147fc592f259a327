import { createHash } from 'node:crypto';
import { type DecisionLink, idFrom, idText, signedText, tokenText } from '../../approval/links.ts';
import type { IssuedLinks, Mac } from '../../ports/links.ts';
import type { DecisionPoint } from '../../rollout/people-state.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { longestSeconds } from '../../rollout/guard.ts';

/** What issuing a link takes. */
export interface LinkWorld {
  readonly mac: Mac;
  readonly links: IssuedLinks;
  /** Where the pages of links are, without a slash at the end. */
  readonly linksUrl: string;
}

/**
 * Issues one person's link for one decision. Its id is derived by the key from what it is for, so a delivery that is repeated
 * sends the same link again: there is one a person and decision, and one a person that commands the whole rollout. The id itself
 * is kept nowhere.
 */
export async function issueLink(
  state: RolloutState,
  recipient: string,
  point: DecisionPoint,
  { mac, links, linksUrl }: LinkWorld,
): Promise<string> {
  const { rolloutId, image } = state;
  const step = point === 'control' ? -1 : state.step;
  const expiresAt = endOf(point, state);
  const link: DecisionLink = { rolloutId, step, digest: image.digest, recipient, point, expiresAt };
  const id = idFrom(await mac.generate(idText(link)));
  await links.keep(hashOfId(id), link);
  const token = tokenText({ id, mac: await mac.generate(signedText(link, id)) });
  return `${linksUrl}/decide/${token}`;
}

/** Under which an id is kept. */
export function hashOfId(id: Uint8Array): string {
  return createHash('sha256').update('sluice link id').update(id).digest('hex');
}

/** A question has a deadline of its own; a command is possible as long as the rollout may last. */
function endOf(point: DecisionPoint, state: RolloutState): string {
  const asked =
    point === 'approval'
      ? state.approval?.until
      : point.startsWith('hold-')
        ? state.asked?.until
        : point.startsWith('task-')
          ? state.askedTask?.until
          : undefined;
  return (
    asked ?? new Date(Date.parse(state.openedAt) + longestSeconds(state.spec, state.rollback) * 1000).toISOString()
  );
}
